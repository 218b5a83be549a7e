"""Which consumers have an entry in the main database: one bit each, so that nearly all others need not be looked up."""

from typing import Final

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
