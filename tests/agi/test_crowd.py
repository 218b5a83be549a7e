from gatekeeper.agi import Counters, Limits
from gatekeeper.agi.crowd import Crowd


class Guest:
    """A connection that remembers that it was dismissed."""

    def __init__(self) -> None:
        self.dismissed = False

    def dismiss(self) -> None:
        self.dismissed = True

    def overdue(self) -> bool:
        self.dismiss()
        return False


def test_each_is_dismissed_when_its_own_time_is_over() -> None:
    """Those that wait after the one time, those that asked after the other, counted from their asking."""
    counters = Counters()
    crowd = Crowd(Limits(environment_s=2, answer_s=5), counters)
    guests = [Guest() for _ in range(4)]
    for n, guest in enumerate(guests):
        assert crowd.enter(guest, float(n))
    crowd.asked(guests[1], 4.0)
    for now, dismissed in ((1.9, []), (2.0, [0]), (3.9, [0]), (4.5, [0, 2]), (8.9, [0, 2, 3]), (9.0, [0, 1, 2, 3])):
        crowd.sweep(now)
        assert [n for n, guest in enumerate(guests) if guest.dismissed] == dismissed
    assert counters.late == 4
    assert len(crowd) == 0


def test_the_oldest_that_waits_makes_room() -> None:
    """Never one that is being answered; with only those, a newcomer does not come in."""
    counters = Counters()
    crowd = Crowd(Limits(max_connections=2), counters)
    first, second, third, fourth = (Guest() for _ in range(4))
    assert crowd.enter(first, 0)
    assert crowd.enter(second, 0)
    crowd.asked(first, 0)
    assert crowd.enter(third, 0)
    assert (first.dismissed, second.dismissed) == (False, True)
    crowd.asked(third, 0)
    assert not crowd.enter(fourth, 0)
    assert not any(guest.dismissed for guest in (first, third, fourth))
    crowd.leave(first)
    assert crowd.enter(fourth, 0)
    assert (counters.evicted, counters.crowded, len(crowd), crowd.answering) == (1, 1, 2, 1)


def test_one_that_was_dismissed_may_leave_and_ask_late() -> None:
    """What still comes from a closed connection changes nothing."""
    crowd = Crowd(Limits(max_connections=1), Counters())
    first, second = Guest(), Guest()
    crowd.enter(first, 0)
    crowd.enter(second, 0)
    crowd.asked(first, 0)
    crowd.leave(first)
    assert (len(crowd), crowd.answering) == (1, 0)
    crowd.dismiss_all()
    assert second.dismissed
    assert len(crowd) == 0
