"""Fair queues: each source in its turn, and nobody's flood is another one's loss."""

from collections import Counter, defaultdict, deque

from hypothesis import example, given
from hypothesis import strategies as st

from gatekeeper.sip.queues import FairQueues, QueueLimits

SMALL = QueueLimits(each=4, each_octets=40, most=12, most_octets=100)
STEPS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 50)) | st.just(None), max_size=200)


@given(STEPS)
@example([(0, 0), (0, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0)])
@example([(0, 50)])
def test_nothing_is_lost_or_changed_that_was_taken_in(steps: list[tuple[int, int] | None]) -> None:
    """In its source's order, each once; the bounds hold, and the counts are right, whatever comes."""
    queues: FairQueues[int] = FairQueues(SMALL)
    expected: dict[int, deque[bytes]] = defaultdict(deque)
    refused = 0
    for number, step in enumerate(steps):
        if step is None:
            taken = queues.take()
            assert (taken is None) == (not any(expected.values()))
            if taken is not None:
                assert taken[1] == expected[taken[0]].popleft()
            continue
        source, size = step
        message = b"%d" % number + b"x" * size
        if queues.put(source, message):
            expected[source].append(message)
        else:
            refused += 1
        waiting = [one for mine in expected.values() for one in mine]
        assert queues.of(source) == len(expected[source]) <= SMALL.each
        assert queues.waiting == len(queues) == len(waiting) <= SMALL.most
        assert sum(map(len, expected[source])) <= SMALL.each_octets
        assert queues.octets == sum(map(len, waiting)) <= SMALL.most_octets
    assert queues.dropped == refused


def test_one_that_floods_loses_its_own() -> None:
    """Ten thousand messages of one source: others have room, and their turn after one message of it."""
    queues: FairQueues[str] = FairQueues()
    for number in range(10_000):
        queues.put("flood", b"%d" % number)
    for name in ("one", "two"):
        assert queues.put(name, name.encode())
    assert [queues.take() for _ in range(3)] == [("flood", b"0"), ("one", b"one"), ("two", b"two")]


def test_one_that_floods_under_many_names_leaves_room() -> None:
    """Where half of the room is taken, each name gets a little only."""
    queues: FairQueues[int] = FairQueues(QueueLimits(each=1000, most=2000))
    accepted: Counter[int] = Counter()
    for _ in range(1000):
        for name in range(20):
            accepted[name] += queues.put(name, b"x")
    assert max(accepted.values()) <= 50
    assert queues.waiting < 2000
    assert queues.put(99, b"x")


def test_a_source_that_is_gone_is_forgotten() -> None:
    """With what waits of it."""
    queues: FairQueues[str] = FairQueues()
    queues.put("gone", b"a")
    queues.put("here", b"b")
    queues.forget("gone")
    assert (queues.take(), queues.take(), queues.octets) == (("here", b"b"), None, 0)
