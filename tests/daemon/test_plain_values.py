"""The daemon's parts take plain values: what reads the configuration builds them, and decides nothing."""

import ast
from pathlib import Path

import pytest

from gatekeeper.config import Settings
from gatekeeper.config.list_rules import configured_lists, list_rules
from gatekeeper.config.sections.lists import ListSection
from gatekeeper.intake.rules import LONGEST_DAYS

PACKAGE = Path(__file__).parents[2] / "gatekeeper"
BUILDERS = {"alerts", "assembly", "descriptors", "hooks", "importing", "inbox", "metrics", "serve", "wiring"}


def test_the_configuration_as_a_whole_is_for_builders() -> None:
    """No part of the daemon takes `Settings`."""
    takers = {
        path.stem
        for path in (PACKAGE / "daemon").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and node.id == "Settings"
    }
    assert takers == BUILDERS


def test_a_list_that_is_not_named_has_the_defaults() -> None:
    """Only its kind is the store's to tell; the age that it may have is for lists that are named."""
    settings = Settings.model_validate({"phone": {"home": "BE"}, "lists": {"named": {"max_age_days": 7}}})
    assert list_rules(settings, "other") == ListSection().as_rules("other", {}, "BE", 0, named=False)
    assert (list_rules(settings, "other").kind, list_rules(settings, "other").hold_days) == (None, LONGEST_DAYS)
    assert {name: rules.hold_days for name, rules in configured_lists(settings).items()} == {
        "red": LONGEST_DAYS,
        "named": 7,
    }


@pytest.mark.parametrize(("output", "folder"), [("", "/data/scrubs/crm"), ("/out", "/out")])
def test_a_scheduled_scrub_is_made_of_its_section(output: str, folder: str) -> None:
    """Each key goes where it belongs; its folder is in the data folder where it has none of its own."""
    given = {
        "contacts": "/contacts.csv", "output": output, "every_days": 3, "at_most_days": 9, "campaign": "c",
        "principal": "p", "columns": ("tel",), "country_code_column": "code", "leave_other_numbers": True, "lang": "fr",
    }  # fmt: skip
    section = Settings.model_validate({"scrubs": {"crm": given}}).scrubs["crm"]
    job = section.as_job("crm", Path("/data"))
    assert (job.name, job.folder, job.every.days, job.at_most.days) == ("crm", Path(folder), 3, 9)
    options = job.options
    assert (options.campaign, options.principal, options.columns) == ("c", "p", ("tel",))
    assert (options.country_code_column, options.leave_other_numbers, options.language) == ("code", True, "fr")
    assert not options.in_place
