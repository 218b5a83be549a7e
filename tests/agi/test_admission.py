from gatekeeper.net.admission import Admission
from gatekeeper.net.limits import Limits, ServerCounters


class FakeConnection:
    """A connection that remembers that it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def close_now(self) -> None:
        self.closed = True

    def overdue(self) -> bool:
        self.close_now()
        return False


def test_each_closed_when_its_own_time_is_over() -> None:
    """Those that wait after the one time, those that asked after the other, counted from their asking."""
    counters = ServerCounters()
    admission = Admission(Limits(environment_s=2, answer_s=5), counters)
    slots = [FakeConnection() for _ in range(4)]
    for n, slot in enumerate(slots):
        assert admission.enter(slot, float(n))
    admission.asked(slots[1], 4.0)
    for now, closed in ((1.9, []), (2.0, [0]), (3.9, [0]), (4.5, [0, 2]), (8.9, [0, 2, 3]), (9.0, [0, 1, 2, 3])):
        admission.sweep(now)
        assert [n for n, slot in enumerate(slots) if slot.closed] == closed
    assert counters.late == 4
    assert len(admission) == 0


def test_the_oldest_that_waits_makes_room() -> None:
    """Never one that is being answered; with only those, a newcomer does not come in."""
    counters = ServerCounters()
    admission = Admission(Limits(max_connections=2), counters)
    first, second, third, fourth = (FakeConnection() for _ in range(4))
    assert admission.enter(first, 0)
    assert admission.enter(second, 0)
    admission.asked(first, 0)
    assert admission.enter(third, 0)
    assert (first.closed, second.closed) == (False, True)
    admission.asked(third, 0)
    assert not admission.enter(fourth, 0)
    assert not any(slot.closed for slot in (first, third, fourth))
    admission.leave(first)
    assert admission.enter(fourth, 0)
    assert (counters.evicted, counters.turned_away, len(admission), admission.answering) == (1, 1, 2, 1)


def test_one_that_was_closed_may_leave_and_ask_late() -> None:
    """What still comes from a closed connection changes nothing."""
    admission = Admission(Limits(max_connections=1), ServerCounters())
    first, second = FakeConnection(), FakeConnection()
    admission.enter(first, 0)
    admission.enter(second, 0)
    admission.asked(first, 0)
    admission.leave(first)
    assert (len(admission), admission.answering) == (1, 0)
    admission.close_all()
    assert second.closed
    assert len(admission) == 0
