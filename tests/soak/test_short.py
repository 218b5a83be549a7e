"""The short form of `make soak`."""

from pathlib import Path

import pytest

from lab.roots import AsteriskRoot
from tests.soak.soak import growth, soak


@pytest.mark.soak
def test_a_steady_dialer_loses_and_doubles_no_answer(
    asterisk_22: AsteriskRoot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For twenty seconds at 50 a second: no answer missing or doubled, log and carrier agree, the memory stays flat."""
    result = soak(asterisk_22, tmp_path, 1000, print)
    assert result.faults == []
    assert result.events > 6_000, capsys.readouterr().out


def test_growth_is_the_rise_of_the_line() -> None:
    """A leak shows, a wobble does not."""
    assert growth([10.0, 10.5, 11.0, 11.5]) == pytest.approx(1.5)
    assert growth([10.0, 10.4, 9.6, 10.0]) == pytest.approx(-0.24)
