"""The one door of an import: what a site lays down of a list, and what is asked of one file, reach the importer."""

import ast
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.config import Settings, load
from gatekeeper.config.list_rules import list_rules
from gatekeeper.errors import ImportRefused, ListError, UnknownListError
from gatekeeper.intake import ImportRequest, ListRules, ensure_list, import_into
from gatekeeper.intake.arrival import Ending, import_arrival
from gatekeeper.intake.asked import import_consents, import_list
from gatekeeper.intake.door import options_of
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.storage import FileLock
from gatekeeper.translation import speaking
from gatekeeper.words import Language

PACKAGE = Path(__file__).parents[2] / "gatekeeper"
CONFIG = """
[phone]
home = "FR"

[lists.plain]
[lists.full]
title = "All of them"
kind = "wash"
format = "own"
max_age_days = 12
max_shrink = 5
max_growth = 7
keep_versions = 3
keep_raw = true
changes = ["delta-*"]
changes_format = "ftc-changes"
[lists.any]
max_shrink = 0
max_growth = 0
max_age_days = 0

[formats.own]
kind = "wash"
answer_column = "2"
listed = ["KO"]
callable = ["OK"]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site with three lists."""
    path = tmp_path / "gatekeeper.toml"
    path.write_text(f'[daemon]\ndata_dir = "{tmp_path / "data"}"\n' + CONFIG)
    return load(path, {})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", {"hold_days": 30, "max_shrink": 0.2, "max_growth": 1.0, "keep_versions": 5, "keep_raw": False}),
        ("full", {"hold_days": 12, "max_shrink": 0.05, "max_growth": 0.07, "keep_versions": 3, "keep_raw": True}),
        ("any", {"hold_days": 3660, "max_shrink": None, "max_growth": None, "keep_versions": 5, "keep_raw": False}),
        ("nobody's", {"hold_days": 3660, "max_shrink": 0.2, "max_growth": 1.0, "keep_versions": 5, "keep_raw": False}),
    ],
)
def test_what_is_laid_down_of_a_list_is_held_at_its_imports(
    settings: Settings, name: str, expected: dict[str, Any]
) -> None:
    """Each key, its default, and the zero that means: by any."""
    options = options_of(list_rules(settings, name), ImportRequest(by="x"))
    assert {key: getattr(options, key) for key in expected} == expected
    assert options.country == "FR"


def test_rules_of_their_own_accord_are_those_of_a_table_without_keys(settings: Settings) -> None:
    """Whoever makes rules without the configuration, as a desk does for a preview, gets its defaults."""
    named, bare = list_rules(settings, "any other"), ListRules("any other")
    left_out = {"formats"}
    for field in fields(ListRules):
        if field.name not in left_out:
            assert getattr(named, field.name) == getattr(bare, field.name), field.name


@pytest.mark.parametrize(
    ("asked", "expected"), [("", "own"), ("ftc", "ftc"), ("own", "own")], ids=["the list's", "built in", "the site's"]
)
def test_a_format_that_is_asked_for_goes_before_the_lists_own(settings: Settings, asked: str, expected: str) -> None:
    """By its name, those of the site included."""
    form = options_of(list_rules(settings, "full"), ImportRequest(by="x", format=asked)).format
    assert form is not None
    assert form.name == expected
    assert options_of(list_rules(settings, "plain"), ImportRequest(by="x")).format is None
    with pytest.raises(ListError, match="no format 'nonsense'"):
        options_of(list_rules(settings, "full"), ImportRequest(by="x", format="nonsense"))


def test_every_option_of_an_import_comes_from_the_rules_or_from_what_was_asked() -> None:
    """A new option that nobody carries through the door would be dead for all of its users."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    rules = ListRules("x", ListKind.WASH, "t", "bloctel-return", (), (), "", {}, "be", 1, 0.3, 0.4, 6, keep_raw=True)
    asked = ImportRequest(
        "me", "ftc", ";", 2, True, "cp1252", "m", "us", "s", at, at, 0.5, "ab", True, True, True, note="why"
    )
    made, default = options_of(rules, asked), ImportOptions()
    untouched = {f.name for f in fields(ImportOptions) if getattr(made, f.name) == getattr(default, f.name)}
    assert untouched == {"max_bytes", "max_ratio"}
    assert made.country == "US"


def test_options_and_configured_lists_are_made_in_one_place_each() -> None:
    """Three places built the options, four made a configured list: each forgot what the others had learned."""
    built, made = set(), set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = path.relative_to(PACKAGE).as_posix()
                if name == "ImportOptions" and node.keywords:
                    built.add(place)
                if name == "ensure":
                    made.add(place)
    assert built == {"intake/door.py"}
    # The store makes its own red list, and the canary calls have one that nobody configures.
    assert made == {"intake/rules.py", "lists/store.py", "doctor/canary/trial.py"}


def test_the_door_makes_the_list_where_it_is_missing(settings: Settings, tmp_path: Path) -> None:
    """With its kind and title; a list that only the store knows is filled as it is; one that nobody knows is not."""
    file = tmp_path / "list.csv"
    file.write_text("0612345678;KO\n0761234567;OK\n")
    with ListStore(settings.daemon.data_dir) as store:
        report = import_into(store, list_rules(settings, "full"), file, ImportRequest(by="x"))
        assert (report.kind, report.imported, report.cleared) == ("wash", 2, 1)
        assert [(one.kind, one.title) for one in store.status() if one.name == "full"] == [("wash", "All of them")]
        with pytest.raises(UnknownListError):
            import_into(store, ListRules("stray"), file, ImportRequest(by="x"))
        store.ensure("stray", ListKind.OPPOSITION)
        bare = tmp_path / "bare.txt"
        bare.write_text("0612345678\n")
        assert import_into(store, ListRules("stray"), bare, ImportRequest(by="x")).imported == 1
        with pytest.raises(ListError, match="can't become"):
            ensure_list(store, ListRules("stray", ListKind.RED))


def test_the_inbox_takes_no_file_of_a_list_that_is_not_configured(settings: Settings, tmp_path: Path) -> None:
    """Even where the store knows the list: a folder's name alone makes nobody's file a list."""
    file = tmp_path / "list.txt"
    file.write_text("0612345678\n")
    with ListStore(settings.daemon.data_dir) as store:
        store.ensure("gone", ListKind.OPPOSITION)
    outcome = import_arrival(settings.daemon.data_dir, list_rules(settings, "gone"), file)
    assert outcome.ending is Ending.REFUSED
    assert "no table [lists.gone]" in outcome.text


def test_the_door_says_why_it_refuses(settings: Settings, tmp_path: Path) -> None:
    """And the version before stays in force."""
    file = tmp_path / "bad.txt"
    file.write_text("nothing\n" * 20)
    with ListStore(settings.daemon.data_dir) as store, pytest.raises(ImportRefused):
        import_into(store, list_rules(settings, "plain"), file, ImportRequest(by="x"))


@pytest.mark.parametrize("language", list(Language))
def test_an_import_that_finds_another_one_is_no_fault_of_its_file(
    settings: Settings, tmp_path: Path, language: Language
) -> None:
    """Of the inbox, of a person, of consents: in whatever language that is told, it may be tried again."""
    data, file = settings.daemon.data_dir, tmp_path / "list.txt"
    file.write_text("0612345678\n")
    rules = list_rules(settings, "plain")
    for folder in ("lists/plain", "consents"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    asked = {"by": "anna", "zone": "Europe/Paris"}
    with speaking(language), FileLock(data / "lists/plain/import.lock"), FileLock(data / "consents/import.lock"):
        outcomes = [
            import_arrival(data, rules, file),
            import_list(data, lambda _name, _there: rules, "plain", file, asked, lambda *_: None),
            import_consents(data, "FR", file, asked, lambda *_: None),
        ]
    assert [(one.ending, one.report) for one in outcomes] == [(Ending.TROUBLE, {})] * 3
    assert len({one.text for one in outcomes}) == 2
