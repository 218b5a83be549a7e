"""The journal that is made for the benchmark is one that the gate could have written."""

import sys
from pathlib import Path

from gatekeeper.clock import DAY_US, SECOND_US
from gatekeeper.journal import DecisionFilter
from gatekeeper.journal.ident import millisecond_of
from gatekeeper.journal.sqlite import SqliteReader
from gatekeeper.policy import Gate, Reason, Verdict

sys.path.insert(0, str(Path(__file__).parent))
try:
    import long_journal
finally:
    sys.path.pop(0)

UNTIL = 1_790_000_000 * SECOND_US
COUNT = 20_000


def test_is_a_journal(tmp_path: Path) -> None:
    """Ids are those of the times, in order; codes are ours; one sort is rare; the last decision is of just before."""
    path = tmp_path / "journal.sqlite3"
    long_journal.make(path, COUNT, UNTIL, a_day=COUNT // 2)
    with SqliteReader(path) as reader:
        rows = [one.row for page in reader.pages(DecisionFilter()) for one in page]
        assert len(reader.page(DecisionFilter(number=rows[7].number)).rows) >= 1
    assert len(rows) == COUNT
    assert [one.id for one in rows] == sorted({one.id for one in rows})
    assert all(millisecond_of(one.id) == one.at // 1000 for one in rows)
    assert rows[0].at >= UNTIL - 2 * DAY_US
    assert rows[-1].at < UNTIL
    for one in rows:
        assert Verdict(one.verdict)
        assert Reason(one.reason)
        assert Gate(one.gate)
        assert (one.number is None) == (one.reason == "NUMBER_INVALID")
    assert {one.bypass for one in rows} == {0, 1}
