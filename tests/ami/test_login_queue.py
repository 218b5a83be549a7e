"""Who gets a seat before the login, and who has to leave."""

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.ami.protocol.unauthenticated import LoginLimits, LoginQueue, Turn

GRACE_S = 0.5
LIMITS = LoginLimits(seats=3, seats_of_address=2, most=6, grace_s=GRACE_S, login_s=10.0)


def entered(*clients: str, now: float = 0.0) -> LoginQueue[str]:
    """LoginQueue whose address is their first letter."""
    queue: LoginQueue[str] = LoginQueue(LIMITS)
    for client in clients:
        queue.enter(client, client[0], now)
    return queue


def test_there_is_a_seat_for_each_while_there_are_few() -> None:
    """Who comes alone is seated at once, and must have logged in in time."""
    queue = entered("a1")
    assert queue.turn(0.0) == Turn(["a1"], [], 10.0)
    assert queue.turn(9.0) == Turn([], [], 1.0)
    assert queue.turn(10.0) == Turn([], ["a1"], None)
    assert len(queue) == 0


def test_one_address_does_not_take_all_seats() -> None:
    """The last to come is served first, and another address still finds a seat."""
    queue = entered("a1", "a2", "a3")
    assert queue.turn(0.0) == Turn(["a3", "a2"], [], GRACE_S)
    queue.enter("b1", "b", 0.1)
    assert queue.turn(0.1).seated == ["b1"]


def test_who_sits_and_says_nothing_gives_way() -> None:
    """After a moment one that waits takes the seat of the one that has sat longest."""
    queue = entered("a1", "a2", "a3")
    queue.turn(0.0)
    assert queue.turn(GRACE_S) == Turn(["a1"], ["a3"], 10.0 - GRACE_S)


def test_a_login_frees_the_seat() -> None:
    """Who has logged in is no client any more."""
    queue = entered("a1", "a2", "a3")
    queue.turn(0.0)
    queue.leave("a3")
    queue.leave("a3")
    assert "a3" not in queue
    assert queue.turn(0.0).seated == ["a1"]


def test_there_are_never_too_many() -> None:
    """Beyond the most, the oldest has to go."""
    queue = entered(*"abcdefgh")
    turn = queue.turn(0.0)
    assert turn.leaving == ["a", "b"]
    assert turn.seated == ["h", "g", "f"]


@given(st.lists(st.tuples(st.sampled_from("aaab"), st.sampled_from(["enter", "leave", "turn"]), st.floats(0, 1))))
def test_the_limits_hold(steps: list[tuple[str, str, float]]) -> None:
    """Whatever happens, no limit is passed, nobody is seated twice, and who waits is told when it goes on."""
    queue: LoginQueue[str] = LoginQueue(LIMITS)
    now = 0.0
    seated: dict[str, str] = {}
    for number, (address, step, seconds) in enumerate(steps):
        now += seconds
        if step == "enter":
            queue.enter(f"{address}{number}", address, now)
        elif step == "leave" and seated:
            client = next(iter(seated))
            del seated[client]
            queue.leave(client)
        turn = queue.turn(now)
        for client in turn.leaving:
            seated.pop(client, None)
        for client in turn.seated:
            assert client not in seated
            seated[client] = client[0]
        assert len(seated) <= LIMITS.seats
        assert list(seated.values()).count("a") <= LIMITS.seats_of_address
        assert len(queue) <= LIMITS.most
        assert (turn.wait_s is None) == (len(queue) == 0)
