"""The short form of the race that `make soak` runs a thousand rounds of."""

from pathlib import Path

import pytest

from lab.roots import AsteriskRoot
from tests.attempts.race import race


@pytest.mark.soak
def test_two_dialers_never_make_a_call_too_many(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """FastAGI and AMI proxy race for the fourth call, with the daemon killed in between: never a fifth is let by."""
    outcome = race(asterisk_22, tmp_path, 24, "full", kill_every=12)
    assert outcome.faults == []
    assert outcome.kills == 2
    assert set(outcome.won) == {"dialplan gate", "AMI proxy"}, "it was no race"
