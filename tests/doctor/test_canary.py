"""Canary calls on a real Asterisk: each way is tried, nothing rings, and the judgement holds."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.doctor import CheckReport, CheckStatus
from gatekeeper.doctor.canary import CanarySite, trial, try_calls, try_emergency
from gatekeeper.doctor.canary.numbers import RESERVED, canary_number
from gatekeeper.doctor.canary.originating import Console
from gatekeeper.doctor.canary.trial import LIST, TrialResult, judge
from gatekeeper.doctor.canary.ways import Originator, Way, matches
from gatekeeper.errors import ConfigError
from gatekeeper.journal import DecisionRow, StoredDecision
from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.doctor.site import Patient, healthy

NUMBER = RESERVED["FR"]
UNGUARDED = "[forgotten]\nexten => _0X.,1,Dial(PJSIP/${EXTEN}@trunk,5)\n[inside]\nexten => _1XXX,1,Hangup()\n"


@pytest.fixture(scope="module")
def site(asterisk_22: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    """A site that is well but for a forgotten context; it gets that before it starts."""
    with healthy(asterisk_22, tmp_path_factory.mktemp("canary"), UNGUARDED) as patient:
        # By the console: this site's dialer may run no commands.
        cli = patient.lab.asterisk.cli
        wait_until(lambda: "gatekeeper" in cli("manager show connected"), 60, "the watchdog")
        yield patient


def tried(site: Patient, monkeypatch: pytest.MonkeyPatch, *contexts: str) -> dict[str, CheckReport]:
    """What became of each way."""
    monkeypatch.setattr(trial, "_WAIT_S", 1.0)
    asterisk = site.lab.asterisk
    console = Console((*asterisk.root.program, "-C", str(asterisk.etc / "asterisk.conf")))

    async def all_of_them() -> list[CheckReport]:
        return [one async for one in try_calls(CanarySite(site.installation(), console, NUMBER, contexts))]

    return {one.name: one for one in asyncio.run(all_of_them())}


def test_each_way_is_tried_and_judged(site: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A context with the gate and the proxy hold; what goes round is cancelled, and comes to the sink alone."""
    found = tried(site, monkeypatch, "inside")
    statuses = {name: one.status for name, one in found.items()}
    assert statuses == {
        "context outbound": CheckStatus.OK,
        "context forgotten": CheckStatus.WARNING,
        "context inside": CheckStatus.SKIPPED,
        "trunk trunk": CheckStatus.WARNING,
        "trunk gated": CheckStatus.OK,
        "call file to trunk trunk": CheckStatus.WARNING,
        "AMI to trunk trunk": CheckStatus.WARNING,
        "ARI to trunk trunk": CheckStatus.WARNING,
        "AMI proxy to trunk trunk": CheckStatus.OK,
    }
    assert "GOSUB" in found["context outbound"].findings[0].says.english
    assert "SIP_GATE" in found["trunk gated"].findings[0].says.english
    assert "AMI_PROXY" in found["AMI proxy to trunk trunk"].findings[0].says.english
    # The forgotten context alone dials the carrier itself, with a number that rings nobody.
    assert {invite.number for invite in site.lab.carrier.settle()} <= {NUMBER}
    assert len(site.lab.carrier.invites()) == 1
    assert "0 active channels" in site.lab.asterisk.cli("core show channels count")
    rows = site.lab.daemon.decisions()
    assert len(rows) == len([one for one in statuses.values() if one is not CheckStatus.SKIPPED])
    assert {row["list"] for row in rows} == {LIST}


def test_emergency_numbers_are_let_by_without_the_daemon_and_nothing_else_is(site: Patient) -> None:
    """While the daemon runs, the trial refuses; without it, the dialplan knows them. Nobody is called."""
    asterisk, carrier = site.lab.asterisk, site.lab.carrier
    console = Console((*asterisk.root.program, "-C", str(asterisk.etc / "asterisk.conf")))
    at = CanarySite(site.installation(), console, NUMBER)
    before = len(carrier.invites())

    async def all_of_them() -> dict[str, CheckStatus]:
        return {one.name: one.status async for one in try_emergency(at)}

    with pytest.raises(ConfigError, match="stop it"):
        asyncio.run(all_of_them())
    site.lab.daemon.stop()
    try:
        statuses = asyncio.run(all_of_them())
    finally:
        site.lab.daemon.start()
    assert {"emergency 112", "emergency 15", f"number {NUMBER}"} <= set(statuses)
    assert set(statuses.values()) == {CheckStatus.OK}
    assert len(carrier.invites()) == before
    assert "no existence" in asterisk.cli("dialplan show gatekeeper-doctor").lower()
    assert "0 results" in asterisk.cli("database show gatekeeper-doctor")


def row(verdict: str, gates: str, reason: str = "RED_LIST") -> StoredDecision:
    """A decision in the journal."""
    fields: dict[str, Any] = dict.fromkeys(DecisionRow._fields, "")
    return StoredDecision(1, DecisionRow(**{**fields, "verdict": verdict, "reason": reason}), gates)


STRAIGHT = Way("trunk t", Originator.CLI, "PJSIP/t/sip:1@127.0.0.1:{port}", to_sink=True)
BY_CONTEXT = Way("context c", Originator.CLI, "Local/1@c", to_sink=False)


@pytest.mark.parametrize(
    ("way", "seen", "status"),
    [
        (BY_CONTEXT, TrialResult((row("BLOCK", "GOSUB"),)), CheckStatus.OK),
        (BY_CONTEXT, TrialResult((row("BLOCK", "SIP_GATE"),), dialled=True), CheckStatus.OK),
        (BY_CONTEXT, TrialResult((row("BLOCK", "WATCHDOG"),), dialled=True), CheckStatus.WARNING),
        (BY_CONTEXT, TrialResult(dialled=True), CheckStatus.FAILED),
        (BY_CONTEXT, TrialResult((row("ALLOW", "GOSUB"),), dialled=True), CheckStatus.FAILED),
        (BY_CONTEXT, TrialResult((row("ALLOW", "GOSUB"),)), CheckStatus.FAILED),
        (BY_CONTEXT, TrialResult((row("BLOCK", "GOSUB", "GATE_DOWN"),)), CheckStatus.FAILED),
        (BY_CONTEXT, TrialResult(), CheckStatus.SKIPPED),
        (STRAIGHT, TrialResult((row("BLOCK", "SIP_GATE"),), dialled=True), CheckStatus.OK),
        (STRAIGHT, TrialResult((row("BLOCK", "WATCHDOG"),), invites=1, dialled=True), CheckStatus.WARNING),
        (STRAIGHT, TrialResult((row("BLOCK", "SIP_GATE"),), invites=1, dialled=True), CheckStatus.FAILED),
        (STRAIGHT, TrialResult(invites=1), CheckStatus.FAILED),
        (STRAIGHT, TrialResult(trouble="no such user"), CheckStatus.SKIPPED),
    ],
)
def test_a_way_is_judged_by_what_was_seen(way: Way, seen: TrialResult, status: CheckStatus) -> None:
    """Only a row that blocks, with nothing that leaves, is well; what left is never well."""
    found = judge(way, seen)
    assert found.status is status
    assert all(found.says)
    assert all(found.remedy) or status in (CheckStatus.OK, CheckStatus.SKIPPED)


@pytest.mark.parametrize(
    ("pattern", "dialled", "taken"),
    [
        ("0199000001", "0199000001", True),
        ("_0X.", "0199000001", True),
        ("_[+*#0-9].", "+33199000001", True),
        ("_0ZXXXXXXXX", "0199000001", True),
        ("_1XXX", "0199000001", False),
        ("_90Z!", "90199000001", True),
        ("_0N.", "0199000001", False),
        ("s", "0199000001", False),
    ],
)
def test_patterns_of_the_dialplan_are_read(pattern: str, dialled: str, taken: bool) -> None:
    """As Asterisk reads them."""
    assert matches(pattern, dialled) is taken


@pytest.mark.parametrize(("home", "number"), RESERVED.items())
def test_the_numbers_that_ring_nobody_are_numbers(home: str, number: str) -> None:
    """A gate understands each as a complete public number, so that its list is asked."""
    assert Normaliser(DialPlan(home=home)).normalise(canary_number(home)).kind is NumberKind.E164


def test_a_country_without_such_a_number_asks_for_one(tmp_path: Path) -> None:
    """Nobody's number is guessed."""
    with pytest.raises(ConfigError, match="--number"):
        canary_number("IT")
    assert canary_number("IT", "0612345678") == "0612345678"
