"""A site for a row of cases: its facts, loaded into real stores, and the question put to the screening."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Final
from unittest.mock import patch

from gatekeeper.attempts import AttemptBook, AttemptKey
from gatekeeper.clock import moment_of
from gatekeeper.config import Settings
from gatekeeper.consents.model import GivenConsent, GivenEvent, SharedTerms, WrittenBy
from gatekeeper.consents.slot_text import read_slots
from gatekeeper.consents.store import ConsentStore
from gatekeeper.daemon.wiring import build_screening
from gatekeeper.journal import JOURNAL_FILE, DecisionRow, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.law import shipped_trades
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.policy import Gate
from gatekeeper.policy.ledger import EventKind, name_key
from gatekeeper.registries.formats import find_format
from gatekeeper.screening import Question, Screening
from gatekeeper.screening.call import Said
from gatekeeper.screening.records import Finding
from tests.law.cases.row import Case, end_of_day, event_of, items_of, pairs

WASHED: Final = {"bloctel": 30, "rpo": 15}
"""The registries that answer for numbers sent to them, with the days for which an answer holds."""

_BY = WrittenBy("counsel", "table of cases")
_FREE = ("listed", "ok", "free", "clear")


@cache
def _empty() -> Path:
    """A data folder whose databases are made, to be copied: making them takes its time."""
    folder = Path(mkdtemp(prefix="gatekeeper-cases-"))
    with ListStore(folder), ConsentStore(folder):
        pass
    backend = SqliteBackend(folder / JOURNAL_FILE)
    backend.open()
    backend.close()
    return folder


@contextmanager
def site(case: Case, folder: Path) -> Iterator[tuple[Screening, Question]]:
    """The screening of a site that knows what the row says, and the row's question.

    Args:
        case: the row.
        folder: an empty folder of its own.

    Raises:
        ValueError: a cell can't be read.
    """
    data = folder / "data"
    shutil.copytree(_empty(), data, ignore=shutil.ignore_patterns("*-wal", "*-shm", "*.lock"))
    number = int(case["number"].lstrip("+"))
    with ListStore(data) as store:
        registries = dict(_lists(case, store, folder, number))
        _contracts(case, store, folder, number)
    with ConsentStore(data) as ledger:
        _consents(case, ledger, number)
        _events(case, ledger, number)
    _attempts(case, data / JOURNAL_FILE, number)
    settings = _settings(case, data, registries)
    with ExitStack() as stack:
        index = stack.enter_context(closing(ListIndex.open(data)))
        screening = stack.enter_context(closing(build_screening(settings, index, None)))
        yield screening, _question(case)


def answer(case: Case, folder: Path) -> tuple[Finding, Screening]:
    """What is decided on a row's question, at its moment."""
    with site(case, folder) as (screening, question):
        finding = screening.find(question, case.at)
        return screening.with_retry(question, finding), screening


def _question(case: Case) -> Question:
    said = Said(contact=case["contact"].split("=")[0])
    return Question(
        case["number"], Gate.CLI, "cases", principal=case["principal"], caller_id=case["caller_id"], said=said
    )


def _settings(case: Case, data: Path, registries: dict[str, str]) -> Settings:
    campaign = {key: case[key] for key in ("purpose", "dial_mode", "callee", "sector") if case[key]}
    goods = name_key(case["goods"])
    sector = _sector(case["sector"] or goods)
    if "sector" in campaign:
        campaign["sector"] = sector
    return Settings.model_validate(
        {
            "daemon": {"data_dir": str(data)},
            "law": {"default": "callee", "goods": {goods: sector} if goods else {}},
            "lists": {
                name: {"registry": registry, "kind": "wash" if registry in WASHED else "opposition"}
                for name, registry in registries.items()
            },
            "campaigns": {"cases": {**campaign, "goods": [goods] if goods else []}},
        }
    )


def _sector(named: str) -> str:
    """The sector that a row names, be it by a kind of goods; another trade is one of those that no law singles out."""
    trades = shipped_trades()
    return named if named in trades.sectors else trades.goods.get(name_key(named), "services")


def _lists(case: Case, store: ListStore, folder: Path, number: int) -> Iterator[tuple[str, str]]:
    """Import what the registries said; gives the lists with their registries."""
    for part in case["wash"].split():
        registry, _, rest = part.partition(":")
        state, _, day = rest.partition("@")
        if state not in _FREE:
            raise ValueError(f"{part!r}: write registry:listed@DAY, or ok or free in its place")
        of_when = end_of_day(day, case.zone) - 1_000_000
        if registry in WASHED:
            lines, form = [f"+{number};1;{'KO' if state == 'listed' else 'OK'}"], find_format("bloctel-return")
            kind = ListKind.WASH
        else:
            lines, form = [f"+{number if state == 'listed' else _other(number)}"], None
            kind = ListKind.OPPOSITION
        with clock_at(max(of_when, 0)):
            store.ensure(registry, kind)
            (folder / registry).write_text("\n".join(lines) + "\n")
            options = ImportOptions(
                by="cases",
                format=form,
                source_date=moment_of(of_when),
                hold_days=WASHED.get(registry, 30),
                max_reject_share=1.0,
            )
            store.import_file(folder / registry, registry, options=options)
        yield registry, registry


def _other(number: int) -> int:
    """A number of the same country and area."""
    return number + (1 if number % 10 < 5 else -1)


def _contracts(case: Case, store: ListStore, folder: Path, number: int) -> None:
    store.ensure("contracts", ListKind.CONTRACT)
    lines = ["number;principal;subject;from;until"]
    for text in filter(None, case["contract"].split(" ")):
        principal, subject, period = text.split(";")
        first, _, last = period.partition("..")
        lines.append(f"+{number};{principal};{subject.removeprefix('subject=')};{first};{last}")
    path = folder / "contracts.csv"
    path.write_text("\n".join(lines) + "\n")
    if len(lines) > 1:
        store.import_file(path, "contracts", options=ImportOptions(by="cases"))


def _consents(case: Case, ledger: ConsentStore, number: int) -> None:
    for text in filter(None, (part.strip() for part in case["consent"].split(" | "))):
        words = pairs(text)
        collected = words["collected"]
        terms = SharedTerms(
            principal=words["principal"],
            goods=tuple(words["goods"].split("+")) if words.get("goods") else (),
            channel=words.get("channel", "web"),
            items=items_of(words.get("items", "")),
            slots=read_slots(words.get("window", words.get("slot", ""))),
            zone=case["zone"],
            hour_known="T" in collected,
            robot=words.get("robot", "no") == "yes" or words.get("mode") == "robot",
            written=words.get("written", "no") == "yes",
        )
        until = end_of_day(words["until"], case.zone) if words.get("until") else 0
        proof = "ref:archive" if words.get("proof", "no") == "yes" else ""
        contact = case["contact"].split("=")[0]
        ledger.add([GivenConsent(number, contact, case.moment(collected), until, terms, proof)], _BY)


def _events(case: Case, ledger: ConsentStore, number: int) -> None:
    for text in case["history"].split():
        first, *more = text.split(";")
        word, _, when = first.partition("=")
        words = pairs(";".join(more))
        kind = event_of(word)
        principal = words.get("principal", case["principal"])
        proof = "ref:archive" if words.get("proof") == "yes" else ""
        goods = words.get("goods", "")
        if kind is EventKind.CALL_BACK_REQUEST and not goods:
            goods = case["goods"]
        contact = case["contact"].split("=")[0]
        event = GivenEvent(number, contact, kind, case.moment(when), principal, goods, "cases", proof)
        ledger.record([event], _BY)


_ATTEMPT: Final = re.compile(
    r"(?:(?P<kind>blocked|service|callback):)?(?P<day>\d{4}-\d\d-\d\d(?:T[\d:]+)?)"
    r"(?:@(?P<centre>[^/:>]+))?(?:/(?P<principal>[^@:>]+))?(?:[:>](?P<number>\+\d+))?"
)


def _attempts(case: Case, path: Path, number: int) -> None:
    """Write the attempts into the journal.

    `DAY[THH:MM][@CALL CENTRE][/PRINCIPAL][:+NUMBER]`; what begins with `blocked:`, `service:` or `callback:` was none
    that counts.
    """
    backend = SqliteBackend(path)
    backend.open()
    try:
        book = AttemptBook(backend)
        for place, text in enumerate(case["attempts"].split()):
            found = _ATTEMPT.fullmatch(text)
            if found is None:
                raise ValueError(f"{text!r} is no attempt: write DAY[THH:MM][@CALL CENTRE][/PRINCIPAL][:+NUMBER]")
            day, called = found["day"], int(found["number"] or number)
            at = case.moment(day if "T" in day else f"{day}T11:00") + place
            verdict = "BLOCK" if found["kind"] == "blocked" else "ALLOW"
            row = _row(case, called, at, verdict, found["principal"] or case["principal"])
            said = None
            if not found["kind"]:
                key = AttemptKey(called, case["contact"].split("=")[0], row.principal, case["goods"])
                said = book.reserve(row.id, key, at)
            backend.write([row], said.rows if said is not None else ())
            if said is not None:
                said.settled()
    finally:
        backend.close()


def _row(case: Case, number: int, at: int, verdict: str, principal: str) -> DecisionRow:
    return DecisionRow(
        id=new_ident(at),
        at=at,
        dialled=case["number"],
        number=number,
        verdict=verdict,
        reason="CONSENT" if verdict == "ALLOW" else "CALL_HOURS",
        rule="cases",
        list="",
        list_version="",
        facts="",
        campaign="cases",
        principal=principal,
        caller_id=case["caller_id"],
        channel="",
        uniqueid="",
        linkedid="",
        gate=Gate.CLI.value,
        micros=0,
    )


@contextmanager
def clock_at(at: int) -> Iterator[None]:
    """Hold the clock that moments are read from."""
    with patch.object(time, "time_ns", lambda: at * 1000):
        yield
