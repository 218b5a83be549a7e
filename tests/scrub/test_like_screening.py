"""A scrub decides as the gate does."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.config import Settings
from gatekeeper.daemon.wiring import build_screening
from gatekeeper.lists import ListIndex
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.bulk import Fields
from gatekeeper.policy import Gate
from gatekeeper.screening import Question
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.scrub.cells import EMPTY, CellReader
from tests.scrub.conftest import FIRST

NOW = 1_795_000_000_000_000

digits = st.integers(FIRST, FIRST + 3100).map(str)
spelled = st.one_of(
    digits.map(lambda n: "0" + n),
    digits.map(lambda n: "+33" + n),
    digits.map(lambda n: "33" + n),
    digits.map(lambda n: "00 33 " + n),
    digits.map(lambda n: " 0" + ".".join([n[0], n[1:3], n[3:5], n[5:7], n[7:]])),
)
others = st.one_of(
    st.sampled_from(
        ["112", "17", "3651112", "3900", "anonymous", "1234", "+442079460018", "0690123456", "0699999999", "="]
    ),
    st.text(max_size=15),
)


class Both:
    """The one way and the other, over the same lists."""

    def __init__(self, site: Settings) -> None:
        self.index = ListIndex.open(site.daemon.data_dir)
        self.screening = build_screening(site, self.index, None)
        self.normaliser = Normaliser(site.phone.as_dial_plan())

    def judge(self, campaign: str) -> BulkScreening:
        return BulkScreening(self.screening, Question("", Gate.CLI, campaign=campaign), NOW)

    def one_by_one(self, text: str, campaign: str) -> Any:
        return self.screening.find(Question(text, Gate.CLI, campaign=campaign), NOW).decision


@pytest.fixture(scope="module")
def both(site: Settings) -> Any:
    """Over the site's lists."""
    made = Both(site)
    yield made
    made.screening.close()
    made.index.close()


@pytest.mark.parametrize("campaign", ["default", "both", "washed", "insured", "survey", "never", "unheard-of"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=st.lists(st.one_of(spelled, others), max_size=60))
def test_every_cell_gets_the_decision_of_screening(both: Both, campaign: str, cells: list[str]) -> None:
    """Verdict, reason, rule, list and version of each cell are those of `Screening.find`."""
    judge = both.judge(campaign)
    codes = CellReader(both.normaliser, judge).texts(cells)
    for text, code in zip(cells, codes.tolist(), strict=True):
        if text.strip():
            assert judge.decisions[code] == both.one_by_one(text, campaign), text
        else:
            assert code == EMPTY


@pytest.mark.parametrize("way", ["_one_by_one", "_lifted"])
def test_every_way_of_deciding_decides_the_same(both: Both, way: str) -> None:
    """Numbers that are decided on one by one, all of them or those that are listed, are decided on as together."""
    numbers = np.arange(33_000_000_000 + FIRST - 20, 33_000_000_000 + FIRST + 3100, dtype=np.int64)
    together, otherwise = both.judge("both"), both.judge("both")
    setattr(otherwise, way, True)
    expected = [together.decisions[code] for code in together.numbers(numbers).tolist()]
    assert [otherwise.decisions[code] for code in otherwise.numbers(numbers).tolist()] == expected
    assert len(set(expected)) == 4


def test_the_vectorised_reading_decides_the_same(both: Both) -> None:
    """So do cells in a buffer, thousands of each spelling at once, beside some that are none."""
    cells = [spelling + str(number) for spelling in ("0", "+33", "33") for number in range(FIRST, FIRST + 3100)]
    cells += ["112", "", "  ", "n/a", "06 12 00 00 01", "0612000001 ", "06120000011"] * 20
    data = "\n".join(cells).encode()
    ends = np.cumsum([len(cell) + 1 for cell in cells]) - 1
    where = Fields(np.concatenate([[0], ends[:-1] + 1]), ends)
    judge = both.judge("both")
    (codes,) = CellReader(both.normaliser, judge).decide(data, [where], "utf-8")
    kinds = set()
    for text, code in zip(cells, codes.tolist(), strict=True):
        if text.strip():
            expected = both.one_by_one(text, "both")
            assert judge.decisions[code] == expected, text
            kinds.add((expected.verdict, expected.reason))
        else:
            assert code == EMPTY
    assert len(kinds) == 5
    assert both.normaliser.normalise(cells[0]).kind is NumberKind.E164
