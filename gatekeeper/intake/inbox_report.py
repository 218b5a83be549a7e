"""The report that is put beside a file from the inbox, in English and French."""

import time
from collections.abc import Mapping
from typing import Any

from gatekeeper.intake.arrival import ArrivalOutcome, Ending
from gatekeeper.text import escaped

_RESULTS = {
    Ending.IMPORTED: "imported / importé",
    Ending.REFUSED: "refused, nothing was changed / refusé, rien n'a été modifié",
    Ending.CHANGED: "refused, nothing was changed / refusé, rien n'a été modifié",
    Ending.TROUBLE: "failed, nothing was changed / échec, rien n'a été modifié",
}

_WORDS = {
    "version": "version / version",
    "read": "lines read / lignes lues",
    "imported": "imported / importées",
    "added": "added / ajoutés",
    "removed": "removed / retirés",
    "callable": "may be called / appelables",
    "listed": "listed / opposés",
    "duplicates": "duplicates / doublons",
    "rejected": "set aside / mises de côté",
    "rejects_file": "these lines are in / ces lignes sont dans",
    "passed_over": "not read / non lus",
    "notes": "to know / à savoir",
    "warnings": "look at / à vérifier",
    "encoding": "encoding / encodage",
    "sha256": "SHA-256",
}


def report_text(name: str, list_name: str, outcome: ArrivalOutcome) -> str:
    """The whole text.

    Args:
        name: of the file.
        list_name: of the list; "" where the file belongs to no list.
        outcome: of its import.
    """
    lines = [
        ("file / fichier", escaped(name)),
        ("list / liste", list_name or "none / aucune"),
        ("at / le", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())),
        ("result / résultat", _RESULTS[outcome.ending]),
    ]
    if outcome.text:
        lines.append(("why / pourquoi", escaped(" ".join(outcome.text.split()))))
    lines += _figures(outcome.report)
    return "".join(f"{label:<42} {value}\n" for label, value in lines)


def _figures(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the import says of itself, as far as there are words for it."""
    found = [(label, report[key]) for key, label in _WORDS.items() if report.get(key) not in (None, "", [], ())]
    return [
        (label, escaped("; ".join(value)) if isinstance(value, list | tuple) else str(value)) for label, value in found
    ]
