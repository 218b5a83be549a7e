"""phonenumbers, asked in one place: which number is meant by bare digits, and where one answer holds for a block.

Nothing here knows about punctuation, prefixes or lists: the text is digits, with a plus before them or not.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType, phonenumberutil, shortnumberinfo

from gatekeeper.errors import UnknownPatternError
from gatekeeper.phone.emergency import dialling_prefixes
from gatekeeper.phone.patterns import Automaton, Pattern
from gatekeeper.translation import marked

_NOT_VALID = marked("not a number of its country's numbering plan")
_AMBIGUOUS = marked("can be read as two different numbers: write it in full, with + and the country code")
_LOCAL = marked("too short for a full number: the area code is missing")

# The French numbering plan is one plan of ten-digit national numbers for the metropole and these, whatever country code
# stands before it abroad (Arcep decision 2018-0881): 0590 12 34 56 is +590 590 12 34 56, also when written +33 590 ...
_FRANCE = 33
_FRENCH_OVERSEAS = (262, 508, 590, 594, 596)
# What of it is the territories' own: the metadata knows the blocks that were given out when it was made, and new ones
# follow. What begins so is a subscriber of the territory (Arcep decision 2018-0881, annex; decision 2022-1583 for 09475
# to 09479).
_FRENCH_BLOCKS = {
    262: r"(?:26[239]|639|69[23])\d{6}|947[89]\d{5}",
    590: r"(?:590|69[01])\d{6}|9475\d{5}",
    594: r"(?:594|694)\d{6}|9476\d{5}",
    596: r"(?:596|69[67])\d{6}|9477\d{5}",
}
_ST_PIERRE = 508  # its short national numbers have six digits, dialled 0508 and these from elsewhere in France
_FRENCH_DIGITS = 9

# Fewer digits without any prefix are an extension, a short code or a number within a town.
_FULL_BARE = 8
_FULL_BARE_NATIONAL = 6  # where national numbers are dialled without a prefix (687 and other small plans)
_SUBSCRIBER_TYPES = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOIP,
    },
)
_DESCRIPTIONS = (  # every kind of number that makes a number valid
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
    "fixed_line",
    "mobile",
)
_TAGS = 3  # what is told apart of a region: see `_patterns`


class NumberReading(NamedTuple):
    """The number that some digits mean (0: none), and why there is none."""

    e164: int
    note: str = ""


class Numbering:
    """The numbering plan of the world as seen from one home country."""

    not_valid = _NOT_VALID

    def __init__(self, home: str) -> None:
        """Load the metadata of the home country; raises ValueError for a country that phonenumbers does not know."""
        keep_patterns = getattr(phonenumbers, "enable_pattern_cache", None)
        if keep_patterns is not None:  # newer releases: foreign numbers are read faster, not differently
            keep_patterns()
        self.home = home.upper()
        metadata = PhoneMetadata.metadata_for_region(self.home)
        if metadata is None or not metadata.country_code:
            message = f"{home!r} is not a country that phonenumbers knows (ISO 3166 two-letter code, such as FR)"
            raise ValueError(message)
        self.metadata = metadata
        self.country_code = str(metadata.country_code)
        self.national_prefix = metadata.national_prefix or ""
        # Where national numbers are dialled with 0 before them, digits without it are not surely national.
        self.bare_is_national = not self.national_prefix or self.national_prefix == self.country_code
        national = "" if self.bare_is_national else self.national_prefix
        self._plain_beginnings = (national, self.country_code, "+" + self.country_code)
        self._longest = max(self.home_lengths())
        self._full_bare = _FULL_BARE_NATIONAL if self.bare_is_national else _FULL_BARE
        self._international = re.compile(metadata.international_prefix or "(?!)")

    def read(self, text: str) -> NumberReading:
        """The number meant by digits, or by + and digits (up to 30)."""
        if text.startswith("+"):
            return _answer(_parse(text, None))
        national = _parse(text, self.home)
        if self._is_prefixed(text):
            return _answer(national)
        home, world = _answer(national), _answer(_parse("+" + text, None))
        if home.e164 and world.e164 and home.e164 != world.e164:
            return self._choose(text, home, world)
        if home.e164 and len(text) < self._full_bare and national is not None:
            return NumberReading(0, _LOCAL) if phonenumberutil.number_type(national) in _SUBSCRIBER_TYPES else home
        if home.e164:
            return home
        # Without a plus a foreign number shows only by being longer than any at home; else it is a wrong home number.
        return world if len(text) > self._longest or text.startswith(self.country_code) else home

    def _choose(self, text: str, home: NumberReading, world: NumberReading) -> NumberReading:
        """Of a national number without its prefix and a world number without its plus: the one that is dialled so."""
        own = text.startswith(self.country_code)
        if own != self.bare_is_national:
            # 49 151 ...: nobody in Germany dials 0 49151 ... without its 0. 391 234 5678: in Italy one dials just so.
            return world if own else home
        return NumberReading(0, _AMBIGUOUS)

    def _is_prefixed(self, text: str) -> bool:
        """Whether the digits begin as one dials a national or an international number from home."""
        if self.national_prefix and self.national_prefix != self.country_code and text.startswith(self.national_prefix):
            return True
        return self._international.match(text) is not None

    def with_plus(self, text: str) -> str:
        """The same digits with a plus for the international prefix, where that is 00; else as they are."""
        # phonenumbers takes no prefix off before a further zero, nor do we.
        plain = self.metadata.international_prefix == "00" and text.startswith("00") and not text.startswith("000")
        return "+" + text[2:] if plain else text

    def emergency_prefixes(self, configured: Iterable[str]) -> tuple[str, ...]:
        """What a caller at home may dial before an emergency number, the site's own prefixes included."""
        abroad = self.metadata.preferred_international_prefix or self.metadata.international_prefix or ""
        abroad = abroad if abroad.isdecimal() else ""
        return dialling_prefixes(self.home, self.country_code, self.national_prefix, abroad, configured)

    def is_plain(self, head: str) -> bool:
        """Whether it begins as a home number does in its plainest spellings: 06..., 336..., +336..."""
        return any(head.startswith(beginning) for beginning in self._plain_beginnings)

    def may_be_plain(self, head: str) -> bool:
        """Whether it may become one of these when digits are added."""
        return any(beginning.startswith(head) for beginning in self._plain_beginnings)

    def is_of_home(self, head: str, e164: int) -> bool:
        """Whether a plain reading depends on the home country's plan alone (with France goes all that is French)."""
        prefixed = any(head.startswith(beginning) for beginning in self._plain_beginnings if beginning)
        return prefixed or str(e164).startswith(self.country_code)

    def is_short_code(self, text: str) -> bool:
        """Whether these digits are a short code of the home country (3900, 118 and three digits, ...)."""
        number = phonenumbers.PhoneNumber(country_code=int(self.country_code), national_number=int(text))
        zeros = len(text) - len(text.lstrip("0"))
        if zeros:
            number.italian_leading_zero, number.number_of_leading_zeros = True, zeros
        return shortnumberinfo.is_valid_short_number_for_region(number, self.home)

    def uniformity(self) -> "Uniformity":
        """What tells for which blocks of numbers one reading holds for all (a few ms)."""
        return Uniformity(self)

    def home_lengths(self) -> frozenset[int]:
        """The numbers of digits that national numbers of the home country can have, without any prefix."""
        regions = phonenumberutil.COUNTRY_CODE_TO_REGION_CODE[int(self.country_code)]
        lengths: set[int] = set()
        for region in regions:
            metadata = PhoneMetadata.metadata_for_region(region)
            if metadata is not None and metadata.general_desc is not None:
                lengths.update(metadata.general_desc.possible_length)
        return frozenset(lengths)


class Uniformity:
    """Tells whether `Numbering.read` has to give the same kind of answer to every number of a block.

    A block is a beginning ("0612") with a count of further digits. What is read from it depends on nothing but whether
    the patterns of the home country match the digits after the prefixes. So when each of the patterns matches all of
    the block or none of it, one number of the block speaks for all. It errs towards "no".
    """

    def __init__(self, numbering: Numbering) -> None:
        """Compile the home country's patterns; with one that is not understood no block is ever uniform."""
        self._code = numbering.country_code
        self._home = numbering.metadata
        self._known = not self._home.national_prefix_transform_rule
        self._national = re.compile(self._home.national_prefix_for_parsing or "(?!)")
        self._abroad = re.compile(self._home.international_prefix or "(?!)")
        try:
            self._compile()
        except UnknownPatternError:
            self._known = False

    def _compile(self) -> None:
        codes = {int(self._code)}
        if not codes.isdisjoint((_FRANCE, *_FRENCH_OVERSEAS)):
            codes.update((_FRANCE, *_FRENCH_OVERSEAS))
        whole: list[Pattern] = []
        begin = [Pattern(0, self._home.national_prefix_for_parsing or "")]
        regions = [region for code in codes for region in phonenumberutil.COUNTRY_CODE_TO_REGION_CODE[code]]
        for place, region in enumerate(regions):
            metadata = PhoneMetadata.metadata_for_region(region)
            if metadata is not None:
                inner_prefix = "508" if metadata.country_code == _ST_PIERRE else ""
                whole.extend(_patterns(_TAGS * place, metadata, inner_prefix))
                begin.append(Pattern(0, metadata.leading_digits or ""))
        self._whole = Automaton(whole)
        self._begin = Automaton(begin)
        self._abroad_begin = Automaton([Pattern(0, self._home.international_prefix or "")])

    def holds(self, head: str, more: int) -> bool:
        """Whether one number that is `head` and `more` digits speaks for all of them."""
        digits = head.removeprefix("+")
        if not self._known or not (digits.isascii() and digits.isdecimal()):
            return False
        if head == digits and (self._abroad_begin.can_go_on(head) or self._abroad.match(head)):
            return False
        # Taken off before matching is the country code, the national prefix (one digit), or one after the other.
        offsets = [0, 1]
        if digits.startswith(self._code) or self._code.startswith(digits):
            offsets += [len(self._code), len(self._code) + 1]
        return all(self._holds_from(digits[offset:], more) for offset in offsets)

    def _holds_from(self, digits: str, more: int) -> bool:
        if not digits or self._begin.can_go_on(digits):
            return False
        taken = self._national.match(digits)
        if taken is not None and taken.end() > 1:
            return False
        return self._whole.block(digits, more) is not None


def _patterns(tag: int, metadata: PhoneMetadata, inner_prefix: str) -> list[Pattern]:
    """A region's patterns: one tag for all its kinds of numbers, the next two for its plan as a whole and prefixed."""
    kinds = [getattr(metadata, name) for name in _DESCRIPTIONS]
    expressions = [(kind.national_number_pattern, kind.possible_length) for kind in kinds if kind]
    found = [Pattern(tag, expression, frozenset(lengths)) for expression, lengths in expressions if expression]
    if inner_prefix:
        found += [Pattern(tag + 2, f"{inner_prefix}(?:{pattern.expression})") for pattern in found]
    blocks = _FRENCH_BLOCKS.get(metadata.country_code or 0)
    if blocks:
        found.append(Pattern(tag, blocks, frozenset({_FRENCH_DIGITS})))
    if metadata.general_desc is not None:
        found.append(Pattern(tag + 1, metadata.general_desc.national_number_pattern or ""))
    return found


def _parse(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumberutil.parse(text, region)
    except phonenumberutil.NumberParseException:
        return None


def _answer(number: phonenumbers.PhoneNumber | None) -> NumberReading:
    if number is None or number.country_code is None:
        return NumberReading(0, _NOT_VALID)
    national = phonenumberutil.national_significant_number(number)
    code = number.country_code
    if code == _FRANCE or code in _FRENCH_OVERSEAS:
        code = _french_code(code, national)
        if code == _ST_PIERRE:
            national = national.removeprefix("508") if len(national) == _FRENCH_DIGITS else national
        valid = code != 0
    else:
        valid = phonenumberutil.is_valid_number(number)
    return NumberReading(int(f"{code}{national}")) if valid else NumberReading(0, _NOT_VALID)


def _french_code(code: int, national: str) -> int:
    """The one country code of a French national number, whichever it was written with; 0 if it is nobody's.

    Numbers that exactly one overseas plan has are that plan's, those that metropolitan France shares with several
    (0800) are +33. So a subscriber has one number here however it was dialled.
    """
    if code != _FRANCE and not _is_valid(code, national):
        return 0
    if len(national) != _FRENCH_DIGITS or national.startswith("0"):
        return code if code != _FRANCE else 0
    metropolitan = _is_valid(_FRANCE, national)
    if metropolitan and national.startswith("8"):
        return _FRANCE
    overseas = [other for other in _FRENCH_OVERSEAS if _is_valid(other, national)]
    if national.startswith("508") and _is_valid(_ST_PIERRE, national[3:]):
        overseas.append(_ST_PIERRE)
    if len(overseas) == 1:
        return overseas[0]
    if metropolitan:
        return _FRANCE
    return code if code != _FRANCE else 0


def _is_valid(code: int, national: str) -> bool:
    if national.startswith("0"):
        return False
    if code in _FRENCH_BLOCKS and re.fullmatch(_FRENCH_BLOCKS[code], national):
        return True
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(national))
    return phonenumberutil.is_valid_number(number)
