"""The report that is put beside a file from the inbox, in English and French."""

import time
from collections.abc import Iterator, Sequence

from gatekeeper.intake.arrival import ArrivalOutcome, Ending
from gatekeeper.text import escaped
from gatekeeper.words import NARROW

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
    lines += _said("why / pourquoi", [outcome.text], [outcome.french.get("text", "")])
    lines += _figures(outcome)
    return "".join(f"{label:<42} {value}\n" for label, value in lines)


def _figures(outcome: ArrivalOutcome) -> Iterator[tuple[str, str]]:
    """What the import says of itself, as far as there are words for it."""
    for field, label in _WORDS.items():
        value = outcome.report.get(field)
        if isinstance(value, list | tuple):
            yield from _said(label, value, outcome.french.get(field, ()))
        elif value not in (None, ""):
            yield label, str(value)


def _said(label: str, english: Sequence[str], french: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is told, and below it the same in French, where that is another text."""
    told = [_on_a_line("; ".join(filter(None, one))) for one in (english, french)]
    if told[0]:
        yield label, told[0]
    if told[1] not in ("", told[0]):
        yield "", told[1]


def _on_a_line(text: str) -> str:
    """A text on one line, with what would not be seen escaped, but for the blank that French has before its signs."""
    return NARROW.join(escaped(" ".join(part.split())) for part in text.split(NARROW))
