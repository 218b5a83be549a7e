"""`gatekeeper doctor` on a real site: it is well; each fault turns exactly its check, and its remedy turns it back."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gatekeeper.doctor.checks import clock
from lab.faketime import clock_environment
from lab.roots import AsteriskRoot
from tests.doctor.faults import FAULTS, Fault
from tests.doctor.site import Patient, healthy, wrong_of


@pytest.fixture(scope="module")
def site(asterisk_22: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    """A site that is well."""
    with healthy(asterisk_22, tmp_path_factory.mktemp("doctor")) as patient:
        yield patient


@pytest.fixture(autouse=True)
def kept_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a time server keeps the clock of the machine that tests run on is not ours."""
    monkeypatch.setattr(clock, "_kernel", lambda: True)


def test_a_site_that_is_well_has_nothing_wrong(site: Patient) -> None:
    """Every check looked, and found nothing."""
    assert site.wrong() == {}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_turns_its_check_alone_and_its_remedy_turns_it_back(
    site: Patient, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check says what is wrong and what to do; no other check is worse for it."""
    steps = fault.make(site, monkeypatch)
    next(steps)
    try:
        reports = site.reports()
        assert wrong_of(reports) == {fault.check: fault.status}
        told = reports[fault.check].findings
        assert any(fault.says in one.says.english + one.place for one in told), told
        assert all(text for one in told for text in (*one.says, *one.remedy)), told
    finally:
        next(steps, None)
    assert site.wrong() == {}


def test_an_hour_behind_is_seen_by_the_command_itself(site: Patient) -> None:
    """The same with a clock that really is behind: the journal knows of a later time."""
    behind = {**site.lab.daemon.environment, **clock_environment(datetime.now(UTC) - timedelta(hours=1))}
    command = [sys.executable, "-m", "gatekeeper", "--config", str(site.config), "doctor", "--only", "clock"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=behind)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "was set back" in ended.stdout
