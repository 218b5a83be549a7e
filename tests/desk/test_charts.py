"""Charts are well-formed SVG that a strict content-security policy lets stand, and draw what they are given."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.desk.charts import ChartPoint, ChartWords, bars, columns
from gatekeeper.desk.charts.bars import MOST
from gatekeeper.desk.charts.columns import scale_top

SVG = "{http://www.w3.org/2000/svg}"
WORDS = ChartWords("by-hour", "Calls by hour", "allowed", "blocked", "{:,}".format)


def _drawn(markup: str) -> ET.Element:
    return ET.fromstring(str(markup).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 - ours


def _sizes(root: ET.Element, kind: str, side: str) -> list[float]:
    return [float(one.get(side, "0")) for one in root.iter(f"{SVG}rect") if one.get("class") == kind]


@given(st.lists(st.builds(ChartPoint, st.text("ab<&\"'é", max_size=60), st.integers(0, 10**9), st.integers(0, 10**9))))
def test_every_chart_is_sound(points: list[ChartPoint]) -> None:
    """Whatever its labels and figures: well-formed, within its bounds, nothing inline, named for a screen reader."""
    for chart in (columns(points, WORDS), bars(points, WORDS)):
        root = _drawn(chart)
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text == "Calls by hour"  # type: ignore[union-attr]  # there it must be
        for one in root.iter():
            assert "style" not in one.attrib
            assert not [name for name in one.attrib if name.startswith("on")]
            assert one.tag != f"{SVG}script"
        height = float(root.get("viewBox", "").split()[3])
        for one in root.iter(f"{SVG}rect"):
            if one.get("class") in {"allowed", "blocked"}:
                assert float(one.get("x", "")) + float(one.get("width", "")) <= 360.02
                assert float(one.get("y", "")) >= -0.02
                assert float(one.get("y", "")) + float(one.get("height", "")) <= height


def test_columns_are_as_high_as_their_figures() -> None:
    """One twice as high has twice the calls; what is blocked stands on what is allowed."""
    root = _drawn(columns([ChartPoint("8", 50, 0), ChartPoint("9", 100, 25), ChartPoint("10", 0, 0)], WORDS))
    low, high = _sizes(root, "allowed", "height")
    assert high == pytest.approx(2 * low, abs=0.1)
    (blocked,) = _sizes(root, "blocked", "height")
    assert blocked == pytest.approx(low / 2, abs=0.1)


def test_bars_are_as_long_as_their_figures() -> None:
    """The first ones are drawn, each with its figure."""
    root = _drawn(bars([ChartPoint(f"c{place}", 100 - place, 0) for place in range(20)], WORDS))
    assert len(_sizes(root, "allowed", "width")) == MOST
    assert _sizes(root, "allowed", "width")[0] == 360
    assert [one.text for one in root.iter(f"{SVG}text") if one.get("class") == "figure"][:2] == ["100", "99"]


@given(st.integers(0, 10**12))
def test_the_scale_is_round(most: int) -> None:
    """It ends at an even round number, at most three times as high as the highest column."""
    top = scale_top(most)
    assert most <= top <= max(2, 3 * most)
    assert top % 2 == 0
    assert str(top).strip("0") in {"1", "2", "4", "6", "8"}
