"""A site's own readings of a law: switches, provisions, and their file; laws by the callee's country."""

from pathlib import Path

import pytest

from gatekeeper.errors import ConfigError
from gatekeeper.law import CalleeLaw, Changes, Profile, ProvisionChange, find_profile, read_profile, text_of
from gatekeeper.law.overrides import read_overrides
from gatekeeper.policy import Rule
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.rules.cap import Cap
from gatekeeper.policy.rules.hours import Hours
from gatekeeper.policy.windows import Window
from gatekeeper.territory import NOWHERE, Place
from tests.policy.attempts import PARIS, PARIS_OR_REUNION, moment

FR = find_profile("fr")


def rule_of(profile: Profile, ident: str) -> Rule:
    """The rule of a provision."""
    return next(
        one.provision.rule for one in profile.provisions if one.statement.id == ident and one.provision is not None
    )


def read(folder: Path, text: str) -> Profile:
    """The French law with the changes of a file."""
    path = folder / "law.toml"
    path.write_text(text)
    return read_profile("fr", text_of("fr"), read_overrides(path)["fr"])


@pytest.mark.parametrize(
    ("text", "ident", "rule"),
    [
        ('[fr.provisions.FR-CAP]\nbecause = "ours"\nwith = { limit = 3 }', "FR-CAP", Cap(3, Window(days=30))),
        (
            '[fr.switches]\nfr-thirty-days = { choice = "hours", because = "counsel" }',
            "FR-CAP",
            Cap(4, Window(hours=720)),
        ),
        (
            '[fr.provisions.FR-CAP]\nbecause = "ours"\nwith = { window = { days = 60 } }',
            "FR-CAP",
            Cap(4, Window(days=60)),
        ),
    ],
)
def test_a_change_is_in_force_and_told(tmp_path: Path, text: str, ident: str, rule: Rule) -> None:
    """The law as delivered stays as it is; the changed one has another fingerprint, and says why it is otherwise."""
    changed = read(tmp_path, text)
    assert rule_of(changed, ident) == rule
    assert changed.fingerprint != FR.fingerprint
    assert {one.statement.id for one in changed.provisions if one.overridden} == {ident}
    assert rule_of(FR, ident) == Cap(4, Window(days=30))


def test_rules_in_shadow_have_a_fingerprint_of_their_own() -> None:
    """A row of the journal tells by which rules it was judged, and that includes which of them did not block."""
    one, all_of_it = FR.in_shadow(["FR-CAP"]), FR.in_shadow()
    assert len({FR.fingerprint, one.fingerprint, all_of_it.fingerprint}) == 3
    assert FR.in_shadow(["FR-CAP"]).fingerprint == one.fingerprint
    assert FR.in_shadow([]) is FR


def test_parts_of_a_week_change(tmp_path: Path) -> None:
    """What a table of parameters does not name stays."""
    text = '[fr.provisions.FR-DAYS]\nbecause = "ours"\nwith = { week = { "fri" = ["00:00-12:00"] } }'
    hours = rule_of(read(tmp_path, text), "FR-DAYS")
    assert isinstance(hours, Hours)
    assert hours.week.hours == (*[((0, 1440),)] * 4, ((0, 720),), (), ())


def test_a_provision_that_is_off_is_still_told_of(tmp_path: Path) -> None:
    """It does not decide, and stands there with the reason why not."""
    changed = read(tmp_path, '[fr.provisions.FR-CLI-3]\noff = true\nbecause = "no calls by hand"')
    (one,) = [one for one in changed.provisions if one.statement.id == "FR-CLI-3"]
    assert (one.provision, one.overridden) == (None, "no calls by hand")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[xx]", "line 1: xx: there is no law 'xx'; there are: .*lists-only"),
        ("[fr", "law.toml: "),
        ("fr = 3", "line 1: fr: 3 is no table"),
        ("[fr]\nswitches = 3", "line 2: fr.switches: 3 is no table"),
        ('[fr.switches]\nfr-thirty-days = "hours"', "line 2: fr.switches.fr-thirty-days: 'hours' is no table"),
        ("[fr]\nprovision = 3", "line 1: fr: unknown key 'provision'; there are: switches, provisions"),
        (
            "[fr.provisions.FR-CAP]\nwith = { limit = 3 }",
            "line 1: fr.provisions.FR-CAP: the provision FR-CAP is changed",
        ),
        ('[fr.provisions.FR-CAP]\nbecause = " "\nwith = { limit = 3 }', "FR-CAP is changed without a reason"),
        ("[fr.provisions.FR-CAP]\nbecause = true\nwith = { limit = 3 }", "because must be a text"),
        ('[fr.provisions.FR-XYZ]\nbecause = "x"', "unknown provision 'FR-XYZ'"),
        ('[fr.provisions.FR-CAP]\nbecause = "x"\nwith = { limit = 0 }', "a cap lets at least one call by"),
        (
            '[fr.provisions.FR-CAP]\nbecause = "x"\nwith = { limit = "4" }',
            "line 1: fr.provisions.FR-CAP: the rule cap: limit: '4' must be of the type int",
        ),
        ('[fr.provisions.FR-CAP]\nbecause = "x"\nwith = { most = 4 }', "unknown key 'most'"),
        ('[fr.provisions.FR-CAP]\nbecause = "x"\noff = 1', "off must be true or false"),
        ('[fr.provisions.FR-HOURS]\nbecause = "x"\nwith = { week = 3 }', "no hours of a week"),
        ('[fr.provisions.FR-HOURS]\nbecause = "x"\nwith = { week = { "mon" = [3] } }', "is no window"),
        ('[fr.provisions.FR-HOURS]\nbecause = "x"\nwith = { zone = "Mars" }', "there is no time zone"),
        ('[fr.provisions.FR-DAYS]\nbecause = "x"\nwith = { holidays = "XX" }', "no public holidays are known of 'XX'"),
        ('[fr.provisions.FR-BASIS]\nbecause = "x"\nwith = { request = { holidays = "XX" } }', "no public holidays"),
        ('[fr.provisions.FR-BASIS]\nbecause = "x"\nwith = { request = { days = [] } }', "working days"),
        (
            '[fr.switches]\nfr-none = { choice = "a" }',
            "line 2: fr.switches.fr-none: unknown switch 'fr-none'; there are:",
        ),
        ("[fr.switches]\nfr-thirty-days = {}", "has no choice"),
        ('[fr.switches]\nfr-thirty-days = { choice = "x" }', "unknown choice"),
        ('[fr.switches]\nfr-thirty-days = { choice = "hours" }', "allows more calls: say why"),
        ('[fr.switches]\nfr-thirty-days = { choice = "hours", because = " " }', "allows more calls: say why"),
    ],
)
def test_a_mistake_is_refused_where_it_is_read(tmp_path: Path, text: str, complaint: str) -> None:
    """With the file, and not at the first call that is judged by it."""
    path = tmp_path / "law.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=complaint) as caught:
        read_overrides(path)
    assert str(path) in str(caught.value)


def test_what_protects_can_not_be_changed() -> None:
    """Red lists, emergency numbers and what can't be read have no id, and a required provision is out of reach."""
    text = text_of("fr").replace('id = "FR-CAP"\n', 'id = "FR-CAP"\nrequired = true\n', 1)
    for change in (ProvisionChange({"limit": 5}, because="x"), ProvisionChange(off=True, because="x")):
        with pytest.raises(ConfigError, match="FR-CAP can't be changed"):
            read_profile("fr", text, Changes(provisions={"FR-CAP": change}))
    with pytest.raises(ConfigError, match="unknown provision"):
        read_profile("fr", text, Changes(provisions={"": ProvisionChange(off=True, because="x")}))


def test_the_law_of_the_callees_country() -> None:
    """By the callee's country; of a country without a file, what the site says; by zone, when it changes."""
    unknown = find_profile("unknown")
    law = CalleeLaw({"fr": FR, "lists_only": find_profile("lists_only")}, unknown)
    before, after = moment("2026-08-10T23:59:59"), moment("2026-08-11T00:00")
    assert law.at(before, PARIS) is FR.at(before, PARIS)
    assert law.at(before, PARIS) is not law.at(after, PARIS)
    assert law.at(after, Place("XX", (), ("UTC",))) is unknown.at(after)
    assert law.at(after, NOWHERE).order[-1] == "forbidden"
    assert law.changes(before, PARIS) == after
    assert law.changes(after, PARIS) == NEVER
    assert law.needs >= FR.needs
    # Where two zones are possible: what forbids on one of their dates holds, and what lifts only on both.
    between = moment("2026-08-10T23:00")
    ids = {one.id for one in law.at(between, PARIS_OR_REUNION).provisions}
    assert {"FR-BASIS", "FR-LIST", "FR-REST60"} <= ids
    assert not {"FR-HOURS-X1", "FR-HOURS-X2", "FR-EXC-2"} & ids
    assert law.changes(between, PARIS_OR_REUNION) == after
