"""Moments of collection of a plain block, all at once: a day and its clock, without a zone, in one spelling."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from gatekeeper.clock import SECOND_US, micros_of, moment_of
from gatekeeper.consents.importing.rows import Integers, Octets, OctetWords, words_of

_EPOCH: Final = 1970
_SIXTY: Final = 60
_UNSEEN: Final = -2
_NOT_WHOLE: Final = -1
_MONTHS, _DAYS, _HOURS = 13, 32, 24
"""What a part of a code counts to: from 0, so that no two hours have one code."""

_SHORT, _LONG = len("2026-08-20T10:00"), len("2026-08-20T10:00:00")
_CLOCK: Final = len("2026-08-20T")
_BLANKS: Final = (ord("T"), ord(" "))
_TENS: Final = np.uint64(10)
_LOW_NIBBLES: Final = np.uint64(0x0F0F0F0F0F0F0F0F)
_OCTET: Final = np.uint64(0xFF)


class _EightCharacters:
    """How eight characters are spelled: `d` is a digit, `?` anything, and the others are themselves."""

    def __init__(self, form: str) -> None:
        digits = bytes(0xFF if sign == "d" else 0 for sign in form)
        fixed = bytes(0 if sign in "d?" else 0xFF for sign in form)
        self._nibbles = _word(bytes(octet & 0xF0 for octet in digits))
        self._zeros = _word(bytes(octet & ord("0") for octet in digits))
        self._sixes = _word(bytes(octet & 6 for octet in digits))
        self._fixed = _word(fixed)
        self._signs = _word(bytes(mask & ord(sign) for mask, sign in zip(fixed, form, strict=True)))

    def fits(self, words: OctetWords) -> bool:
        """Whether all words are spelled so. A digit's high half is 3, and stays 3 when 6 is added."""
        return bool(
            ((words & self._nibbles) == self._zeros).all()
            and (((words + self._sixes) & self._nibbles) == self._zeros).all()
            and ((words & self._fixed) == self._signs).all()
        )


def _word(octets: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(octets, "little"))


_YEAR_MONTH, _DAY_TIME, _TIME = _EightCharacters("dddd-dd-"), _EightCharacters("dd?dd:dd"), _EightCharacters("dd:dd:dd")


class MomentReader:
    """Reads the moments of a block.

    Args:
        zone: of the moments.
        latest: none is after this.
    """

    def __init__(self, zone: ZoneInfo, latest: int) -> None:
        self._zone = zone
        self._latest = latest
        self._years = moment_of(latest).year + 2 - _EPOCH
        self._hours = np.full(self._years * _MONTHS * _DAYS * _HOURS, _UNSEEN, np.int64)

    def read(self, octets: Octets, begins: Integers, lengths: Integers) -> Integers | None:
        """Microseconds since the epoch; None where a moment is spelled otherwise, is ambiguous or to come.

        Args:
            octets: with eight more behind the last moment.
            begins: where each begins.
            lengths: how long each is.
        """
        length = int(lengths[0])
        if length not in {_SHORT, _LONG} or (lengths != length).any():
            return None
        words = words_of(octets)
        months, days = words[begins], words[begins + 8]
        blanks = days >> np.uint64(16) & _OCTET
        if not _YEAR_MONTH.fits(months) or not _DAY_TIME.fits(days):
            return None
        if not ((blanks == _BLANKS[0]) | (blanks == _BLANKS[1])).all():
            return None
        dates, times = _pairs(months), _pairs(days)
        hours = self._whole_hours(
            _pair(dates, 0) * 100 + _pair(dates, 2), _pair(dates, 5), _pair(times, 0), _pair(times, 3)
        )
        minutes, seconds = _pair(times, 6), np.zeros_like(begins)
        if hours is None or (minutes >= _SIXTY).any():
            return None
        if length == _LONG:
            clock = words[begins + _CLOCK]
            seconds = _pair(_pairs(clock), 6)
            if not _TIME.fits(clock) or (seconds >= _SIXTY).any():
                return None
        moments: Integers = hours + (minutes * _SIXTY + seconds) * SECOND_US
        return None if (moments > self._latest).any() else moments

    def _whole_hours(self, years: Integers, months: Integers, days: Integers, hours: Integers) -> Integers | None:
        """The beginnings of hours that are whole and come once; None where one is not."""
        years = years - _EPOCH
        if (years < 1).any() or (years >= self._years).any():
            return None
        if (months >= _MONTHS).any() or (days >= _DAYS).any() or (hours >= _HOURS).any():
            return None
        codes = ((years * _MONTHS + months) * _DAYS + days) * _HOURS + hours
        found: Integers = self._hours[codes]
        if (found == _UNSEEN).any():
            for code in np.unique(codes[found == _UNSEEN]).tolist():
                self._hours[code] = _whole_hour(code, self._zone)
            found = self._hours[codes]
        return None if (found == _NOT_WHOLE).any() else found


def _pairs(words: OctetWords) -> OctetWords:
    """In each octet the value of its digit and the next as one number of two digits."""
    digits = words & _LOW_NIBBLES
    return digits * _TENS + (digits >> np.uint64(8))


def _pair(pairs: OctetWords, place: int) -> Integers:
    return (pairs >> np.uint64(8 * place) & _OCTET).astype(np.int64)


def _whole_hour(code: int, zone: ZoneInfo) -> int:
    rest, hour = divmod(code, _HOURS)
    rest, day = divmod(rest, _DAYS)
    year, month = divmod(rest, _MONTHS)
    try:
        local = datetime(year + _EPOCH, month, day, hour, tzinfo=zone)
        last = local + timedelta(minutes=59, seconds=59)
    except (ValueError, OverflowError):
        return _NOT_WHOLE
    offsets = {moment.replace(fold=fold).utcoffset() for moment in (local, last) for fold in (0, 1)}
    return micros_of(local) if len(offsets) == 1 else _NOT_WHOLE
