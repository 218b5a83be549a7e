"""Words of the alerts, and that no number of a person is ever among them."""

import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.alerts.alert import AlertKind, safe_fact
from gatekeeper.alerts.wording import WORDINGS, worded
from gatekeeper.words import Language
from tests.alerts.receivers import alert


def named(text: str) -> set[str]:
    """The facts that a sentence names."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_is_told_in_both_languages(kind: AlertKind) -> None:
    """With the same facts, and all on one line."""
    wording = WORDINGS[kind]
    for said in (wording.headline, wording.advice):
        assert named(said.english) == named(said.french)
        assert "\n" not in said.english + said.french
    facts = {name: f"<{name}>" for said in (wording.headline, wording.advice) for name in named(said.english)}
    for language in Language:
        told = worded(alert(kind, **facts), language)
        assert all(fact in told.headline + told.advice for fact in facts.values())
        assert len(told.headline) < 120


def test_the_last_day_of_a_list_is_worse() -> None:
    """Seven and three days before it is a warning."""
    facts = {"list": "tps", "until": "2026-12-01 00:00 UTC"}
    told = [worded(alert(AlertKind.LIST_DUE, days=days, **facts), Language.EN).severity for days in ("7", "3", "1")]
    assert told == ["warning", "warning", "critical"]


NUMBERS = st.one_of(
    st.integers(10**8, 10**15).map(str),
    st.integers(10**8, 10**9 - 1).map(lambda number: f"0{number}"),
    st.builds(
        lambda number, between: between.join(re.findall("..?", f"0{number}")),
        st.integers(10**8, 10**9 - 1),
        st.sampled_from(" .-/_\u00a0\u202f\u2011\u2013"),  # in the names of files, and as typesetters write them
    ),
    st.integers(10**9, 10**10 - 1).map(lambda number: f"+1 ({str(number)[:3]}) {str(number)[3:6]}-{str(number)[6:]}"),
)


@given(st.text(max_size=30), NUMBERS, st.text(max_size=30))
def test_no_number_gets_into_a_fact(before: str, number: str, after: str) -> None:
    """However it is written, and whatever stands around it; what comes out is one line."""
    shown = safe_fact(f"{before}{number}{after}")
    assert number not in shown
    assert re.search(r"\d{9}", shown, re.ASCII) is None
    assert "\n" not in shown
    assert safe_fact(f"list {before and 'x'} of 2026, disk 7 %, port 5038").endswith("of 2026, disk 7 %, port 5038")
