"""`gatekeeper doctor` on a real site: it is well; each fault turns exactly its check, and its remedy turns it back."""

from collections.abc import Iterator

import pytest

from gatekeeper.doctor.checks import clock
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
