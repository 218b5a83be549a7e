"""What holds of every rule."""

from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.phone import Callee, NumberKind
from gatekeeper.policy import NO_FACTS, Campaign, Facts, Rule
from gatekeeper.policy.rules import rules
from tests.policy.attempts import ABROAD, AT, PERSON, RED, SURVEY, attempt


@pytest.mark.parametrize("name", rules())
def test_every_rule_has_its_table(name: str) -> None:
    """One rule, one file, one truth table."""
    table = Path(__file__).with_name(f"test_{name}.py")
    assert table.is_file()
    assert "@pytest.mark.parametrize" in table.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", rules().values(), ids=rules())
def test_a_rule_is_its_parameters(rule: type[Rule]) -> None:
    """Every rule is a frozen dataclass that says what it concerns and needs; what it needs goes by its parameters."""
    assert is_dataclass(rule)
    assert rule.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert all(one.name not in {"name", "needs", "concerns"} for one in fields(rule))
    assert rule.concerns <= set(NumberKind)
    assert isinstance(rule.needs, property | cached_property)


@given(
    at=st.integers(0, 2 * AT), callee=st.sampled_from([PERSON, ABROAD]), campaign=st.sampled_from([Campaign(), SURVEY])
)
def test_a_rule_of_lists_says_nothing_where_no_list_speaks(at: int, callee: Callee, campaign: Campaign) -> None:
    """Such a rule is left out of the chain there."""
    of_lists = [rule for rule in rules().values() if rule.of_lists]
    assert len(of_lists) > 1
    assert NO_FACTS.quiet
    assert [rule()(attempt(callee, campaign, at), NO_FACTS) for rule in of_lists] == [None] * len(of_lists)


@pytest.mark.parametrize("place", range(6))
def test_no_list_speaks_only_where_none_does(place: int) -> None:
    """Each fact of lists, alone, is asked about."""
    said: list[object] = [None] * 6
    said[place] = RED
    assert not Facts(*said).quiet
