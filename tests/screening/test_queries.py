"""Registries that are asked number by number, over a real HTTP server."""

import asyncio
import hashlib
import logging
import shutil
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gatekeeper.config import Settings
from gatekeeper.daemon.registry_queries import Asking
from gatekeeper.daemon.wiring import build_screening
from gatekeeper.eager import Done, begin
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.policy import Gate, Reason
from gatekeeper.registries.formats import find_format
from gatekeeper.registries.query.terms import KnownOfCall
from gatekeeper.screening import Answer, Question
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.screening.service import Screening
from lab.registry import SLOW_SECONDS, Fault, LabRegistry

YES, NO, ODD, UNKNOWN = (f"+1305555010{n}" for n in range(4))
COVERED, LISTED = "+12125550111", "+12125550100"
FRENCH = "+33612345678"
HOUR = 3_600_000_000
WORDS = {"field": "result.status", "listed": ("yes",), "callable": ("no",), "no_data_words": ("unknown",)}
ALWAYS = {"mode": "always", "prefixes": ("1",), "deadline_ms": 5000}


@dataclass
class Site:
    """A site, the registry that it asks, and what is known of its calls."""

    settings: Settings
    index: ListIndex
    registry: LabRegistry
    screening: Screening
    consents: dict[int, date] = field(default_factory=dict)

    async def reason(self, dialled: str, campaign: str) -> Reason:
        """What is decided on a call."""
        return Reason((await self.screening.screen(Question(dialled, Gate.CLI, campaign))).reason)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lists of a site, to be copied."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "ftc.csv").write_text("212,5550100\n")
    with ListStore(folder) as store:
        store.ensure("ftc", ListKind.OPPOSITION)
        for name in ("asked", "given-up", "sues"):
            store.ensure(name, ListKind.QUERY)
        store.import_file(folder / "ftc.csv", "ftc", options=ImportOptions(format=find_format("ftc")))
    return folder


@asynccontextmanager
async def site(lists: Path, folder: Path, **changed: object) -> AsyncIterator[Site]:
    """A site with an FTC list, one registry for its gaps, and two that are asked always."""
    with LabRegistry() as registry:
        registry.words = {YES[1:]: "yes", NO[1:]: "no", ODD[1:]: "maybe", UNKNOWN[1:]: "unknown"}
        gaps = {"url": registry.url + "/check/{number}", "header": "Authorization", "secret": "key", **WORDS}
        queries = {
            "asked": {**gaps, "hold_hours": 2, "hold_listed_hours": 5, "deadline_ms": 5000},
            "given-up": {"provider": "reassigned", "url": registry.url + "/reassigned", **ALWAYS},
            "sues": {"provider": "litigator", "url": registry.url + "/litigators", **ALWAYS},
        }
        campaigns = {
            "both": ("ftc", "asked"),
            "alone": ("asked",),
            "none": (),
            "beside": ("ftc", "given-up", "sues"),
            "sues": ("sues",),
            "all": ("ftc", "asked", "given-up", "sues"),
        }
        settings = Settings.model_validate(
            {
                "daemon": {"data_dir": folder},
                "law": {"default": "lists-only"},
                "lists": {"ftc": {}, **{name: {"kind": "query"} for name in queries}},
                "queries": {name: {**one, **changed} for name, one in queries.items()},
                "campaigns": {
                    **{name: {"lists": applied} for name, applied in campaigns.items()},
                    "survey": {"lists": ("ftc", "given-up"), "purpose": "survey"},
                },
            }
        )
        shutil.copytree(lists, folder, dirs_exist_ok=True)
        index = ListIndex.open(folder)
        asking = Asking({name: one.as_query(name) for name, one in settings.queries.items()}, folder)
        consents: dict[int, date] = {}

        def known(number: int, _principal: str, _at: int) -> KnownOfCall:
            return KnownOfCall(consents.get(number))

        screening = build_screening(settings, index, None, None, asking, known=known)
        try:
            yield Site(settings, index, registry, screening, consents)
        finally:
            await asking.stop()
            screening.close()
            index.close()


@pytest.mark.parametrize(
    ("campaign", "dialled", "reason", "asked"),
    [
        # What no other list covers is asked, and the answer decides.
        ("both", YES, Reason.LISTED, 1),
        ("both", NO, Reason.CLEAR, 1),
        ("alone", NO, Reason.CLEAR, 1),
        # No answer, no call; and none where the registry knows nothing.
        ("both", ODD, Reason.NOT_SCRUBBED, 1),
        ("both", UNKNOWN, Reason.NOT_SCRUBBED, 1),
        # What a list covers, and the calls of other campaigns, are nobody else's business.
        ("both", COVERED, Reason.CLEAR, 0),
        ("both", LISTED, Reason.LISTED, 0),
        ("both", "112", Reason.EMERGENCY, 0),
        ("none", YES, Reason.CLEAR, 0),
    ],
)
async def test_a_registry_is_asked_where_it_must_be(
    lists: Path, tmp_path: Path, campaign: str, dialled: str, reason: Reason, asked: int
) -> None:
    """A registry is asked where it must be, with the key."""
    async with site(lists, tmp_path) as one:
        answer = await one.screening.screen(Question(dialled, Gate.CLI, campaign))
        assert answer.reason is reason
        assert one.registry.keys == ({"key"} if asked else set())
        assert one.registry.asked == [dialled.removeprefix("+")] * asked
        if asked:
            assert answer.list == ("" if reason is Reason.CLEAR else "asked")


@pytest.mark.parametrize("host", ["a..b", f"{'a' * 64}.example", "[::1", "no.invalid"])
async def test_an_address_that_leads_nowhere_blocks(lists: Path, tmp_path: Path, host: str) -> None:
    """Also one that can't be the name of a host: the call is blocked as where a registry gives no answer."""
    async with site(lists, tmp_path, url=f"http://{host}/{{number}}", body="", item="") as one:
        assert await one.reason(NO, "alone") is Reason.NOT_SCRUBBED
        assert one.screening.trouble == ""


async def test_a_question_begun_outside_of_any_task_is_asked(lists: Path, tmp_path: Path) -> None:
    """A question that the AMI proxy begins outside of any task is asked of the registry all the same."""
    async with site(lists, tmp_path) as one:
        loop = asyncio.get_running_loop()
        begun: asyncio.Future[Done | Coroutine[Any, Any, Answer]] = loop.create_future()

        def on_data() -> None:
            begun.set_result(begin(one.screening.screen(Question(NO, Gate.AMI_PROXY, "both"))))

        loop.call_soon(on_data)
        rest = await begun
        assert not isinstance(rest, Done)
        answer = await asyncio.create_task(rest)
        assert answer.reason is Reason.CLEAR
        assert one.registry.requests == 1


async def test_answers_are_kept_for_their_time(lists: Path, tmp_path: Path) -> None:
    """The second call is decided on without asking; when the answer is over, the registry is asked again."""
    async with site(lists, tmp_path) as one:
        screening = one.screening
        for _ in range(3):
            assert await one.reason(YES, "both") is Reason.LISTED
            assert await one.reason(NO, "both") is Reason.CLEAR
            assert await one.reason(UNKNOWN, "both") is Reason.NOT_SCRUBBED
        assert one.registry.requests == 3
        now = time.time_ns() // 1000
        reasons = [Reason.LISTED, Reason.CLEAR, Reason.NOT_SCRUBBED, Reason.NOT_SCRUBBED, Reason.CLEAR]
        for hours in (0, 3, 6):
            judge = BulkScreening(screening, Question("", Gate.CLI, "both"), now + hours * HOUR)
            numbers = sorted(int(text[1:]) for text in (YES, NO, UNKNOWN, ODD, COVERED))
            codes = judge.numbers(np.array(numbers, np.int64)).tolist()
            said = dict(zip(numbers, (judge.decisions[code] for code in codes), strict=True))
            for number, decision in said.items():
                assert screening.find(Question(f"+{number}", Gate.CLI, "both"), now + hours * HOUR).decision == decision
            over = {1: Reason.NOT_SCRUBBED} if hours == 3 else {}
            over |= {0: Reason.NOT_SCRUBBED, 1: Reason.NOT_SCRUBBED} if hours == 6 else {}
            wanted = [over.get(place, reason) for place, reason in enumerate(reasons)]
            assert [said[int(text[1:])].reason for text in (YES, NO, UNKNOWN, ODD, COVERED)] == wanted
        assert one.registry.requests == 3


@pytest.mark.parametrize(
    ("campaign", "dialled", "known", "reason", "asked"),
    [
        # The lists clear it: each registry has to, too, and the first that does not decides.
        ("beside", COVERED, {"consent": "2026-01-31"}, Reason.CLEAR, 2),
        ("beside", COVERED, {"consent": "2026-01-31", "given_up": "2026-01-30"}, Reason.CLEAR, 2),
        ("beside", COVERED, {"consent": "2026-01-31", "given_up": "2026-02-01"}, Reason.REASSIGNED, 1),
        ("beside", COVERED, {"consent": "2026-01-31", "sues": True}, Reason.LISTED, 2),
        # No data, and nothing to ask with.
        ("beside", COVERED, {"consent": "2020-12-31"}, Reason.NOT_SCRUBBED, 1),
        ("beside", COVERED, {}, Reason.NOT_SCRUBBED, 0),
        # A list lists it: nobody needs to be asked. None covers it: no registry stands in for one.
        ("beside", LISTED, {"consent": "2026-01-31"}, Reason.LISTED, 2),
        ("beside", NO, {"consent": "2026-01-31"}, Reason.NOT_SCRUBBED, 2),
        # One that fills gaps does, and the others have to clear all the same.
        ("all", NO, {"consent": "2026-01-31"}, Reason.CLEAR, 3),
        ("all", NO, {"consent": "2026-01-31", "sues": True}, Reason.LISTED, 2),
        ("all", YES, {"consent": "2026-01-31"}, Reason.LISTED, 3),
        # Numbers of other beginnings are not its business.
        ("sues", FRENCH, {"sues": True}, Reason.CLEAR, 0),
        ("sues", NO, {}, Reason.CLEAR, 1),
    ],
)
async def test_always(
    lists: Path, tmp_path: Path, campaign: str, dialled: str, known: dict[str, Any], reason: Reason, asked: int
) -> None:
    """A row is: a campaign, the number, what is known of it, what is decided, and how many requests that took."""
    async with site(lists, tmp_path) as one:
        if "consent" in known:
            one.consents[int(dialled[1:])] = date.fromisoformat(known["consent"])
        if "given_up" in known:
            one.registry.given_up[dialled[2:]] = date.fromisoformat(known["given_up"])
        if known.get("sues"):
            one.registry.litigators.add(dialled)
        for _ in range(2):  # what is fresh is not asked again
            assert await one.reason(dialled, campaign) is reason
            assert one.registry.requests == (0 if dialled == LISTED else asked)
        now = time.time_ns() // 1000
        judge = BulkScreening(one.screening, Question("", Gate.CLI, campaign), now)
        (code,) = judge.numbers(np.array([int(dialled[1:])], np.int64)).tolist()
        assert judge.decisions[code] == one.screening.find(Question(dialled, Gate.CLI, campaign), now).decision
        assert judge.decisions[code].reason is reason


async def test_no_data_may_clear(lists: Path, tmp_path: Path) -> None:
    """Where the configuration says so, and an error does not even then."""
    async with site(lists, tmp_path, no_data="clear") as one:
        assert await one.reason(UNKNOWN, "both") is Reason.CLEAR
        assert await one.reason(COVERED, "beside") is Reason.CLEAR  # without a date of consent
        one.consents[int(COVERED[1:])] = date(2020, 1, 1)
        assert await one.reason(COVERED, "beside") is Reason.CLEAR
        assert await one.reason(ODD, "both") is Reason.NOT_SCRUBBED


async def test_a_later_consent_asks_anew(lists: Path, tmp_path: Path) -> None:
    """A number that was given up stays blocked until somebody consents after that."""
    async with site(lists, tmp_path) as one:
        number = int(COVERED[1:])
        one.registry.given_up[COVERED[2:]] = date(2026, 6, 1)
        said = []
        for day in (date(2026, 1, 1), date(2025, 1, 1), date(2026, 7, 1), date(2026, 8, 1), date(2026, 1, 1)):
            one.consents[number] = day
            said.append((await one.reason(COVERED, "beside"), len(one.registry.dates)))
        assert said == [
            (Reason.REASSIGNED, 1),
            (Reason.REASSIGNED, 1),
            (Reason.CLEAR, 2),
            (Reason.CLEAR, 2),
            (Reason.REASSIGNED, 2),
        ]


async def test_what_an_exception_would_lift_is_asked_all_the_same(lists: Path, tmp_path: Path) -> None:
    """An exempt purpose lifts that a registry has not answered, but not that the number was given up: it is asked."""
    async with site(lists, tmp_path) as one:
        one.consents.update({int(number[1:]): date(2026, 1, 31) for number in (COVERED, NO, ODD)})
        one.registry.given_up[COVERED[2:]] = date(2026, 6, 1)
        assert await one.reason(COVERED, "survey") is Reason.REASSIGNED
        assert await one.reason(NO, "survey") is Reason.EXEMPT_PURPOSE
        assert one.registry.requests == 2
        one.registry.fault = Fault.STATUS
        assert await one.reason(ODD, "survey") is Reason.EXEMPT_PURPOSE  # as long as nobody says otherwise


async def test_whatever_fails_blocks_and_is_told_once(
    lists: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """However a registry fails, for however many numbers: no call, nothing kept, within the deadline, one line."""
    caplog.set_level(logging.INFO)
    of_lists = {Fault.LEFT_OUT, Fault.OF_OTHERS, Fault.TWO_WAYS}
    async with site(lists, tmp_path, deadline_ms=700) as one:
        one.consents.update({int(COVERED[1:]): date(2026, 1, 1)})
        for fault in Fault:
            one.registry.fault, one.registry.requests = fault, 0
            for campaign, dialled in (("both", NO), ("beside", COVERED), ("sues", NO)):
                if fault is Fault.SLOW and campaign == "sues":
                    continue  # one is enough
                if campaign == "both" and fault in of_lists | {Fault.OTHER_JSON, Fault.LIMIT}:
                    continue
                one.registry.requests = 0
                started = time.monotonic()
                assert await one.reason(dialled, campaign) is Reason.NOT_SCRUBBED, (fault, campaign)
                assert time.monotonic() - started < SLOW_SECONDS - 0.5, fault
                assert one.registry.requests <= 1
        one.registry.fault = None
        warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
        names = ("asked", "given-up", "sues")
        assert len(warnings) == len(names)
        assert [sum(f"registry {name} gives" in text for text in warnings) for name in names] == [1, 1, 1]
        told = " ".join(record.getMessage() for record in caplog.records if "gatekeeper" in record.name)
        assert not any(number[-10:] in told for number in (NO, COVERED))
        assert await one.reason(NO, "both") is Reason.CLEAR
        with ListStore(tmp_path) as store:
            assert [record.outcome for record in store.answers(int(COVERED[1:]))] == []


async def test_answers_are_evidence(lists: Path, tmp_path: Path) -> None:
    """What was asked, when, what came back, and the response's digest; each answer, in order."""
    async with site(lists, tmp_path) as one:
        number = int(COVERED[1:])
        one.consents[number] = date(2026, 1, 31)
        before = time.time_ns() // 1000
        await one.reason(COVERED, "beside")
        one.registry.given_up[COVERED[2:]] = date(2026, 6, 1)
        one.consents[number] = date(2026, 1, 30)
        await one.reason(COVERED, "beside")
        await one.reason(YES, "both")
        with ListStore(tmp_path) as store:
            records = store.answers(number)
            (of_one,) = store.answers(int(YES[1:]))
        said = [(one.list, one.consent, one.outcome.value) for one in records]
        assert said == [
            ("given-up", "2026-01-31", "clear"),
            ("sues", "", "clear"),
            ("given-up", "2026-01-30", "listed"),
        ]
        assert all(before <= one.asked_at and one.until == one.asked_at + 24 * HOUR for one in records)
        assert '"answer": "yes"' in records[2].text
        text = '{"result": {"status": "yes"}}'
        assert (of_one.text, of_one.sha256) == (text, hashlib.sha256(text.encode()).hexdigest())
        assert of_one.until == of_one.asked_at + 5 * HOUR


async def test_an_id_that_is_shown_twice_while_a_registry_is_asked_is_taken_once(lists: Path, tmp_path: Path) -> None:
    """Two calls that show the decision on one: the second is decided on, and counted, as a call of its own."""
    async with site(lists, tmp_path) as one:
        first = await one.screening.screen(Question(NO, Gate.AMI_PROXY, "none"))
        shown = [
            Question(NO, Gate.GOSUB, "both", earlier=first.id, uniqueid=f"1.{place}", linkedid="1.0")
            for place in (1, 2)
        ]
        found = await asyncio.gather(*(one.screening.screen(question) for question in shown))
        assert {answer.reason for answer in found} == {Reason.CLEAR}
        assert sorted(answer.id == first.id for answer in found) == [False, True]


async def test_what_is_written_while_a_registry_gives_no_answer_counts(
    lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an exception lets the call by all the same: a person who refuses in these seconds is not called."""
    async with site(lists, tmp_path) as one:
        number = int(ODD[1:])
        one.consents[number] = date(2026, 1, 31)

        def refused_meanwhile(_body: Any) -> Any:
            with ListStore(tmp_path) as store:
                store.add("red", [number], by="anna")
            return {"results": []}

        monkeypatch.setattr(one.registry, "reassigned", refused_meanwhile)
        assert await one.reason(ODD, "survey") is Reason.RED_LIST
        assert one.registry.requests == 1
