"""Asks the law about a case of a country's table, put before a real screening.

A case has the columns of `cases.csv`. Lists are imported with their
dates, consents stand in a ledger, contracts in a register. The answer reads "ALLOW US-DNC".
"""

import itertools
import re
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from gatekeeper.clock import micros_of
from gatekeeper.consents import ConsentLedger, ConsentStore, GivenConsent, GivenEvent, SharedTerms, WrittenBy
from gatekeeper.consents.slot_text import read_slots
from gatekeeper.law import CalleeLaw, Changes, find_profile, profile_names, read_profile, text_of
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.lists.importing import importer
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Campaign, Gate, Need
from gatekeeper.policy.ledger import ALL_ITEMS, ConsentItem, EventKind, Slot
from gatekeeper.policy.needs import AttemptsNeed, AttemptsStanding, CallBackNeed, ConsentNeed, LastEvent
from gatekeeper.policy.windows import free_at
from gatekeeper.registries.formats import find_format
from gatekeeper.screening import Question
from gatekeeper.screening.call import LOOSENABLE, Said
from gatekeeper.screening.facts.consents import LedgerFacts
from gatekeeper.screening.facts.many import Many, Numbers, same
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.records import Finding
from gatekeeper.screening.service import Screening

SOMEBODY_ELSE: Final = "+33100000000"
HOLD: Final = {"bloctel": 30, "rpo": 15}
"""Registries that answer for numbers sent to them, and for how many days an answer holds."""

_NOON: Final = time(12)
_BY: Final = WrittenBy("counsel", "test")
_ATTEMPT: Final = re.compile(r"(?P<when>[0-9T:-]{10,19})(?:@\w+)?(?:/(?P<principal>\w+))?")


@dataclass(frozen=True)
class Case:
    """A case, by the columns of `cases.csv`. `zone` is only by which times are written."""

    number: str
    zone: str
    at: str
    purpose: str = "prospecting"
    sector: str = "retail"
    goods: str = "retail"
    dial_mode: str = "manual"
    callee: str = "consumer"
    caller_id: str = ""
    principal: str = "ACME"
    contact: str = ""
    consent: str = ""
    contract: str = ""
    wash: str = ""
    attempts: str = ""
    history: str = ""
    postcode: str = ""

    @property
    def register(self) -> str:
        """The line of the contract register that the case has, or ""."""
        if not self.contract:
            return ""
        principal, subject, days = self.contract.split(";")
        since, _, until = days.partition("..")
        return f"{self.number};{principal};{subject.partition('=')[2]};{since};{until}"

    def moment(self, text: str, hour: time = _NOON) -> int:
        """A moment that is written by the callee's clock; of a date alone, an hour of it."""
        when = datetime.fromisoformat(text)
        if "T" not in text:
            when = datetime.combine(when, hour)
        return micros_of(when.replace(tzinfo=ZoneInfo(self.zone)))


class Attempts:
    """The attempts of one case, counted by the policy's own windows."""

    def __init__(self, case: Case) -> None:
        found = [_ATTEMPT.fullmatch(one) for one in case.attempts.split()]
        self._times = sorted(
            case.moment(one["when"], time(11)) for one in found if one and one["principal"] in (None, case.principal)
        )

    def one(self, _number: int, asked: Asked, needs: tuple[Need, ...], /) -> tuple[object, ...]:
        """How many count."""
        zones = [ZoneInfo(zone) for zone in asked.attempt.place.zones]
        return tuple(
            AttemptsStanding(len(self._times), free_at(self._times, asked.attempt.at, need.window, need.limit, zones))
            for need in needs
            if isinstance(need, AttemptsNeed)
        )

    def many(self, numbers: Numbers, asked: Asked, needs: tuple[Need, ...], /) -> Many[tuple[object, ...]]:
        """The same for many."""
        return same(self.one(0, asked, needs), len(numbers))


class CaseWorld:
    """Answers cases. Stores are kept from case to case: those of a contract apart, for a register speaks to each call.

    Args:
        folder: for the stores.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._normaliser = Normaliser(DialPlan())
        self._law = CalleeLaw({name: find_profile(name) for name in profile_names()}, find_profile("lists_only"))
        self._indexes: dict[str, ListIndex] = {}
        self._stores: dict[str, ListStore] = {}
        self._names: dict[tuple[str, str, str], str] = {}
        self._consents = ConsentStore(folder / "ledger")
        self._ledger = ConsentLedger.open(folder / "ledger")
        self._people = itertools.count(1)

    def close(self) -> None:
        """Close the stores."""
        for one in (*self._indexes.values(), *self._stores.values(), self._ledger, self._consents):
            one.close()

    def ask(self, case: Case, **choices: str) -> str:
        """The verdict and the provision that it rests on; with choices of switches where some are named."""
        decision = self.find(case, **choices).decision
        return f"{decision.verdict} {decision.provision}".strip()

    def find(self, case: Case, *, moment: int = 0, retry: bool = False, **choices: str) -> Finding:
        """What is found of a case, at another moment than its own where one is given; with when to call again."""
        contact = f"person-{next(self._people)}"
        self._told(case, contact)
        index, lists = self._listed(case)
        campaign = Campaign("case", tuple(lists), call_may_loosen=LOOSENABLE)
        said = Said(
            case.purpose, case.sector, case.goods, case.dial_mode, case.callee, "", contact, case.postcode
        )  # fmt: skip
        ledger = LedgerFacts(self._ledger)
        facts: dict[type, Any] = dict.fromkeys((ConsentNeed, LastEvent, CallBackNeed), ledger)
        screening = Screening(
            self._normaliser, index, self._chosen(choices), {"case": campaign}, {},
            facts={**facts, AttemptsNeed: Attempts(case)}, registries=lists,
        )  # fmt: skip
        question = Question(case.number, Gate.CLI, "case", case.principal, case.caller_id, said=said)
        found = screening.find(question, moment or case.moment(case.at))
        return screening.with_retry(question, found) if retry else found

    def _chosen(self, choices: dict[str, str]) -> CalleeLaw:
        if not choices:
            return self._law
        names = {name.replace("_", "-"): (choice, "counsel says so") for name, choice in choices.items()}
        country = next(iter(names)).partition("-")[0]
        profile = read_profile(country, text_of(country), Changes(names))
        return CalleeLaw({country: profile}, find_profile("lists_only"))

    def _listed(self, case: Case) -> tuple[ListIndex, dict[str, str]]:
        """The lists that the case has, by name their registries; each is there once for all cases like this."""
        register = case.register
        if register not in self._stores:
            folder = self._folder / f"lists{len(self._stores)}"
            self._stores[register] = ListStore(folder)
            if case.contract:
                lines = ["number;principal;subject;from;until", register]
                self._import(case, "contracts", ListKind.CONTRACT, lines, micros_of(_AGES_AGO))
            self._indexes[register] = ListIndex.open(folder)
        lists = {self._registry(case, one): one.partition(":")[0] for one in case.wash.split()}
        index = self._indexes[register]
        index.refresh()
        return index, lists

    def _registry(self, case: Case, answer: str) -> str:
        """The name of the list that says "ftc:listed@2026-11-20" of the case's number."""
        key = (case.register, case.number, answer)
        if key not in self._names:
            registry, word, day = re.split("[:@]", answer)
            name = self._names[key] = f"{registry}-{len(self._names)}"
            listed = word == "listed"
            if registry in HOLD:
                line = f"{case.number};1;{'NON' if listed else 'OK'}"
                self._import(case, name, ListKind.WASH, [line], case.moment(day), HOLD[registry])
            else:
                line = case.number if listed else SOMEBODY_ELSE
                self._import(case, name, ListKind.OPPOSITION, [line], case.moment(day))
        return self._names[key]

    def _import(self, case: Case, name: str, kind: ListKind, lines: list[str], day: int, hold: int = 30) -> None:
        """Import a list as if it were the day of which it is."""
        store = self._stores[case.register]
        file = self._folder / f"{name}.csv"
        file.write_text("\n".join(lines) + "\n")
        store.ensure(name, kind)
        wash = kind is ListKind.WASH
        when = datetime.fromtimestamp(day // 1_000_000, ZoneInfo(case.zone))
        options = ImportOptions(
            format=find_format("bloctel-return" if wash else "text"), by="test", source_date=when, hold_days=hold
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(importer, "now_micros", lambda: day)
            store.import_file(file, name, options=options)

    def _told(self, case: Case, contact: str) -> None:
        """Write down what the ledger knows of the consumer."""
        if case.consent:
            said = _pairs(case.consent, ";")
            items = ALL_ITEMS - ({ConsentItem.ACT} if said["items"] == "no-act" else set())
            form = said.get("form", "")
            terms = SharedTerms(
                said["principal"],
                (),
                (said["goods"],),
                channel="web",
                items=items,
                slots=_slots(said),
                zone=case.zone,
                hour_known="T" in said["collected"],
                robot="robot" in form,
                written="written" in form,
            )
            until = case.moment(said["until"], time()) if "until" in said else 0
            proof = "ref:1" if said["proof"] == "yes" else ""
            collected = case.moment(said["collected"], time())
            self._consents.add([GivenConsent(0, contact, collected, until, terms, proof)], _BY)
        events = [_event(case, contact, one) for one in case.history.split()]
        if events:
            self._consents.record(events, _BY)
        self._ledger.refresh()


_AGES_AGO: Final = datetime(2015, 1, 1, tzinfo=ZoneInfo("UTC"))
_KINDS: Final = {
    "refused": EventKind.REFUSAL,
    "objected": EventKind.OBJECTION,
    "withdrawn": EventKind.WITHDRAWAL,
    "requested": EventKind.CALL_BACK_REQUEST,
    "purchase": EventKind.PURCHASE,
    "inquiry": EventKind.INQUIRY,
}


def _pairs(text: str, separator: str) -> dict[str, str]:
    return dict(one.split("=", 1) for one in text.split(separator))  # type: ignore[misc]


def _slots(said: dict[str, str]) -> tuple[Slot, ...]:
    """The slots of "window=tue,thu 18:00-20:00", or of "slot=2026-11-28T10:00/2026-11-28T12:00"."""
    text = said.get("window", "")
    if "slot" in said:
        since, until = said["slot"].split("/")
        text = f"{since[:10]} {since[11:16]}-{until[11:16]}"
    return read_slots(text)


def _event(case: Case, contact: str, text: str) -> GivenEvent:
    first, _, more = text.partition(";")
    word, _, when = first.partition("=")
    said = _pairs(more, ";") if more else {}
    proof = "ref:1" if said.get("proof") == "yes" else ""
    moment = case.moment(when)
    return GivenEvent(0, contact, _KINDS[word], moment, case.principal, said.get("goods", ""), "web", proof)
