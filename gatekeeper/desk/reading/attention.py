"""Attention: what somebody has to see to, the worst first. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gatekeeper.daemon.part_names import PARTS
from gatekeeper.desk.reading.lists_now import ListNow
from gatekeeper.desk.reading.today import TodayFigures
from gatekeeper.desk.wording import word
from gatekeeper.policy import Reason
from gatekeeper.translation import figure
from gatekeeper.words import Language, Sentence


class Concern(NamedTuple):
    """Something that somebody has to see to.

    Attributes:
        bad: whether calls are blocked, or go unchecked, because of it.
        said: what it is, and what to do.
        address: of the page that shows more, or "".
    """

    bad: bool
    said: Sentence
    address: str = ""


def concerns(
    figures: TodayFigures | None,
    lists: Sequence[ListNow],
    status: Mapping[str, Any] | None,
    errors: Sequence[str] = (),
) -> list[Concern]:
    """What there is, the worst first.

    Args:
        figures: today's calls; None where they can't be read.
        lists: the lists.
        status: what the daemon tells of itself; empty where that is not for this visitor, None without an answer.
        errors: why a store can't be read.
    """
    found = [*_of_daemon(status), *(Concern(True, Sentence(text, text)) for text in errors), *_of_lists(lists)]
    if figures is not None:
        found += _of_calls(figures)
    return sorted(found, key=lambda one: not one.bad)


def _of_daemon(status: Mapping[str, Any] | None) -> Iterator[Concern]:
    if status is None:
        yield Concern(
            True,
            Sentence(
                "The daemon does not answer: every call is refused. Start it (systemctl start gatekeeper).",
                "Le service ne répond pas : tous les appels sont refusés. Démarrez-le (systemctl start gatekeeper).",
            ),
        )
        return
    for text in status.get("undecided", ()):
        yield Concern(True, Sentence(f"Calls can't be decided: {text}", f"Les appels ne peuvent être décidés : {text}"))
    for part in status.get("parts", ()):
        if part["trouble"] and part["name"] not in {"the lists", "the journal"}:
            name = word(PARTS, part["name"])
            yield Concern(
                False,
                Sentence(f"{name.english}: {part['trouble']}", f"{name.french} : {part['trouble']}"),
            )


def _of_lists(lists: Sequence[ListNow]) -> Iterator[Concern]:
    for one in lists:
        if one.problem:
            said = Sentence(f"List {one.name}: {one.problem}", f"Liste {one.name} : {one.problem}")
        elif one.state == "missing":
            said = Sentence(
                f"List {one.name} was never imported: the calls that must respect it are blocked.",
                f"La liste {one.name} n'a jamais été importée : les appels qui doivent la respecter sont bloqués.",
            )
        elif one.state == "stale":
            said = Sentence(
                f"List {one.name} is too old: the calls that must respect it are blocked. Import a new delivery.",
                f"La liste {one.name} est périmée : les appels qui doivent la respecter sont bloqués. "
                "Importez une nouvelle livraison.",
            )
        elif one.state == "due":
            days = one.days or 0
            said = Sentence(
                f"List {one.name} is good for {days} more day{'' if days == 1 else 's'}: import a new delivery.",
                f"La liste {one.name} vaut encore {days} jour{'' if days < 2 else 's'} : "  # noqa: PLR2004 - plural
                "importez une nouvelle livraison.",
            )
        else:
            continue
        yield Concern(one.blocks, said, "/lists")


def _of_calls(figures: TodayFigures) -> Iterator[Concern]:
    for one in figures.reasons:
        if one.value == Reason.GATE_ERROR:
            yield Concern(
                True,
                Sentence(
                    f"Calls that could not be checked, and were refused today: {one.calls:,}.",
                    "Appels qui n'ont pas pu être vérifiés et ont été refusés aujourd'hui : "
                    f"{figure(one.calls, wanted=Language.FR)}.",
                ),
                "/journal?since=today&reason=GATE_ERROR",
            )
    if figures.total.bypasses:
        yield Concern(
            False,
            Sentence(
                f"Calls that went round the gates today: {figures.total.bypasses:,}.",
                "Appels qui ont contourné les contrôles aujourd'hui : "
                f"{figure(figures.total.bypasses, wanted=Language.FR)}.",
            ),
            "/journal?since=today&bypassed=1",
        )
