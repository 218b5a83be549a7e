"""Bounded memories: the latest values, for some time."""

from gatekeeper.sip.protocol.memory import BoundedMemory


def test_only_the_latest_are_kept() -> None:
    """A value that is put again is one of the latest."""
    memory: BoundedMemory[int] = BoundedMemory(most=2, lasts=10)
    for key, value in ((b"a", 1), (b"b", 2), (b"a", 3), (b"c", 4)):
        memory.put(key, value, 0)
    assert [memory.get(key, 0) for key in (b"a", b"b", b"c")] == [3, None, 4]
    assert len(memory) == 2
    assert memory.forgotten == 1
    for now in (9, 21):  # one goes before its time, one that is over is not missed
        memory.put(b"%d" % now, 5, now)
    assert memory.forgotten == 2


def test_a_value_that_is_replaced_is_no_younger() -> None:
    """It keeps its place and its time."""
    memory: BoundedMemory[int] = BoundedMemory(most=2, lasts=10)
    for key in (b"a", b"b"):
        memory.put(key, 1, 0)
    memory.replace(b"a", 2)
    assert (memory.get(b"a", 9), memory.get(b"a", 10)) == (2, None)
    memory.put(b"c", 3, 5)
    assert [memory.get(key, 5) for key in (b"a", b"b", b"c")] == [None, 1, 3]


def test_a_value_is_kept_for_its_time() -> None:
    """It is gone at its end, and makes room when something is put."""
    memory: BoundedMemory[int] = BoundedMemory(most=9, lasts=10)
    memory.put(b"a", 1, 0)
    assert memory.get(b"a", 9.9) == 1
    assert memory.get(b"a", 10) is None
    memory.put(b"b", 2, 10)
    assert len(memory) == 1
