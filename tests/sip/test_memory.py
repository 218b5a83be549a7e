"""Bounded memories: the latest values, for some time."""

from gatekeeper.sip.protocol.memory import BoundedMemory


def test_only_the_latest_are_kept() -> None:
    """A value that is put again is one of the latest."""
    memory: BoundedMemory[int] = BoundedMemory(most=2, lasts=10)
    for key, value in ((b"a", 1), (b"b", 2), (b"a", 3), (b"c", 4)):
        memory.put(key, value, 0)
    assert [memory.get(key, 0) for key in (b"a", b"b", b"c")] == [3, None, 4]
    assert len(memory) == 2


def test_a_value_is_kept_for_its_time() -> None:
    """It is gone at its end, and makes room when something is put."""
    memory: BoundedMemory[int] = BoundedMemory(most=9, lasts=10)
    memory.put(b"a", 1, 0)
    assert memory.get(b"a", 9.9) == 1
    assert memory.get(b"a", 10) is None
    memory.put(b"b", 2, 10)
    assert len(memory) == 1
