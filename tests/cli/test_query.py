"""`gatekeeper query`: a registry is asked about contacts ahead of their calls, over a real HTTP server."""

import asyncio
import json
import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from gatekeeper.clock import micros_of
from gatekeeper.consents import ConsentStore, GivenConsent, SharedTerms, WrittenBy
from gatekeeper.errors import QueryError
from gatekeeper.registries.query.fill import Filler
from gatekeeper.registries.query.source import QueryAnswer, QueryOutcome, QuerySubject
from lab.registry import Fault, LabRegistry
from tests.cli.conftest import Site

CONFIG = """
[lists.sues]
kind = "query"
[queries.sues]
provider = "litigator"
mode = "always"
prefixes = ["1"]
url = "{url}/litigators"
batch = 3
per_second = 1000
[lists.given-up]
kind = "query"
[queries.given-up]
provider = "reassigned"
mode = "always"
url = "{url}/reassigned"
per_second = 1000
[campaigns.america]
lists = ["sues", "given-up"]
"""
NUMBERS = [f"+1202555{place:04}" for place in range(100, 108)]


@pytest.fixture
def registry(site: Site) -> Iterator[LabRegistry]:
    """A registry that the site asks."""
    with LabRegistry() as one:
        site.config.write_text(site.config.read_text() + CONFIG.format(url=one.url))
        yield one


def test_a_registry_is_asked_ahead(site: Site, registry: LabRegistry) -> None:
    """About each number once, in requests about several, and not again while the answer holds."""
    site.run("init", "--keep")
    registry.litigators.add(NUMBERS[2])
    file = site.file("phone\n" + "\n".join([*NUMBERS, NUMBERS[0], "+33612345678", "none"]) + "\n", "leads.csv")
    counts = {"numbers": 9, "not_its_own": 1, "no_date_or_state": 0, "answered_before": 0}
    counts |= {"clear": 7, "listed": 1, "no_data": 0, "no_answer": 0, "set_aside": 1}
    done = site.run("query", "sues", file, "--json")
    assert (done.code, json.loads(done.out)) == (0, counts)
    assert (sorted(registry.asked), registry.requests) == (NUMBERS, 3)
    shown = site.run("list", "show", NUMBERS[2])
    assert re.search(
        r"Answered by registries .*^[-0-9: ]+ sues +listed +[-0-9: ]+$", shown.out, re.DOTALL | re.MULTILINE
    )
    evidence = json.loads(site.run("list", "show", NUMBERS[2], "--json").out)
    assert (evidence["list"], evidence["outcome"], len(evidence["sha256"])) == ("sues", "listed", 64)
    assert '"litigator": true' in evidence["text"]
    again = site.run("query", "sues", file, "--json")
    assert json.loads(again.out) == {**counts, "answered_before": 8, "clear": 0, "listed": 0}
    # Without a date of consent, the other one is asked nothing.
    without = site.run("query", "given-up", file, "--json")
    assert json.loads(without.out)["no_date_or_state"] == 9
    assert registry.requests == 3
    nobody = site.run("query", "sue", file)
    assert nobody.code == 2
    assert "there is no registry 'sue' that is asked; there are: sues, given-up" in nobody.err


def test_only_its_own_numbers_can_be_asked_about(site: Site, registry: LabRegistry) -> None:
    """A registry of North American numbers is asked about no others, and the command says why there is no answer."""
    site.run("init", "--keep")
    file = site.file("phone\n+33612345678\n", "leads.csv")
    failed = site.run("query", "given-up", file, "--consent", "2026-01-31")
    assert failed.code == 2
    assert "it has North American numbers only; name them in `prefixes`" in failed.err
    assert "33612345678" not in failed.err
    assert registry.requests == 0


def test_the_ledger_tells_the_date(site: Site, registry: LabRegistry) -> None:
    """Each number is asked about with the date of its consent to the campaign's company; `--consent` goes first."""
    site.run("init", "--keep")
    terms = SharedTerms("Sondages SA", zone="America/New_York")
    file = site.file("phone\n" + "\n".join(NUMBERS[:3]) + "\n", "leads.csv")
    with ConsentStore(site.data) as store:
        moments = [micros_of(datetime(2026, month, 2, 3, tzinfo=UTC)) for month in (1, 3)]
        given = [
            GivenConsent(int(number[1:]), "", at, 0, terms, "") for number, at in zip(NUMBERS[:2], moments, strict=True)
        ]
        store.add(given, WrittenBy("anna", "command line"))

    def counted(*options: str) -> tuple[int, int]:
        counts = json.loads(site.run("query", "given-up", file, "--json", *options).out)
        return counts["clear"], counts["no_date_or_state"]

    assert counted() == (0, 3)  # the campaign `default` names no company
    assert counted("--principal", "another") == (0, 3)
    assert counted("--campaign", "survey") == (2, 1)
    assert sorted(registry.dates) == ["2026-01-01", "2026-03-01"]
    assert counted("--principal", "sondages sa", "--all") == (2, 1)
    assert counted("--campaign", "survey", "--consent", "2026-02-01", "--all") == (3, 0)
    assert registry.dates[-3:] == ["2026-02-01"] * 3
    missing = site.run("query", "given-up", file, "--campaign", "surveys")
    assert missing.code == 2
    assert "there is no campaign 'surveys'" in missing.err


class Scripted:
    """Answers, or fails, as it is told: a value for each request."""

    most = 2

    def __init__(self, script: Sequence[str]) -> None:
        self.script = list(script)
        self.times: list[float] = []

    async def ask_many(self, subjects: Sequence[QuerySubject]) -> list[QueryAnswer | QueryError]:
        self.times.append(time.monotonic())
        word = self.script.pop(0) if self.script else "good"
        if word == "dead":
            raise QueryError("dead")
        half = [QueryError("half") if word == "half" and place else CLEAR for place in range(len(subjects))]
        return list(half)


CLEAR = QueryAnswer(QueryOutcome.CLEAR, 1)


@pytest.mark.parametrize(
    ("script", "clear", "failed", "gave_up", "requests"),
    [
        ([], 8, 0, False, 4),
        (["dead"], 8, 0, False, 5),
        (["half"] * 4, 8, 0, False, 8),
        (["dead"] * 6, 8, 0, False, 10),
        (["dead"] * 100, 0, 8, True, None),
    ],
)
def test_what_fails_is_tried_again(
    script: list[str], clear: int, failed: int, *, gave_up: bool, requests: int | None
) -> None:
    """A request that fails is made again, for what is left of it; a registry that never answers is given up."""
    kept: list[int] = []
    source = Scripted(script)

    async def run() -> None:
        filler = Filler(
            source,
            lambda answers, _at: kept.extend(subject.number for subject, _ in answers),
            per_second=1000,
            waits=(0.0, 0.0, 0.0),
        )
        report = await filler.run([QuerySubject(number) for number in range(8)])
        assert (report.outcomes[QueryOutcome.CLEAR], report.failed, report.gave_up) == (clear, failed, gave_up)

    asyncio.run(run())
    assert sorted(kept) == list(range(clear))
    assert requests is None or len(source.times) == requests


def test_requests_keep_to_their_rate() -> None:
    """However many may be open at once, they begin one after the other."""
    source = Scripted([])
    asyncio.run(
        Filler(source, lambda _answers, _at: None, per_second=50).run([QuerySubject(number) for number in range(10)])
    )
    assert len(source.times) == 5
    assert source.times[-1] - source.times[0] >= 4 / 50 - 0.005


def test_a_limit_of_the_registry_is_waited_for(site: Site, registry: LabRegistry) -> None:
    """It answers with the status 429 at first."""
    site.run("init", "--keep")
    registry.fault = Fault.LIMIT
    file = site.file("phone\n" + "\n".join(NUMBERS[:3]) + "\n", "leads.csv")
    done = site.run("query", "sues", file, "--json", "--consent", "2026-01-31")
    assert json.loads(done.out)["clear"] == 3
