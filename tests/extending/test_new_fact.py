"""The recipe of docs/extending.md, walked: its four files, and nothing else, make gates and scrub obey."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import gatekeeper
import gatekeeper.law
import gatekeeper.policy.rules
import gatekeeper.screening.facts
from gatekeeper.config import Settings
from gatekeeper.daemon.wiring import build_screening
from gatekeeper.errors import ConfigError
from gatekeeper.law import find_profile, shipped_trades
from gatekeeper.lists import ListIndex, ListStore
from gatekeeper.policy import Gate, Reason, Verdict
from gatekeeper.policy.rules import rules
from gatekeeper.screening import Question
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.screening.facts import further
from gatekeeper.screening.service import Screening

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
NOW = 1_795_000_000_000_000
MONTH = 30 * 86_400_000_000
OF_LATE, LONG_AGO, NEVER, LATER = range(33_612_000_001, 33_612_000_005)
PACKAGES = (gatekeeper, gatekeeper.law, gatekeeper.policy.rules, gatekeeper.screening.facts)
FILES = dict(re.findall(r"(?m)^`(gatekeeper/[^`]+)`\n\n```[a-z]+\n((?:.*\n)*?)```$", PAGE.read_text(encoding="utf-8")))


def forget() -> None:
    """Look for rules, profiles and sources again."""
    for found in (rules, find_profile, further._givers):
        found.cache_clear()


@pytest.fixture
def extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The program with the four files of the recipe in its packages."""
    known = set(sys.modules)
    shipped_trades()  # kept from here on: the recipe's folder, which is looked into instead, has none
    for name, text in FILES.items():
        path, there = tmp_path / name, Path(gatekeeper.__file__).parents[1] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # A line of data is added to the file there is.
        path.write_text((there.read_text(encoding="utf-8") if there.exists() else "") + text, encoding="utf-8")
    for package in PACKAGES:
        folder = tmp_path.joinpath(*package.__name__.split("."))
        monkeypatch.setattr(package, "__path__", [str(folder), *package.__path__])
    forget()
    yield tmp_path
    monkeypatch.undo()
    for name in ("refused_numbers", "policy.rules.refused", "screening.facts.refusals"):
        sys.modules.pop(f"gatekeeper.{name}", None)
    assert not {name for name in set(sys.modules) - known if name.endswith(("refused", "refusals", "refused_numbers"))}
    forget()


def site(folder: Path) -> tuple[Settings, ListIndex]:
    """A site without a list, whose store knows two refusals and one that is still to come."""
    settings = Settings.model_validate({"daemon": {"data_dir": str(folder / "data")}, "law": {"default": "lists-only"}})
    with ListStore(settings.daemon.data_dir):
        pass
    refusals = {OF_LATE: NOW - MONTH + 1, LONG_AGO: NOW - MONTH, LATER: NOW + 1}
    lines = [f"{number} {at}\n" for number, at in refusals.items()]
    (settings.daemon.data_dir / "refused.txt").write_text("".join(lines))
    return settings, ListIndex.open(settings.daemon.data_dir)


def reasons(screening: Screening, *numbers: int) -> list[Reason]:
    """The reason of each number's decision, for which gate and scrub give the same decision."""
    together = BulkScreening(screening, Question("", Gate.CLI), NOW)
    codes = together.numbers(np.array(numbers, np.int64)).tolist()
    alone = [screening.find(Question(f"+{number}", Gate.CLI), NOW).decision for number in numbers]
    assert [together.decisions[code] for code in codes] == alone
    return [decision.reason for decision in alone]


def test_a_rule_on_a_new_fact_is_four_files(extended: Path) -> None:
    """The store, the rule, the source and a line of data: gate and scrub both obey, and `explain` tells of it."""
    assert len(FILES) == 4
    settings, index = site(extended)
    screening = build_screening(settings, index, None)
    expected = [Reason.RED_LIST, Reason.CLEAR, Reason.CLEAR, Reason.CLEAR]
    assert reasons(screening, OF_LATE, LONG_AGO, NEVER, LATER) == expected
    finding = screening.find(Question(f"+{OF_LATE}", Gate.CLI), NOW)
    (step,) = [step for step in screening.explain(finding) if step.decides]
    assert (step.rule, step.basis, finding.decision.verdict) == ("refused", "RGPD, art. 21", Verdict.BLOCK)
    # What is no person's number has no facts, and the rule is not asked.
    assert screening.find(Question("112", Gate.CLI), NOW).decision.reason is Reason.EMERGENCY
    assert len(screening.explain(screening.find(Question("3900", Gate.CLI), NOW))) == len(
        find_profile("lists_only").at(0).order
    )
    index.close()


def test_the_parameter_is_data(extended: Path) -> None:
    """A word in the profile changes what the rule does."""
    path = extended / "gatekeeper/law/lists_only.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("for_ever = false", "for_ever = true"), encoding="utf-8")
    settings, index = site(extended)
    screening = build_screening(settings, index, None)
    expected = [Reason.RED_LIST, Reason.RED_LIST, Reason.CLEAR, Reason.CLEAR]
    assert reasons(screening, OF_LATE, LONG_AGO, NEVER, LATER) == expected
    index.close()


def test_a_fact_that_nobody_gives_is_told_at_the_start(extended: Path) -> None:
    """A law that needs what no source gives is not served: the rule would have no opinion, and let calls by."""
    (extended / "gatekeeper/screening/facts/refusals.py").unlink()
    settings, index = site(extended)
    with pytest.raises(ConfigError, match="needs what no source of facts gives: Refusal"):
        build_screening(settings, index, None)
    index.close()


async def test_a_rule_that_hides_its_need_refuses_every_call(extended: Path) -> None:
    """What a rule does not name in `needs` is not gathered: no call is let by for want of it."""
    path = extended / "gatekeeper/policy/rules/refused.py"
    path.write_text(path.read_text(encoding="utf-8").replace("return (Refusal,)", "return ()"), encoding="utf-8")
    settings, index = site(extended)
    answer = await build_screening(settings, index, None).screen(Question(f"+{NEVER}", Gate.CLI))
    assert (answer.verdict, answer.reason) == (Verdict.BLOCK, Reason.GATE_ERROR)
    index.close()
