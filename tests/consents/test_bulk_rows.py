"""What NumPy makes of moments, pieces and orders in a block is what one after the other gives."""

import random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gatekeeper.consents.importing.cells import read_when
from gatekeeper.consents.importing.moments import MomentReader
from gatekeeper.consents.importing.rows import by_subject, gathered

PARIS = ZoneInfo("Europe/Paris")
LATEST = 1_800_000_000_000_000
MOMENTS = [
    "2026-08-20T10:00", "2026-08-20 23:59", "2026-03-29T03:30", "1971-01-01T00:00", "2026-08-20T10:00:59",
    "2024-02-29 07:08:09",
]  # fmt: skip
LEFT = [
    "2026-02-30T10:00", "2026-13-01T10:00", "2026-00-01T10:00", "2026-08-00T10:00", "2026-08-32T10:00",
    "2026-08-20T24:00", "2026-08-20T10:60", "2026-08-20T10:00:60", "2026-08-20x10:00", "2026/08/20T10:00",
    "2026-08-20T1:000", "2O26-08-20T10:00", "2026-08-20T10.00", "2026-08-20T10:00Z", "2026-08-20", "9999-08-20T10:00",
    "0000-08-20T10:00", "2026-10-25T02:30", "2026-03-29T02:30", "2026-08-20T10:00:6:", "2026-08-20T10:00:0/", "",
]  # fmt: skip


def read(*texts: str) -> list[int] | None:
    """The moments of cells that stand one after the other."""
    lengths = np.array([len(text) for text in texts], np.int64)
    octets = np.frombuffer("".join(texts).encode() + bytes(8), np.uint8)
    found = MomentReader(PARIS, LATEST).read(octets, np.cumsum(lengths) - lengths, lengths)
    return None if found is None else found.tolist()


@pytest.mark.parametrize("text", MOMENTS)
def test_moments(text: str) -> None:
    """As of a record alone."""
    assert read(text, text) == [read_when(text, PARIS, "").at] * 2


@pytest.mark.parametrize("text", LEFT)
def test_moments_that_are_left(text: str) -> None:
    """To be read record by record, whatever stands beside them."""
    good = "2026-08-20T10:00:00"[: max(len(text), 16)]
    assert read(text) is None
    assert read(good, text) is None


def test_every_octet() -> None:
    """Whatever is changed in a moment, it is what a record alone gives, or left."""
    for text in MOMENTS[:1] + MOMENTS[4:5]:
        for place in range(len(text)):
            for octet in range(128):
                changed = text[:place] + chr(octet) + text[place + 1 :]
                found = read(changed)
                if found is not None:  # left is always right
                    assert found == [read_when(changed, PARIS, "").at], changed


@pytest.mark.parametrize("lowest", [33_600_000_000, -(2**63)], ids=["narrow", "wide"])
def test_the_order_of_subjects(lowest: int) -> None:
    """Those of one subject stay as they are, however far subjects are from each other."""
    subjects = np.array([random.Random(5).randrange(50) + lowest for _ in range(1000)], np.int64)
    subjects[::7] = 33_600_000_020
    assert by_subject(subjects).tolist() == np.argsort(subjects, kind="stable").tolist()
    assert by_subject(subjects[:0]).tolist() == []


def test_pieces() -> None:
    """Of any length, none among them, in any order."""
    generator = random.Random(6)
    octets = np.arange(256, dtype=np.uint8)
    pieces = [(generator.randrange(200), generator.choice([0, 1, 5, 17, 56])) for _ in range(300)]
    starts, lengths = (np.array(column, np.int64) for column in zip(*pieces, strict=True))
    assert gathered(octets, starts, lengths).tobytes() == b"".join(
        octets[start : start + length].tobytes() for start, length in pieces
    )
    assert gathered(octets, starts[:0], lengths[:0]).size == 0
