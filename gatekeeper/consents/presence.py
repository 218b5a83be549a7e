"""Presence bits: one for each consumer of the main database, so that nearly all others need not be looked up."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BITS: Final = 23
_SHIFT: Final = 64 - _BITS
_MULTIPLIER: Final = 0x9E3779B97F4A7C15
_MASK64: Final = (1 << 64) - 1


class PresenceBits:
    """A megabyte of bits. A subject whose bit is not set has no entry; of others it is not known."""

    def __init__(self) -> None:
        self._bits = bytearray(1 << (_BITS - 3))
        self.upto = 0
        """Entries up to this id are in it."""
        self.complete = False
        """Whether every entry is."""

    def add(self, subject: int) -> None:
        """Note a subject."""
        place = (subject * _MULTIPLIER & _MASK64) >> _SHIFT
        self._bits[place >> 3] |= 1 << (place & 7)

    def may_hold(self, subject: int) -> bool:
        """Whether a subject may have an entry."""
        place = (subject * _MULTIPLIER & _MASK64) >> _SHIFT
        return not self.complete or self._bits[place >> 3] >> (place & 7) & 1 == 1

    def may_hold_many(self, subjects: "NDArray[np.int64]") -> "NDArray[np.bool_]":
        """The same of many."""
        import numpy as np  # serving does without

        if not self.complete:
            return np.ones(len(subjects), np.bool_)
        places = (subjects.astype(np.uint64) * np.uint64(_MULTIPLIER)) >> np.uint64(_SHIFT)
        octets = np.frombuffer(bytes(self._bits), np.uint8)[(places >> np.uint64(3)).astype(np.int64)]
        return (octets >> (places & np.uint64(7)).astype(np.uint8) & 1).astype(np.bool_)
