"""Which file is read, what a variable overrides, and what the lower layers get."""

from pathlib import Path

import pytest

from gatekeeper.config import Settings, load, loader
from gatekeeper.config.sections.exemptions import ExemptionsSection
from gatekeeper.errors import ConfigError
from gatekeeper.law import find_profile
from gatekeeper.law.dates import read_period
from gatekeeper.phone import FRENCH_EMERGENCY, emergency_numbers
from gatekeeper.policy import Campaign, Purpose
from gatekeeper.policy.rules.exempt_purpose import ExemptPurpose

DAY = 86_400_000_000


def write(folder: Path, text: str) -> Path:
    """A configuration file with this text."""
    file = folder / "gatekeeper.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def no_site_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's own configuration has no part in a test."""
    path = tmp_path / "site" / "gatekeeper.toml"
    monkeypatch.setattr(loader, "DEFAULT_PATH", path)
    return path


def test_without_a_file_the_defaults_hold() -> None:
    """No file and no variables give the built-in defaults, and say so."""
    settings = load(None, {})
    assert settings.model_dump() == Settings().model_dump()
    assert settings.file is None
    assert settings.origin == "built-in defaults"


def test_the_site_file_is_found(no_site_file: Path) -> None:
    """The default path is read where it exists."""
    no_site_file.parent.mkdir()
    no_site_file.write_text("[fastagi]\nport = 4600\n")
    settings = load(None, {})
    assert (settings.fastagi.port, settings.file) == (4600, no_site_file)


def test_the_variable_names_the_file(tmp_path: Path) -> None:
    """`GATEKEEPER_CONFIG` names the file, and the argument goes before it."""
    one = write(tmp_path, "[fastagi]\nport = 4601\n")
    two = tmp_path / "two.toml"
    two.write_text("[fastagi]\nport = 4602\n")
    assert load(None, {"GATEKEEPER_CONFIG": str(one)}).fastagi.port == 4601
    assert load(two, {"GATEKEEPER_CONFIG": str(one)}).fastagi.port == 4602


@pytest.mark.parametrize("by_variable", [True, False])
def test_a_named_file_must_exist(tmp_path: Path, by_variable: bool) -> None:
    """A file that somebody names and that is not there is an error, not a reason for defaults."""
    missing = tmp_path / "missing.toml"
    with pytest.raises(ConfigError, match=r"missing\.toml does not exist .*GATEKEEPER_CONFIG|--config names it"):
        load(None if by_variable else missing, {"GATEKEEPER_CONFIG": str(missing)} if by_variable else {})


VARIABLES = {
    # plain values
    ("GATEKEEPER_FASTAGI__PORT", "4700"): ("fastagi", "port", 4700),
    ("GATEKEEPER_FASTAGI__ENABLED", "no"): ("fastagi", "enabled", False),
    ("GATEKEEPER_FASTAGI__ENABLED", "TRUE"): ("fastagi", "enabled", True),
    ("GATEKEEPER_DAEMON__DATA_DIR", "/srv/x"): ("daemon", "data_dir", Path("/srv/x")),
    ("GATEKEEPER_JOURNAL__SYNCHRONOUS", "full"): ("journal", "synchronous", "full"),
    # lists: commas, or JSON where an entry holds one
    ("GATEKEEPER_FASTAGI__ALLOW", "127.0.0.1/32, 10.0.0.0/8"): ("fastagi", "allow", ("127.0.0.1/32", "10.0.0.0/8")),
    ("GATEKEEPER_PHONE__INTERNAL", '["1[0-9]{1,2}"]'): ("phone", "internal", ("1[0-9]{1,2}",)),
    ("GATEKEEPER_PHONE__PREFIXES", ""): ("phone", "prefixes", ()),
}


@pytest.mark.parametrize(("variable", "expected"), VARIABLES.items())
def test_variables_override(tmp_path: Path, variable: tuple[str, str], expected: tuple[str, str, object]) -> None:
    """A variable counts more than the file, and is read as the setting's own kind."""
    file = write(tmp_path, '[fastagi]\nport = 4600\nallow = ["::1/128"]\n[phone]\nprefixes = ["0"]\n')
    section, key, value = expected
    settings = load(file, dict([variable]))
    assert getattr(getattr(settings, section), key) == value
    assert settings.variables == (variable[0],)


def test_variables_reach_named_tables(tmp_path: Path) -> None:
    """Names of lists, campaigns and trunks are found whatever their case and dashes."""
    file = write(
        tmp_path,
        '[lists.bloc-tel]\nmax_age_days = 20\n[campaigns.Solar]\nlists = ["bloc-tel"]\nprincipal = "A"\n'
        '[sip_gate.trunks.Out-Bound]\ncarriers = ["sip:c"]\n',
    )
    settings = load(
        file,
        {
            "GATEKEEPER_LISTS__BLOC_TEL__MAX_AGE_DAYS": "7",
            "GATEKEEPER_CAMPAIGNS__SOLAR__PRINCIPAL": "B, C",
            "GATEKEEPER_LISTS__TPS__TITLE": "TPS",
            "GATEKEEPER_SIP_GATE__TRUNKS__OUT_BOUND__OPTIONS_S": "7",
            "GATEKEEPER_SIP_GATE__PORT": "5070",
        },
    )
    assert (settings.sip_gate.trunks["Out-Bound"].options_s, settings.sip_gate.port) == (7, 5070)
    assert settings.lists["bloc-tel"].max_age_days == 7
    assert settings.campaigns["Solar"].principal == "B, C"
    assert settings.lists["tps"].title == "TPS"


def test_variables_of_others_are_left_alone() -> None:
    """A variable that only begins as ours do is no setting of ours."""
    assert load(None, {"GATEKEEPER_HOME": "/x", "GATEKEEPER_VERDICT": "ALLOW"}).variables == ()


def test_red_list_and_default_campaign_are_always_there(tmp_path: Path) -> None:
    """What a configuration leaves out is there all the same."""
    settings = load(write(tmp_path, '[lists.x]\n[campaigns.y]\nlists = ["x"]\n'), {})
    assert settings.lists["red"].kind == "red"
    assert settings.campaign_map == {
        "default": Campaign("default", ("*",), ""),
        "y": Campaign("y", ("x",), ""),
    }


def test_ages_are_microseconds(tmp_path: Path) -> None:
    """A list's age is given in microseconds; lists that never grow stale are left out."""
    settings = load(write(tmp_path, '[lists.a]\n[lists.b]\nmax_age_days = 0\n[lists.c]\nkind = "red"\n'), {})
    assert settings.max_ages == {"a": 30 * DAY}


def test_emergency_numbers_are_added_to_the_country_s(tmp_path: Path) -> None:
    """A site adds emergency numbers and can't take one away."""
    french = load(write(tmp_path, '[phone]\nemergency = ["3966"]\n'), {})
    assert french.phone.as_dial_plan().emergency == FRENCH_EMERGENCY | {"3966"}
    british = load(write(tmp_path, '[phone]\nhome = "GB"\nemergency = []\n'), {})
    assert british.phone.as_dial_plan().emergency == emergency_numbers("GB")


def test_a_mode_becomes_a_number_and_rules_a_chain(tmp_path: Path) -> None:
    """The socket's mode is a number, the rules are a chain."""
    settings = load(write(tmp_path, '[socket]\nmode = "0666"\n'), {})
    assert settings.socket.as_mode() == 0o666
    assert settings.profile("lists_only").at(0).order == settings.rules.order == find_profile("lists_only").at(0).order


def test_settings_do_not_change() -> None:
    """Settings can't be changed once they are read."""
    settings = load(None, {})
    with pytest.raises(ValueError, match="frozen"):
        settings.fastagi.port = 1


def test_exemptions_that_are_set_go_before_the_law(tmp_path: Path) -> None:
    """What `[exemptions]` sets counts, `""` takes an exemption away, and the others are those of the profile."""
    file = tmp_path / "g.toml"
    file.write_text('[exemptions]\nsurvey = ""\npress = "2020-01-01..2020-12-31"\n')
    (rule,) = [
        one.rule for one in load(file, {}).profile("lists_only").at(0).provisions if isinstance(one.rule, ExemptPurpose)
    ]
    (whole,) = [
        one.rule for one in Settings().profile("lists_only").at(0).provisions if isinstance(one.rule, ExemptPurpose)
    ]
    assert Purpose.SURVEY not in rule.periods
    assert rule.periods[Purpose.PRESS] == read_period("2020-01-01..2020-12-31")
    assert {purpose: rule.periods[purpose] for purpose in (Purpose.NON_PROFIT, Purpose.RUNNING_CONTRACT)} == {
        purpose: whole.periods[purpose] for purpose in (Purpose.NON_PROFIT, Purpose.RUNNING_CONTRACT)
    }


def test_the_exemptions_shown_are_those_of_lists_only() -> None:
    """The defaults that the configuration shows are what the law profile says."""
    (rule,) = [
        one.rule for one in Settings().profile("lists_only").at(0).provisions if isinstance(one.rule, ExemptPurpose)
    ]
    shown = {
        Purpose(name.replace("_", "-")): read_period(text) for name, text in ExemptionsSection().model_dump().items()
    }
    assert rule.periods == shown


def test_a_campaign_has_the_law_that_it_names(tmp_path: Path) -> None:
    """Others have that of `[law]`; "lists-only" is understood as it is written."""
    file = tmp_path / "g.toml"
    file.write_text('[campaigns.a]\nlaw = "fr"\n[campaigns.b]\nlaw = "lists-only"\n[campaigns.c]\nshadow = true\n')
    settings = load(file, {})
    names = {name: settings.law_name(name) for name in ("a", "b", "c", "default", "unheard-of")}
    assert names == {"a": "fr", "b": "lists_only", "c": "callee", "default": "callee", "unheard-of": "callee"}
    assert {name: law.name for name, law in settings.campaign_laws.items()} == {
        "a": "fr",
        "b": "lists_only",
        "c": "callee",
    }


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        ('registry = "rpo"', 15),
        ('registry = "rpo"\nmax_age_days = 10', 10),
        ('registry = "rpo"\nmax_age_days = 0', 15),
        ('registry = "bloctel"\nmax_age_days = 90', 30),
        ('format = "bloctel-return"\nmax_age_days = 90', 30),
        ("max_age_days = 90", 90),
    ],
)
def test_an_answer_of_a_registry_holds_no_longer_than_the_law_says(tmp_path: Path, lines: str, days: int) -> None:
    """It is given its end when it is imported."""
    settings = load(write(tmp_path, f'[lists.washed]\nkind = "wash"\n{lines}\n'), {})
    assert settings.max_age_days("washed") == days


def test_a_telephone_among_the_emergency_numbers_is_noted(tmp_path: Path) -> None:
    """It hinders nothing, and its digits are not told; short numbers are what they say."""
    file = write(tmp_path, '[phone]\nemergency = ["3966", "0612345678"]\n')
    (note,) = load(file, {}).notes
    assert "line 2: phone.emergency[1] is a complete number of somebody's telephone" in note
    assert "0612345678" not in note
    assert load(write(tmp_path, '[phone]\nemergency = ["3966", "116117"]\n'), {}).notes == ()


def test_campaigns_that_differ_by_capitals_alone_are_noted(tmp_path: Path) -> None:
    """A call that names the other one is judged by other rules; it hinders nothing."""
    (note,) = load(write(tmp_path, "[campaigns.Summer]\n[campaigns.summer]\n[campaigns.spring]\n"), {}).notes
    assert 'line 2: campaigns.summer differs from "Summer" by capital letters alone' in note
