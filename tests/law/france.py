"""A site under the French law, whose consent ledger and attempts are in memory, for properties over real screening."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from gatekeeper.law import find_profile
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Call, CalleeKind, Campaign, DialMode, Gate, Need, Purpose
from gatekeeper.policy.ledger import (
    ALL_ITEMS,
    EMPTY_DOSSIER,
    Consent,
    ConsentItem,
    Dossier,
    EventKind,
    LedgerEvent,
    Slot,
)
from gatekeeper.policy.needs import AttemptsNeed, CallBackNeed, ConsentNeed, LastEvent
from gatekeeper.registries.formats import find_format
from gatekeeper.screening import Question
from gatekeeper.screening.facts.attempts import CountedAttempts
from gatekeeper.screening.facts.consents import LedgerFacts
from gatekeeper.screening.facts.many import Many, Numbers, of_each
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.service import Screening

PLAIN, RED, LISTED, CUSTOMER = range(33_612_345_670, 33_612_345_674)
MACHINE, BY_HAND, MOBILE = "+33162000001", "+33148000001", "+33612000001"

GOODS = {
    "insurance": "insurance",
    "solar": "energy-works",
    "stairlift": "home-adaptation",
    "cpf-training": "cpf-training",
}
"""Kinds of goods with their sectors."""


class MemoryLedger:
    """A ledger that holds the same of everybody."""

    def __init__(self) -> None:
        self.stored = EMPTY_DOSSIER

    def refresh(self) -> bool:
        """Nothing changes it but the test."""
        return False

    def close(self) -> None:
        """Nothing is open."""

    def dossier(self, _number: int, _contact: str = "", **_more: object) -> Dossier:
        """Everything, whoever is asked about."""
        return self.stored


class OneByOne(LedgerFacts):
    """Asks of many what it asks of one: how a real ledger is asked of many, tests/screening holds."""

    def many(self, numbers: Numbers, asked: Asked, needs: tuple[Need, ...], /) -> Many[tuple[object, ...]]:
        """What `one` says of each."""
        return of_each(self.one(number, asked, needs) for number in numbers.tolist())


class MemoryBook:
    """Attempts to reach everybody alike."""

    def __init__(self) -> None:
        self.made: Sequence[int] = ()

    def times(self, _key: object, since: int, **_by: object) -> list[int]:
        """When they were made, as far as they may count."""
        return sorted(time for time in self.made if time >= since)


class Site:
    """A site: its screening, and what it knows of everybody.

    Args:
        folder: where its lists are; it must be empty.
        campaigns: by name; None for those of this module.
    """

    def __init__(self, folder: Path, campaigns: Mapping[str, Campaign] | None = None) -> None:
        self.ledger, self.book = MemoryLedger(), MemoryBook()
        contracts = ["number;principal;subject;from;until", f"+{CUSTOMER};acme;insurance;2015-01-01;2099-12-31"]
        (folder / "contracts.csv").write_text("\n".join(contracts) + "\n")
        with ListStore(folder / "data") as store:
            store.ensure("contracts", ListKind.CONTRACT)
            options = ImportOptions(format=find_format("text"), by="test")
            store.import_file(folder / "contracts.csv", "contracts", options=options)
            store.add("red", [RED], by="test")
            store.ensure("own", ListKind.OPPOSITION)
            (folder / "own.txt").write_text(f"+{LISTED}\n")
            store.import_file(folder / "own.txt", "own", options=ImportOptions(by="test"))
        facts = OneByOne(self.ledger)
        self._index = ListIndex.open(folder / "data")
        self.screening = Screening(
            Normaliser(DialPlan()),
            self._index,
            find_profile("fr"),
            CAMPAIGNS if campaigns is None else campaigns,
            {},
            facts={
                ConsentNeed: facts,
                LastEvent: facts,
                CallBackNeed: facts,
                AttemptsNeed: CountedAttempts(self.book),  # type: ignore[arg-type]
            },
        )

    def close(self) -> None:
        """Let go of its lists."""
        self.screening.close()
        self._index.close()

    def knows(self, dossier: Dossier, made: Sequence[int] = ()) -> None:
        """From now on this is known of everybody."""
        self.ledger.stored, self.book.made = dossier, made


def campaign(name: str, purpose: Purpose, goods: Sequence[str], mode: DialMode, callee: CalleeKind) -> Campaign:
    """A campaign of acme."""
    call = Call(purpose, tuple(dict.fromkeys(GOODS[one] for one in goods)), tuple(goods), mode, callee)
    return Campaign(name, principal="acme", purpose=purpose, call=call)


CAMPAIGNS = {
    name: campaign(name, purpose, goods, mode, callee)
    for place, (purpose, goods, mode, callee) in enumerate(
        [
            (Purpose.PROSPECTING, ["insurance"], DialMode.PREDICTIVE, CalleeKind.CONSUMER),
            (Purpose.PROSPECTING, ["insurance"], DialMode.MANUAL, CalleeKind.CONSUMER),
            (Purpose.PROSPECTING, ["insurance", "stairlift"], DialMode.PREDICTIVE, CalleeKind.CONSUMER),
            (Purpose.PROSPECTING, ["solar"], DialMode.PREDICTIVE, CalleeKind.CONSUMER),
            (Purpose.CALL_BACK, ["solar"], DialMode.MANUAL, CalleeKind.CONSUMER),
            (Purpose.CALL_BACK, ["insurance"], DialMode.PREDICTIVE, CalleeKind.CONSUMER),
            (Purpose.RUNNING_CONTRACT, ["insurance"], DialMode.PREDICTIVE, CalleeKind.CONSUMER),
            (Purpose.PROSPECTING, ["cpf-training"], DialMode.PREDICTIVE, CalleeKind.BUSINESS),
            (Purpose.PROSPECTING, ["insurance"], DialMode.ROBOT, CalleeKind.CONSUMER),
            (Purpose.PROSPECTING, ["insurance"], DialMode.PREDICTIVE, CalleeKind.BUSINESS),
            (Purpose.PRESS, [], DialMode.PREDICTIVE, CalleeKind.CONSUMER),
            (Purpose.SURVEY, [], DialMode.PREDICTIVE, CalleeKind.CONSUMER),
            (Purpose.SERVICE, [], DialMode.MANUAL, CalleeKind.CONSUMER),
            (Purpose.PROSPECTING, [], DialMode.PREDICTIVE, CalleeKind.CONSUMER),
        ]
    )
    for name in [f"c{place}"]
}


def question(name: str, number: int = PLAIN, caller_id: str = "", *, timeless: bool = False) -> Question:
    """A question of a campaign, with the caller ID that its dial mode lets it show."""
    machine = CAMPAIGNS[name].call.dial_mode not in (DialMode.MANUAL, DialMode.PREVIEW)
    shown = caller_id or (MACHINE if machine else BY_HAND)
    return Question(f"+{number}", Gate.CLI, name, caller_id=shown, timeless=timeless)


def consent(
    collected_at: int,
    goods: Sequence[str] = ("insurance",),
    *,
    ident: int = 1,
    until: int = 0,
    slots: Sequence[Slot] = (),
    items: frozenset[ConsentItem] = ALL_ITEMS,
    proved: bool = True,
    robot: bool = False,
) -> Consent:
    """A consent for acme, complete where nothing else is said."""
    about = tuple(goods)
    return Consent(
        ident, "acme", (), about, collected_at, True, until, tuple(slots), items, proved, robot, False, "Europe/Paris"
    )


def event(kind: EventKind, at: int, goods: str = "", *, ident: int = 1) -> LedgerEvent:
    """What happened between the consumer and acme."""
    return LedgerEvent(ident, kind, "acme", goods, at, True)
