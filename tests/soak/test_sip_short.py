"""The short form of the calls by every way at once."""

from pathlib import Path

import pytest

from lab.roots import AsteriskRoot
from tests.soak.sip import soak_sip


@pytest.mark.soak
def test_nothing_listed_leaves_by_any_way_while_lists_change(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """Eighty calls by five ways, a third of them listed a moment before, and two kills of the daemon."""
    outcome = soak_sip(asterisk_22, tmp_path, 80, kill_every=35)
    assert outcome.faults == []
    assert outcome.kills == 2
    assert len(outcome.placed) == 5
    assert outcome.reached > 30
    assert outcome.refused > 15
