"""Check of the lists: each that is configured is there, whole, and fresh enough to be relied on."""

from collections.abc import Iterator
from typing import Final

from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.errors import GatekeeperError
from gatekeeper.lists import ListStatus
from gatekeeper.lists.freshness import freshness
from gatekeeper.words import Sentence

_FILLED: Final = ("opposition", "wash")
"""The kinds of list that have to be imported."""


def _look(at: Installation) -> Iterator[CheckFinding]:
    found = at.lists
    if isinstance(found, GatekeeperError):
        return  # the check of the stores tells that
    there = {one.name for one in found}
    for name, section in at.settings.lists.items():
        if name not in there and section.kind in _FILLED:
            yield _never(name)
    for one in found:
        yield from _judged(at, one)


def _judged(at: Installation, one: ListStatus) -> Iterator[CheckFinding]:
    if one.problem:
        yield failed(
            said("{name}: {problem}", "{name} : {problem}", name=one.name, problem=one.problem),
            said(
                "import its newest file again, or `gatekeeper list rollback {name}`",
                "importez de nouveau son dernier fichier, ou `gatekeeper list rollback {name}`",
                name=one.name,
            ),
        )
    fresh = freshness(one, at.settings.max_ages, at.now)
    again = said(
        "import a new file: gatekeeper list import {name} FILE",
        "importez un nouveau fichier : gatekeeper list import {name} FICHIER",
        name=one.name,
    )
    if fresh.state == "missing":
        yield _never(one.name)
    elif fresh.state == "stale":
        yield failed(
            said(
                "{name} is stale: the calls of its campaigns are blocked",
                "{name} est périmée : les appels de ses campagnes sont bloqués",
                name=one.name,
            ),
            again,
        )
    elif fresh.mark is not None:
        yield warning(
            said(
                "{name} grows stale soon (days left: {days}): calls are blocked then",
                "{name} périme bientôt (jours restants : {days}) : les appels seront alors bloqués",
                name=one.name,
                days=fresh.days_begun,
            ),
            again,
        )


def _never(name: str) -> CheckFinding:
    return failed(
        said(
            "{name} was never imported: the calls of its campaigns are blocked",
            "{name} n'a jamais été importée : les appels de ses campagnes sont bloqués",
            name=name,
        ),
        said(
            "import its file: gatekeeper list import {name} FILE",
            "importez son fichier : gatekeeper list import {name} FICHIER",
            name=name,
        ),
    )


CHECK = HealthCheck(
    "lists",
    Sentence("the lists", "les listes"),
    (CheckNeed.SETTINGS, CheckNeed.STORES),
    _look,
    Sentence("each is whole, and fresh enough", "toutes sont entières et assez récentes"),
)
