"""The short cut for home numbers says what phonenumbers says."""

import os
import random
import re

import numpy as np
import phonenumbers
import pytest

from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from gatekeeper.phone.blocks import SHORTEST
from gatekeeper.phone.bulk import BulkNormaliser
from tests.phone import oracle

HOMES = ["FR", "GB", "US", "CA", "BE", "DE", "ES", "IT", "AU", "HK", "RE", "CH", "LU", "NL", "PT"]
SOAK = int(os.environ.get("GATEKEEPER_SOAK", "0"))  # numbers to draw per home country beyond the ordinary run
KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("voip", "personal_number", "pager", "uan", "voicemail"),
)


def plain_spellings(home: str, national: str) -> list[str]:
    """The spellings that the short cut is for."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(home)
    assert metadata is not None
    code = str(metadata.country_code)
    return [(metadata.national_prefix or "") + national, code + national, "+" + code + national]


@pytest.mark.parametrize("home", HOMES)
def test_drawn_numbers_are_read_as_phonenumbers_reads_them(home: str) -> None:
    """For numbers drawn near every pattern of the home country: the same number, or refused by both."""
    draw = random.Random(f"{home} {SOAK}")
    normaliser = Normaliser(DialPlan(home=home))
    fast = 0
    for national in _nationals(home, draw, 20_000 if home == "FR" else 1_500, SOAK):
        for text in plain_spellings(home, national)[draw.randrange(3) :][:1]:
            answer = normaliser.normalise(text)
            expected = oracle.e164(text, home)
            if answer.e164 != expected:
                assert _is_written_two_ways(text, home, answer.e164, expected), f"{text}: {answer}, expected {expected}"
            fast += normaliser.blocks.find(text) > 0
    assert fast


def _is_written_two_ways(text: str, home: str, answer: int, expected: int) -> bool:
    """E.164 without plus at home: where phonenumbers takes the country code for a part of a national number.

    Ours is then the number with this code (4915123456789 is +49 151 23456789), or a refusal. Or a refusal of a few bare
    digits that phonenumbers takes for a whole number.
    """
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(home)
    assert metadata is not None
    if text.startswith("+"):
        return False
    if len(text) < SHORTEST and answer == 0:  # could be an extension or a number within a town
        return True
    world = oracle.e164("+" + text, home)
    return text.startswith(str(metadata.country_code)) and world != expected and answer in (world, 0)


def _nationals(home: str, draw: random.Random, count: int, soak: int) -> list[str]:
    """National numbers of all lengths, most of them beginning like one that is in use."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(home)
    assert metadata is not None
    examples = [getattr(metadata, kind).example_number for kind in KINDS if getattr(metadata, kind)]
    examples = [example for example in examples if example]
    lengths = metadata.general_desc.possible_length if metadata.general_desc else ()
    found = []
    for _ in range(count + soak):
        example = draw.choice(examples)
        kept = draw.randrange(min(7, len(example)))
        length = draw.choice([len(example), draw.choice(lengths)])
        drawn = "".join(draw.choices("0123456789", k=16))
        found.append((example[:kept] + drawn)[:length])
    return found


def test_a_million_french_numbers_are_valid_where_the_metadata_says_so() -> None:
    """Every beginning of six digits: the short cut, one by one and in bulk, agrees with the metadata's own patterns."""
    draw = random.Random(1)
    nationals = [f"{head}{draw.randrange(1000):03d}" for head in range(100_000, 1_000_000)]
    text = "\n".join(nationals)
    valid = _matching("FR", text)
    for region in oracle.FRENCH:
        valid |= _matching(region, text)
    valid |= {"508" + number for number in _matching("PM", "\n".join(n[3:] for n in nationals if n[:3] == "508"))}
    valid |= {one for one in nationals for heads in oracle.OWN_BLOCKS.values() if oracle.is_own(one, heads)}
    normaliser = Normaliser(DialPlan())
    answers = np.array([normaliser.normalise("0" + national).e164 for national in nationals])
    expected = np.array([national in valid for national in nationals])
    assert np.array_equal(expected, answers > 0)
    suffix = np.array([int(national) for national in nationals])
    short = answers // 10**6 == 508  # six digits after +508
    assert np.array_equal(answers[expected & ~short] % 10**9, suffix[expected & ~short])
    assert np.array_equal(answers[expected & short] % 10**6, suffix[expected & short] % 10**6)
    for prefix in ("0", "33", "+33"):
        lines = "".join(f"{prefix}{national}\n" for national in nationals).encode()
        in_bulk, _ = BulkNormaliser(normaliser).lines(lines)
        claimed = in_bulk != 0
        assert np.array_equal(in_bulk[claimed], answers[claimed])
        assert claimed.sum() > 0.95 * expected.sum()


def _matching(region: str, lines: str) -> set[str]:
    """The lines that are valid numbers of a region, by its patterns, found in one pass by `re`."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    assert metadata is not None
    assert metadata.general_desc is not None
    general = metadata.general_desc.national_number_pattern
    kinds = [getattr(metadata, kind) for kind in KINDS if getattr(metadata, kind)]
    patterns = "|".join(f"(?:{kind.national_number_pattern})" for kind in kinds if kind.national_number_pattern)
    return set(re.findall(rf"^(?=(?:{general})$)(?:{patterns})$", lines, re.MULTILINE))


@pytest.mark.parametrize("home", ["FR", "US", "GB", "DE", "IT", "HK", "BE"])
def test_bulk_claims_only_what_the_normaliser_says(home: str) -> None:
    """Whatever the vector path understands, the Normaliser understands the same; and it does understand most."""
    draw = random.Random(home)
    nationals = _nationals(home, draw, 8_000, 0)
    texts = [draw.choice(plain_spellings(home, national)) for national in nationals]
    texts += [_spoilt(text, draw) for text in texts[:3_000]]
    normaliser = Normaliser(DialPlan(home=home))
    end = draw.choice(["\n", "\r\n"])
    numbers, where = BulkNormaliser(normaliser).lines(end.join(texts).encode())
    assert len(numbers) == len(where.starts) == len(texts)
    valid = 0
    for text, number in zip(texts, numbers.tolist(), strict=True):
        answer = normaliser.normalise(text)
        valid += answer.kind is NumberKind.E164
        assert number in (0, answer.e164)
    assert (numbers != 0).sum() > 0.5 * valid


def _spoilt(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text) + 1)
    return text[:place] + draw.choice(["/", ":", " ", "+", "-", "a", "\x00", "\x7f", "é", ""]) + text[place + 1 :]
