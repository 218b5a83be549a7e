"""A site for a row of cases: its facts, loaded into real stores, and the question put to the screening."""

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
from gatekeeper.consents.model import GivenConsent, GivenEvent, SharedTerms, WrittenBy
from gatekeeper.consents.store import ConsentStore
from gatekeeper.daemon.wiring import build_screening
from gatekeeper.journal import JOURNAL_FILE, DecisionRow, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.phone.example import example_number
from gatekeeper.policy import Gate
from gatekeeper.policy.ledger import ENDING, EventKind
from gatekeeper.registries.formats import find_format
from gatekeeper.screening import Question
from gatekeeper.screening.call import Said
from gatekeeper.screening.known import LedgerKnowledge
from gatekeeper.screening.records import Finding
from gatekeeper.screening.service import Screening
from tests.law.cases.answers import PROVIDERS, answers_of, is_answer, keep
from tests.law.cases.row import Case, is_number, number_of, reading
from tests.law.cases.settings import WASHED, settings_of
from tests.law.cases.times import exact_slots_of, windows_of
from tests.law.cases.words import (
    answers_in,
    attempts_of,
    consents_of,
    contracts_of,
    events_of,
    items_of,
    names_of,
    yes_or_no,
)

REGISTRIES: Final = ("bloctel", "ftc", "tps", "ctps", "dncl", "dncm", "rpo")
"""The registries that laws ask for."""

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
    with ListStore(data) as store:
        with reading("wash"):
            registries = dict(_lists(case, store, folder))
        with reading("contract"):
            _contracts(case, store, folder)
    with reading("wash"):
        answers = answers_of(case)
    settings = settings_of(case, data, registries, folder, answers)
    with ConsentStore(data) as ledger:
        with reading("consent"):
            _consents(case, ledger)
        with reading("history"):
            _events(case, ledger)
    with reading("attempts"):
        _attempts(case, data / JOURNAL_FILE)
    if answers:
        with reading("wash"), ListStore(data) as store, closing(LedgerKnowledge(data)) as known:
            keep(case, answers, settings.queries, store, known)
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
    said = Said(contact=_contact(case), postcode=case["postcode"], subcontractor=case["subcontractor"])
    return Question(
        f"+{case.number}", Gate.CLI, "cases", principal=case["principal"], caller_id=case["caller_id"], said=said
    )


def _contact(case: Case) -> str:
    """By what the site knows the consumer: `C1`, or `C1=+33140000001,...` with the numbers told."""
    return case["contact"].split("=")[0].strip()


def _lists(case: Case, store: ListStore, folder: Path) -> Iterator[tuple[str, str]]:
    """Import what the registries said; gives the lists with their registries."""
    # Of two answers of one registry the later counts.
    parts = [part for part in answers_in(case["wash"]) if not is_answer(part)]
    for place, part in enumerate(sorted(parts, key=lambda part: part.partition("@")[2])):
        registry, _, rest = part.partition(":")
        state, at, day = rest.partition("@")
        registry, state = registry.casefold(), state.casefold()
        if registry not in REGISTRIES or not state or not at or not (state in _FREE or registry in WASHED):
            there = ", ".join((*REGISTRIES, *PROVIDERS))
            raise ValueError(f"{part!r}: write REGISTRY:listed@DAY, or ok or free in its place; REGISTRY: {there}")
        of_when = _of_when(case, day)
        if of_when > case.at or not (state in _FREE[1:] or is_number(case.number)):
            continue  # nobody knew it; and no list holds what is no number
        if registry in WASHED:
            answer = {"listed": "KO"}.get(state, "OK" if state in _FREE else state.upper())
            lines, form = [f"+{case.number};1;{answer}"], find_format("bloctel-return")
            kind = ListKind.WASH
        else:
            lines, form = [f"+{case.number if state == 'listed' else _other(case.number)}"], None
            kind = ListKind.OPPOSITION
        with clock_at(max(of_when, 0)):
            store.ensure(registry, kind)
            path = folder / f"{registry}-{place}"
            path.write_text("\n".join(lines) + "\n")
            options = ImportOptions(
                by="cases",
                format=form,
                source_date=moment_of(of_when),
                hold_days=WASHED.get(registry, 30),
                max_reject_share=1.0,
            )
            store.import_file(path, registry, options=options)
        yield registry, registry


def _of_when(case: Case, day: str) -> int:
    """The moment of a registry's answer: what is of the call's own day was there before the call."""
    ends = case.end_of(day) - 1
    at = case.at
    return min(ends, at) if case.moment(day) <= at else ends


def _other(number: int) -> int:
    """A number of the same country and area; of a number that nobody can have, one that somebody can."""
    other = number + (1 if number % 10 < 5 else -1)
    return other if is_number(other) else number_of(example_number("FR"))


def _contracts(case: Case, store: ListStore, folder: Path) -> None:
    store.ensure("contracts", ListKind.CONTRACT)
    lines = ["number;principal;subject;from;until"]
    for principal, subject, first, last in contracts_of(case["contract"]):
        case.moment(first), case.end_of(last or first)  # that they are days
        lines.append(f"+{case.number};{principal};{subject};{first};{last}")
    path = folder / "contracts.csv"
    path.write_text("\n".join(lines) + "\n")
    if len(lines) > 1:
        store.import_file(path, "contracts", options=ImportOptions(by="cases"))


def _consents(case: Case, ledger: ConsentStore) -> None:
    """Write the consents down; one that has an accepted date and hour beside it is two: that one binds for itself."""
    for words in consents_of(case["consent"]):
        collected, items = words["collected"], words.get("items", "")
        terms = SharedTerms(
            principal=words["principal"],
            third_parties=names_of(words.get("third", "")),
            goods=names_of(words.get("goods", "")),
            channel=words.get("channel", "web"),
            items=items_of(items),
            slots=windows_of(words.get("window", "")),
            zone=case["zone"],
            hour_known=":" in collected,
            robot=yes_or_no(words.get("robot", ""), "robot"),
            # What has all that its law asks for was signed, where its law asks for that.
            written=yes_or_no(words.get("written", "yes" if items == "all" else "no"), "written"),
        )
        # The end of the period is out: the day before the one that is named is its last.
        until = case.moment(words["until"]) if words.get("until") else 0
        proof = "ref:archive" if yes_or_no(words.get("proof", ""), "proof") else ""
        accepted = exact_slots_of(words.get("slot", ""))
        number = number_of(words["number"]) if words.get("number") else case.number
        contact = words.get("contact", _contact(case))
        for said in (terms, terms._replace(slots=accepted)) if accepted else (terms,):
            ledger.add([GivenConsent(number, contact, case.moment(collected), until, said, proof)], _BY)


def _events(case: Case, ledger: ConsentStore) -> None:
    for kind, when, words in events_of(case["history"]):
        goods = words.get("goods", "")
        if kind is EventKind.CALL_BACK_REQUEST and not goods:
            goods = case["goods"]
        proof = "ref:archive" if yes_or_no(words.get("proof", ""), "proof") else ""
        principal = words.get("principal", case["principal"])
        at = case.moment(when)
        if kind in ENDING and at <= case.at:
            # Of a day alone the end, as the gate's own commands have it: a consent of that day may have been before it.
            at = min(max(at, case.end_of(when) - 1), case.at)
        event = GivenEvent(case.number, _contact(case), kind, at, principal, goods, "cases", proof)
        ledger.record([event], _BY)


def _attempts(case: Case, path: Path) -> None:
    """Write the attempts into the journal; one of a day alone was made at eleven."""
    backend = SqliteBackend(path)
    backend.open()
    try:
        book = AttemptBook(backend)
        for place, tried in enumerate(attempts_of(case["attempts"])):
            called = tried.number or case.number
            at = case.moment(tried.day if "T" in tried.day else f"{tried.day}T11:00") + place
            verdict = "BLOCK" if tried.blocked else "ALLOW"
            row = _row(case, called, at, verdict, tried.principal or case["principal"])
            said = None
            if tried.counts:
                key = AttemptKey(called, _contact(case), row.principal, tried.goods or case["goods"])
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
        dialled=f"+{case.number}",
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
