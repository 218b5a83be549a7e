"""The real daemon up, frozen, killed and down, against every form of the gate, on Asterisk 22 and 16.

For each state all forms are called at once: a number that is allowed, one that is on the red list, and an emergency
number. The record of the SIPp carrier says which of them left.
"""

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pytest

from tests.dialplan.conftest import Gated
from tests.dialplan.site import ALL_FORMS, SLOT_SECONDS, Outcome, Pending, Site

STATES: Final = ("up", "frozen", "killed", "down")
THAWED: Final = "thawed"
KINDS: Final = ("emergency", "allowed", "listed")
# A different emergency number for each form, so that each is found in the carrier's record; some behind a prefix.
EMERGENCY: Final = ("112", "15", "017", "18", "9114", "115", "0116000", "#31#119", "191", "196", "197")


@dataclass
class Matrix:
    """What became of every call."""

    outcomes: dict[tuple[str, str, str], Outcome]
    """(state, form, kind) -> outcome."""
    kept: dict[tuple[str, str, str], list[dict[str, str]]]
    """What the dialplan kept in AstDB about it."""
    rows: list[dict[str, Any]]
    """The daemon's journal."""
    marks: dict[tuple[str, str, str], set[str]]
    """What the gate wrote into its CDRs."""


def number_of(state: str, form: str, kind: str) -> str:
    """The number that is called in a cell of the matrix."""
    place = ALL_FORMS.index(form)
    if kind == "emergency":
        return EMERGENCY[place]
    return f"061{(*STATES, THAWED).index(state)}{place}0000{KINDS.index(kind)}"


@pytest.fixture(scope="session")
def matrix(gated: Gated) -> Matrix:
    """All calls, made once for each Asterisk."""
    site, daemon = gated
    daemon.add(*(number_of(state, form, "listed") for state in STATES for form in ALL_FORMS))
    outcomes: dict[tuple[str, str, str], Outcome] = {}

    fast = [form for form in ALL_FORMS if not form.endswith("-script")]
    outcomes |= finish(site, start(site, "up", fast))
    for form in ALL_FORMS:
        if form not in fast:  # one interpreter after the other: they share a test machine's two cores
            outcomes |= finish(site, start(site, "up", [form]))

    daemon.freeze()
    outcomes |= finish(site, start(site, "frozen", ALL_FORMS))
    daemon.thaw()  # it finds the questions of calls that are over
    outcomes |= finish(site, start(site, THAWED, fast))

    daemon.freeze()
    killed = start(site, "killed", ALL_FORMS)
    site.wait_asking(call for (_, kind), call in killed.calls.items() if kind != "emergency")
    daemon.kill()
    outcomes |= finish(site, killed)

    outcomes |= finish(site, start(site, "down", ALL_FORMS))
    daemon.start()
    records = site.all_kept()
    kept = {cell: [r for r in records if r["number"] == outcome.number] for cell, outcome in outcomes.items()}
    marks = {
        cell: {mark for field in site.cdr_fields(outcome.number) for mark in field.split(";") if mark}
        for cell, outcome in outcomes.items()
    }
    return Matrix(outcomes, kept, daemon.journal(), marks)


class Round(NamedTuple):
    """Calls that were made at once."""

    state: str
    calls: dict[tuple[str, str], Pending]
    """(form, kind) -> call."""
    before: Counter[str]
    """How many INVITEs for each number were on record before the first of them."""


def start(site: Site, state: str, forms: Iterable[str]) -> Round:
    """Call every kind of number through these forms, at once."""
    # Counted, not told by their times: an emergency call may have left before this process reads its own clock.
    before = Counter(site.carrier.numbers())
    campaign = ["GATEKEEPER_CAMPAIGN=summer"]
    calls = {
        (form, kind): site.start(number_of(state, form, kind), f"call-{form}", campaign)
        for form, kind in itertools.product(forms, KINDS)
    }
    return Round(state, calls, before)


def finish(site: Site, made: Round) -> dict[tuple[str, str, str], Outcome]:
    """Wait for these calls, and count for each the INVITEs of this round."""
    outcomes = site.finish(*made.calls.values())
    for outcome in outcomes:
        outcome.invites -= made.before[outcome.number]
    return {(made.state, *cell): outcome for cell, outcome in zip(made.calls, outcomes, strict=True)}


@pytest.mark.parametrize("form", ALL_FORMS)
@pytest.mark.parametrize("state", STATES)
def test_a_listed_number_never_leaves(matrix: Matrix, state: str, form: str) -> None:
    """A number on a list sends no INVITE, whatever became of the daemon."""
    assert matrix.outcomes[state, form, "listed"].invites == 0


@pytest.mark.parametrize("form", ALL_FORMS)
@pytest.mark.parametrize("state", STATES)
def test_an_unlisted_number_leaves_only_with_the_gates_consent(matrix: Matrix, state: str, form: str) -> None:
    """A number that may be called sends one INVITE with the daemon up, and none when it did not answer."""
    assert matrix.outcomes[state, form, "allowed"].invites == (1 if state == "up" else 0)


@pytest.mark.parametrize("form", ALL_FORMS)
@pytest.mark.parametrize("state", STATES)
def test_an_emergency_call_is_neither_stopped_nor_delayed(matrix: Matrix, state: str, form: str) -> None:
    """An emergency number reaches Dial() unasked, long before any limit, by Asterisk's own clock."""
    outcome = matrix.outcomes[state, form, "emergency"]
    assert (outcome.invites, outcome.reasons[-1], outcome.questions) == (1, "EMERGENCY", 0)
    assert outcome.to_dial < 1.5


@pytest.mark.parametrize("form", ALL_FORMS)
@pytest.mark.parametrize("state", STATES)
def test_the_dialers_slot_is_free_again_in_time(matrix: Matrix, state: str, form: str) -> None:
    """Every call ends long before the dialer itself would give it up."""
    assert max(matrix.outcomes[state, form, kind].seconds for kind in KINDS) < SLOT_SECONDS


@pytest.mark.parametrize("form", ALL_FORMS)
def test_the_reason_is_the_lists_when_the_daemon_is_up(matrix: Matrix, form: str) -> None:
    """A listed number is refused with RED_LIST and the list's name, by a decision that stands in the journal."""
    event = matrix.outcomes["up", form, "listed"].event("GatekeeperBlocked")
    assert (event["Reason"], event["List"]) == ("RED_LIST", "red")
    assert event["Decision"] in {row["id"] for row in matrix.rows}


@pytest.mark.parametrize("form", ALL_FORMS)
@pytest.mark.parametrize("state", ["frozen", "killed", "down"])
def test_the_reason_is_gate_down_when_there_was_no_answer(matrix: Matrix, state: str, form: str) -> None:
    """Without an answer both calls are refused with GATE_DOWN, and the dialplan itself keeps each, once."""
    for kind in ("allowed", "listed"):
        assert matrix.outcomes[state, form, kind].reasons == ["GATE_DOWN"]
        (record,) = matrix.kept[state, form, kind]
        assert (record["verdict"], record["reason"]) == ("BLOCK", "GATE_DOWN")


@pytest.mark.parametrize("form", ALL_FORMS)
def test_nothing_is_kept_when_there_was_an_answer(matrix: Matrix, form: str) -> None:
    """What the daemon answered is in its journal and not in AstDB as well."""
    assert [matrix.kept["up", form, kind] for kind in ("allowed", "listed")] == [[], []]


@pytest.mark.parametrize("form", ALL_FORMS)
def test_emergency_calls_are_kept_for_the_journal(matrix: Matrix, form: str) -> None:
    """No daemon was asked about an emergency call: the dialplan keeps each, so that the journal has it later."""
    records = matrix.kept["up", form, "emergency"]
    rounds = len(STATES) + (not form.endswith("-script"))
    assert [(record["verdict"], record["reason"]) for record in records] == [("ALLOW", "EMERGENCY")] * rounds


@pytest.mark.parametrize("form", ALL_FORMS)
def test_the_journal_has_the_calls_that_were_answered(matrix: Matrix, form: str) -> None:
    """One row for each answered call, with the verdict that Asterisk acted on."""
    verdicts = {kind: [row["verdict"] for row in rows_of(matrix, number_of("up", form, kind))] for kind in KINDS[1:]}
    assert verdicts == {"allowed": ["ALLOW"], "listed": ["BLOCK"]}


@pytest.mark.parametrize("form", ALL_FORMS)
@pytest.mark.parametrize("state", STATES)
def test_cdr_journal_and_what_is_kept_tell_the_same(matrix: Matrix, state: str, form: str) -> None:
    """One row or one record to a call, and the CDR says the same; a daemon that comes to itself adds none."""
    for kind in ("allowed", "listed"):
        cell = state, form, kind
        rows = [(row["verdict"], row["reason"], row["id"]) for row in rows_of(matrix, number_of(*cell))]
        kept = [(record["verdict"], record["reason"], "") for record in matrix.kept[cell]]
        told = [mark.split(":") for mark in matrix.marks[cell]]
        assert rows + kept == [(verdict, reason, decision) for _, verdict, reason, _, decision in told]
        assert len(rows + kept) == 1


def rows_of(matrix: Matrix, number: str) -> list[dict[str, Any]]:
    """The journal's rows about a number."""
    return [row for row in matrix.rows if row["dialled"] == number]
