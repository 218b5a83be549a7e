"""The one place where a dialled string becomes a number, or is refused."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from gatekeeper.phone.blocks import NOBODY, Blocks
from gatekeeper.phone.dialplan import DialPlan
from gatekeeper.phone.emergency import EmergencyNumbers
from gatekeeper.phone.kinds import NumberKind, PhoneNumber
from gatekeeper.phone.spelling import MOST_CHARACTERS, Spelling, is_withheld, spell
from gatekeeper.translation import marked

_REMEMBERED = 4096  # recently seen spellings that took the long way; in memory only
_MOST_INTERNAL_CHARACTERS = 64  # a regular expression of the admin's sees no longer text: its worst case stays small
_PUBLIC_DIGITS = 9  # so many digits are a public number to a carrier, whatever an internal pattern says
_SHORT_CODE_DIGITS = 6
_MOST_PREFIXES = 4  # taken off one string
_PAUSES = " ,wW"  # between an access code and the number

_E164 = NumberKind.E164
_new = tuple.__new__  # PhoneNumber(...) goes through a Python-level __new__: a third of the whole fast path


class Normaliser:
    """Understands dialled strings by one dial plan. Its only state is memory of what it has learnt."""

    def __init__(self, plan: DialPlan) -> None:
        """Take the plan; raises ValueError for an unknown country or an `internal` that is not a regular expression."""
        from gatekeeper.phone.numbering import Numbering  # loads phonenumbers: 30 ms

        self.plan = plan
        self._internal = [_compile(pattern) for pattern in plan.internal]
        self._prefixes = tuple(prefix for prefix in plan.prefixes if prefix)
        self._numbering = Numbering(plan.home)
        self.blocks = Blocks(self._numbering, reserved=plan.emergency)
        self._tables = self.blocks.tables
        prefixes = self._numbering.emergency_prefixes(self._prefixes)
        self.emergency = EmergencyNumbers(plan.emergency, prefixes, lambda text: self._read(text)[0] != 0)
        self._remembered = lru_cache(_REMEMBERED)(self._understand)

    @property
    def country_code(self) -> str:
        """The calling code of the home country, as digits."""
        return self._numbering.country_code

    @cached_property
    def home_lengths(self) -> frozenset[int]:
        """How many digits national numbers of the home country have, without any prefix."""
        return self._numbering.home_lengths()

    @property
    def national_prefix(self) -> str:
        """What stands before a national number when it is dialled at home (0 in France); "" where nothing does."""
        return "" if self._numbering.bare_is_national else self._numbering.national_prefix

    def normalise(self, dialled: str) -> PhoneNumber:
        """Understand one dialled string. Never raises; any input takes bounded time."""
        table = self._tables.get(len(dialled))
        if table is not None:
            cut, heads = table
            base = heads.get(dialled[:cut])
            if base is not None and base > 0:
                tail = dialled[cut:]
                if tail.isdecimal() and tail.isascii():
                    return _new(PhoneNumber, (_E164, base + int(tail), dialled, ""))
        if len(dialled) > MOST_CHARACTERS:
            return _invalid(dialled, marked("too long for a number"))
        return self._remembered(dialled)

    def _understand(self, dialled: str) -> PhoneNumber:
        e164 = self.blocks.find(dialled)
        if e164 > 0:
            return PhoneNumber(_E164, e164, dialled, "")
        if dialled in self.plan.emergency:
            return PhoneNumber(NumberKind.EMERGENCY, 0, dialled, "")
        if is_withheld(dialled):
            return PhoneNumber(NumberKind.WITHHELD, 0, dialled, marked("no number, only a word that hides one"))
        spellings = [spell(rest, self._numbering.country_code) for rest in self._without_prefixes(dialled)]
        return (
            self._as_emergency(dialled)
            or self._as_e164(dialled, spellings)
            or self._as_internal(dialled)
            or self._as_short_code(dialled, spellings)
            or _invalid(dialled, spellings[0].note or self._read(spellings[0].text)[1])
        )

    def _without_prefixes(self, dialled: str, prefixes: tuple[str, ...] | None = None) -> list[str]:
        """The string itself and what is left of it by taking off prefixes (those configured), each at most once."""
        rests = [dialled]
        for _ in range(_MOST_PREFIXES):
            more = [rest for left in rests for rest in self._without_one(left, prefixes) if rest not in rests]
            if not more:
                break
            rests.extend(dict.fromkeys(more))
        return rests

    def _without_one(self, text: str, prefixes: tuple[str, ...] | None) -> Iterator[str]:
        for prefix in self._prefixes if prefixes is None else prefixes:
            if text.startswith(prefix):
                yield text[len(prefix) :].lstrip(_PAUSES)

    def _as_emergency(self, dialled: str) -> PhoneNumber | None:
        if not self.emergency.is_one(dialled):
            return None
        return PhoneNumber(NumberKind.EMERGENCY, 0, dialled, "prefix or separators taken off")

    def _as_e164(self, dialled: str, spellings: list[Spelling]) -> PhoneNumber | None:
        found: dict[int, str] = {}
        for place, spelling in enumerate(spellings):
            if not spelling.text:
                continue
            e164, _ = self._read(spelling.text)
            if e164:
                note = "; ".join(filter(None, ["prefix taken off" if place else "", spelling.note]))
                found.setdefault(e164, note)
        if len(found) > 1:
            found = self._behind_line_prefix(dialled) or found
        if len(found) > 1:
            return _invalid(dialled, marked("is one number with its prefix and another without it"))
        for e164, note in found.items():
            return PhoneNumber(_E164, e164, dialled, note)
        return None

    def _behind_line_prefix(self, dialled: str) -> dict[int, str]:
        """Numbers that it is when the prefix that always stands before a number is taken off, once.

        9 1 212 555 1234 is dialled in New York and is not a number of India where the 9 is dialled before every number.
        """
        line = self.plan.line_prefix
        if not line:
            return {}
        others = tuple(prefix for prefix in self._prefixes if prefix != line)
        behind = [
            rest
            for text in self._without_prefixes(dialled, others)
            if text.startswith(line)
            for rest in self._without_prefixes(text[len(line) :].lstrip(_PAUSES), others)
        ]
        found: dict[int, str] = {}
        for rest in behind:
            spelling = spell(rest, self._numbering.country_code)
            e164 = self._read(spelling.text)[0] if spelling.text else 0
            if e164:
                found.setdefault(e164, "; ".join(filter(None, ["prefix taken off", spelling.note])))
        return found

    def _read(self, text: str) -> tuple[int, str]:
        e164 = self.blocks.find(self._numbering.with_plus(text))
        if e164 == NOBODY:
            return 0, self._numbering.not_valid
        return (e164, "") if e164 > 0 else self._numbering.read(text)

    def _as_internal(self, dialled: str) -> PhoneNumber | None:
        if len(dialled) > _MOST_INTERNAL_CHARACTERS:
            return None
        if sum(character.isdecimal() for character in dialled) >= _PUBLIC_DIGITS:
            return None
        if any(pattern.fullmatch(dialled) for pattern in self._internal):
            return PhoneNumber(NumberKind.INTERNAL, 0, dialled, "")
        return None

    def _as_short_code(self, dialled: str, spellings: list[Spelling]) -> PhoneNumber | None:
        for place, spelling in enumerate(spellings):
            text = spelling.text
            if text in self.plan.emergency:
                return _invalid(dialled, marked("resembles an emergency number but is not exactly one"))
            if not spelling.plain or not text.isdecimal() or len(text) > _SHORT_CODE_DIGITS:
                continue
            if self._numbering.is_short_code(text):
                return PhoneNumber(NumberKind.SHORT_CODE, 0, dialled, "prefix taken off" if place else spelling.note)
        return None


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        message = f"internal: {pattern!r} is not a regular expression: {error}"
        raise ValueError(message) from error


def _invalid(dialled: str, note: str) -> PhoneNumber:
    return PhoneNumber(NumberKind.INVALID, 0, dialled, note)
