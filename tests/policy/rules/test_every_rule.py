"""What holds of every rule."""

from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path

import pytest

from gatekeeper.phone import NumberKind
from gatekeeper.policy import Rule
from gatekeeper.policy.rules import rules


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
