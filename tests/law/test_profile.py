"""Law profiles: which rules hold when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest

from gatekeeper.errors import ConfigError
from gatekeeper.law import Laws, Profile, find_profile, loader, profile_names, read_profile
from gatekeeper.policy import Attempt, Chain, Facts, Outcome, Period, Purpose, Rule
from gatekeeper.policy.rules import rules
from gatekeeper.policy.rules.exempt_purpose import ExemptPurpose

SAFE = "".join(f'[[provisions]]\nrule = "{name}"\n' for name in ("emergency", "validity", "red_list"))
NEVER = Period(0, 0)
OPPOSITION = '[[provisions]]\nrule = "opposition"\narticle = "a text"\n'
CHANGES = f'zone = "Europe/Paris"\n{SAFE}{OPPOSITION}until = 2026-08-10\n'


@dataclass(frozen=True)
class Everything(Rule):
    """A rule with a parameter of every type."""

    name: ClassVar[str] = "everything"
    text: str = ""
    number: int = 0
    rate: float = 0.5
    flag: bool = False
    words: tuple[str, ...] = ()
    purpose: Purpose = Purpose.SURVEY
    period: Period = NEVER

    def __call__(self, _attempt: Attempt, _facts: Facts, /) -> Outcome | None:
        return None


def moment(text: str) -> int:
    """A moment in Paris."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris")).timestamp()) * 1_000_000


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_there_is_reads(name: str) -> None:
    """The profiles of the package have no mistake, and the daemon's promises hold at every moment."""
    profile = find_profile(name)
    assert all(profile.title)
    for _, chain in profile.spans:
        assert chain.order[0] == "emergency"
        assert {"validity", "red_list"} <= set(chain.order)


def test_lists_only_is_what_there_was_before_there_were_profiles() -> None:
    """Every rule, in the order that has always been the default, at every moment."""
    profile = find_profile("lists_only")
    assert profile.only is profile.at(0)
    assert profile.at(0).order == (
        "emergency", "internal", "short_code", "validity", "red_list",
        "exempt_purpose", "contract", "opposition", "staleness", "scrubbed",
    )  # fmt: skip
    bases = {one.rule.name: one.basis for one in profile.at(0).provisions if one.basis}
    assert bases == {"red_list": "RGPD, art. 21"}


@pytest.mark.parametrize(
    ("at", "rules"),
    [
        ("1970-01-01T00:00", 4),
        ("2026-08-10T23:59:59", 4),
        ("2026-08-11T00:00", 3),
        ("2099-01-01T00:00", 3),
    ],
)
def test_the_law_of_the_day_of_the_call_counts(at: str, rules: int) -> None:
    """A span begins at midnight of its first day, where the law's days are, and ends where the next begins."""
    profile = read_profile("changes", CHANGES)
    assert profile.only is None
    assert len(profile.at(moment(at)).order) == rules
    assert profile.at(-(1 << 62)) is profile.spans[0][1]


def test_parameters_are_of_the_type_that_the_rule_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts, numbers, lists, words of an enumeration and periods are read by the dataclass of the rule."""
    monkeypatch.setattr(loader, "rules", lambda: {**rules(), "everything": Everything})
    given = (
        'text = "a"\nnumber = 3\nrate = 1.5\nflag = true\nwords = ["x", "y"]\npurpose = "press"\n'
        'period = "2020-01-01..2020-12-31"\n'
    )
    text = f'zone = "UTC"\n{SAFE}[[provisions]]\nrule = "everything"\n[provisions.with]\n{given}'
    made = read_profile("any", text).at(0).provisions[-1].rule
    since, until = (round(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000 for year in (2020, 2021))
    assert made == Everything("a", 3, 1.5, True, ("x", "y"), Purpose.PRESS, Period(since, until))
    for line, complaint in [
        ('number = "3"', "'3' must be of the type int"),
        ("number = true", "True must be of the type int"),
        ("words = [3]", "3 must be of the type str"),
        ('purpose = "fun"', "unknown 'fun'; there are: prospecting"),
        ('period = "soon"', 'write "2016-06-01..2026-08-10"'),
        ("nubmer = 3", "unknown key 'nubmer'; there are: text, number"),
    ]:
        wrong = f'{SAFE}[[provisions]]\nrule = "everything"\n[provisions.with]\n{line}\n'
        place = r"the law profile any has a mistake: any\.toml, line \d+ \(everything\): the rule everything: "
        with pytest.raises(ConfigError, match=place) as caught:
            read_profile("any", wrong)
        assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "the rule 'emergency' can't be left out"),
        (f'{SAFE}[[provisions]]\nrule = "opposition"\nfrom = "2026-01-01"\n', "'2026-01-01' must be of the type date"),
        (f"{SAFE}{OPPOSITION}from = 2026-01-02\nuntil = 2026-01-01\n", "it ends before it begins"),
        (f'{SAFE}{OPPOSITION}id = "A"\nfrom = 2026-01-02\n', "(A): it names no article, or not how sure"),
        (f'{SAFE}{OPPOSITION}id = "A"\nconfidence = "2q"\n', "it does not say from which day on it is in force"),
        (f'{SAFE}{OPPOSITION}id = "A"\nfrom = 2026-01-02\nconfidence = "sure"\n', "unknown 'sure'"),
        (f'{SAFE}{OPPOSITION}for = {{ purposes = ["fun"] }}\n', "unknown 'fun'; there are: prospecting"),
        (f'{SAFE}{OPPOSITION}with = {{ registry = "x" }}\n', "unknown key 'registry'"),
        (f'{SAFE}[[provisions]]\nrule = "registry"\n', "the key 'registry' is missing"),
        ('[[provisions]]\nrule = "emergency"\n', "the rule 'validity' can't be left out"),
        (f"{SAFE}until = 2026-01-01\n", "the rule 'red_list' can't be left out"),
        (f"{OPPOSITION}{SAFE}", "the rule 'emergency' must be the first"),
        (f'{SAFE}[[provisions]]\nrule = "oppositoin"\n', "unknown rule 'oppositoin'; there are: ban"),
        (f'{SAFE}[[provisions]]\nrule = "opposition"\narticle = 3\n', "3 must be of the type str"),
        (f"zoen = 1\n{SAFE}", "unknown key 'zoen'"),
        (f'zone = "Mars/North"\n{SAFE}', "Mars/North"),
        ("[[provisions]\n", "has a mistake"),
    ],
)
def test_a_mistake_is_refused_and_named(text: str, complaint: str) -> None:
    """No profile is half understood."""
    with pytest.raises(ConfigError, match="the law profile wrong has a mistake") as caught:
        read_profile("wrong", text)
    assert complaint in str(caught.value)


def test_an_unknown_profile_is_named_with_those_there_are() -> None:
    """Whoever misspells a profile is told which there are."""
    with pytest.raises(ConfigError, match=r"there is no law profile 'lists_olny'; there are: .*lists_only"):
        find_profile("lists_olny")


@pytest.mark.parametrize(
    ("order", "complaint"),
    [
        (["emergency", "validity"], "'red_list' can't be left out"),
        (["validity", "emergency", "red_list"], "'emergency' must be the first"),
        (["emergency", "validity", "red_list", "redlist"], "unknown rule 'redlist'"),
        (["emergency", "validity", "red_list", "red_list"], "twice"),
    ],
)
def test_a_site_may_reorder_but_not_drop_what_protects(order: list[str], complaint: str) -> None:
    """The order is data, but emergency stays first, and what the law requires stays in."""
    profile = find_profile("lists_only")
    assert profile.ordered(["emergency", "validity", "opposition", "red_list"]).at(0).order[2] == "opposition"
    with pytest.raises(ValueError, match=complaint):
        profile.ordered(order)


def test_an_order_names_rules_of_the_law_only() -> None:
    """A rule that the law does not have is not added by naming it; of several spans each keeps its own."""
    changes = read_profile("changes", CHANGES)
    ordered = changes.ordered(["emergency", "opposition", "validity", "red_list"])
    assert [chain.order for _, chain in ordered.spans] == [
        ("emergency", "opposition", "validity", "red_list"),
        ("emergency", "validity", "red_list"),
    ]
    with pytest.raises(ValueError, match="the rule 'contract' is none of the law 'changes'"):
        changes.ordered(["emergency", "validity", "red_list", "contract"])


def test_parameters_can_be_overridden() -> None:
    """A site's exemptions go before the profile's; the profile itself stays as it is."""
    profile = find_profile("lists_only")
    periods = {Purpose.PRESS: Period(1, 2)}
    changed = profile.with_parameters(ExemptPurpose, lambda _: {"periods": periods})
    (rule,) = [one.rule for one in changed.at(0).provisions if isinstance(one.rule, ExemptPurpose)]
    assert rule.periods == periods
    assert ExemptPurpose(periods) not in [one.rule for one in profile.at(0).provisions]
    assert changed.at(0).order == profile.at(0).order


def test_each_campaign_has_its_law() -> None:
    """A campaign that names no law is judged by the site's."""
    ours, theirs = find_profile("lists_only"), read_profile("changes", CHANGES)
    laws = Laws(ours, {"abroad": theirs})
    found: list[Profile | Chain] = [laws.of("abroad"), laws.of("default")]  # type: ignore[list-item]
    assert found == [theirs, ours]


@pytest.mark.parametrize("name", profile_names())
def test_what_tells_a_flaw_is_in_force_as_long_as_what_looks_for_it(name: str) -> None:
    """What a rule names for what is wrong, or for what excepts, is of the law on each of its days."""
    law = find_profile(name)
    spans = [
        (one.statement.id, one.statement.first or date.min, one.statement.last or date.max) for one in law.provisions
    ]
    for one in law.provisions:
        rule = one.provision.rule if one.provision is not None else None
        named = {*getattr(rule, "flaws", {}).values(), getattr(rule, "exception", "")} - {""}
        first, last = one.statement.first or date.min, one.statement.last or date.max
        for ident in named:
            assert any(ident == other and begins <= first and last <= ends for other, begins, ends in spans), (
                one.statement.id,
                ident,
            )
