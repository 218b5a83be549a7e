"""`gatekeeper check` on real lists."""

import json
from typing import Any

import pytest

FILE = "0612345678\n0612345679\n"


@pytest.fixture
def filled(site: Any) -> Any:
    """A site with a number on the opposition list and one on the red list."""
    assert site.run("list", "import", "bloctel", site.file(FILE)).code == 0
    assert site.run("list", "add", "red", "0698765432").code == 0
    return site


CASES = [
    # dialled, campaign: exit code, verdict, reason
    (("0612345678", ""), (1, "BLOCK", "LISTED")),
    (("+33 6 12 34 56 78", ""), (1, "BLOCK", "LISTED")),
    (("0612345680", ""), (0, "ALLOW", "CLEAR")),
    (("0698765432", ""), (1, "BLOCK", "RED_LIST")),
    # a campaign without opposition lists still respects the red list
    (("0612345678", "survey"), (0, "ALLOW", "CLEAR")),
    (("0698765432", "survey"), (1, "BLOCK", "RED_LIST")),
    # a campaign that is not configured is the default one
    (("0612345678", "unknown"), (1, "BLOCK", "LISTED")),
    # what is no person's number
    (("112", ""), (0, "ALLOW", "EMERGENCY")),
    (("", ""), (1, "BLOCK", "NUMBER_INVALID")),
    (("anonymous", ""), (1, "BLOCK", "NUMBER_INVALID")),
]


@pytest.mark.parametrize(("asked", "expected"), CASES)
def test_exit_code_json_and_text_say_the_same_verdict(
    filled: Any, asked: tuple[str, str], expected: tuple[int, str, str]
) -> None:
    """The exit code and the JSON object say the same verdict, and the text names the reason."""
    number, campaign = asked
    words = ["check", number, "--campaign", campaign]
    result = filled.run(*words, "--json")
    answer = json.loads(result.out)
    assert (result.code, answer["verdict"], answer["reason"]) == expected
    text = filled.run(*words)
    assert text.code == expected[0]
    assert expected[2] in text.out.splitlines()[0]


def test_check_leaves_no_trace(filled: Any) -> None:
    """Checking writes nothing to the journal."""
    filled.run("check", "0612345678")
    assert filled.run("log", "--format", "json").out == ""


def test_explain_shows_rule_by_rule_which_one_decides(filled: Any) -> None:
    """Rule by rule, in order, with the one that decides marked."""
    answer = json.loads(filled.run("check", "0612345678", "--explain", "--json").out)
    assert [step["rule"] for step in answer["steps"] if step["decides"]] == ["opposition"]
    assert [step["rule"] for step in answer["steps"]][:2] == ["emergency", "internal"]
    lines = filled.run("check", "0612345678", "--explain").out.splitlines()
    (decisive,) = [line for line in lines if line.startswith("→")]
    assert "opposition" in decisive
    assert "BLOCK LISTED" in decisive
    assert "bloctel, version 1" in decisive


@pytest.mark.parametrize(
    ("configured", "basis"),
    [
        ('format = "ftc"', "16 CFR 310.4(b)(1)(iii)(B)"),
        ('format = "ftc"\nlegal_basis = "a text of ours"', "a text of ours"),
        ("", ""),
    ],
)
def test_a_list_is_told_with_its_own_law(site: Any, configured: str, basis: str) -> None:
    """A number on the FTC's registry is not blocked by the French code, nor one on a list that nobody said a law of."""
    site.config.write_text(f"{site.config.read_text()}\n[lists.abroad]\n{configured}\n")
    assert site.run("list", "import", "abroad", site.file("212,5550100\n"), "--format", "ftc").code == 0
    answer = json.loads(site.run("check", "+12125550100", "--json").out)
    assert (answer["reason"], answer["legal_basis"], answer["law"]) == ("LISTED", basis, "lists_only")
    shown = site.run("check", "+12125550100", "--explain").out
    assert (f"legal basis  {basis}" in shown) is bool(basis)
    assert "L. 223-1" not in shown
    assert ["law", "lists_only,"] in [line.split()[:2] for line in shown.splitlines()]


def test_a_red_list_is_told_with_the_profiles_law(filled: Any) -> None:
    """The text of the rule's provision is told where the list has none."""
    answer = json.loads(filled.run("check", "0698765432", "--explain", "--json").out)
    assert answer["legal_basis"] == "RGPD, art. 21"
    assert [step["legal_basis"] for step in answer["steps"] if step["decides"]] == ["RGPD, art. 21"]


def test_reasons_cite_no_law(site: Any) -> None:
    """A reason code has no text of law."""
    lines = [json.loads(line) for line in site.run("reasons", "--json").out.splitlines()]
    assert all(set(line) == {"code", "verdict", "meaning"} for line in lines)
    assert "L. 223-1" not in site.run("reasons").out


def test_at_judges_as_of_that_moment(filled: Any) -> None:
    """At a later time the list has grown stale; a zone that was left out is told."""
    later = json.loads(filled.run("check", "0612345680", "--at", "2099-01-01T12:00Z", "--json").out)
    assert (later["reason"], later["list"], later["at"]) == ("LIST_STALE", "bloctel", "2099-01-01T12:00:00Z")
    assert "read as local time: 2099-01-01 12:00" in filled.run("check", "0612345680", "--at", "2099-01-01T12:00").err
    wrong = filled.run("check", "0612345680", "--at", "noonish")
    assert wrong.code == 2
    assert "is no time" in wrong.err


def test_the_sentence_is_there_in_french(filled: Any) -> None:
    """The sentence is there in French."""
    assert "liste d’opposition" in filled.run("check", "0612345678", "--lang", "fr").out


def test_an_unknown_campaign_is_told(filled: Any) -> None:
    """Whoever misspells a campaign hears that another one was judged by."""
    assert "not configured" in filled.run("check", "0612345680", "--campaign", "surwey").err
    assert filled.run("check", "0612345680", "--campaign", "survey").err == ""


def test_what_was_dialled_can_not_move_the_cursor(filled: Any) -> None:
    """Control characters of a number are shown escaped."""
    result = filled.run("check", "06\x1b[2J")
    assert result.code == 1
    assert "\x1b" not in result.out


def test_a_list_that_was_never_imported_blocks(site: Any) -> None:
    """A configured list that was never imported blocks."""
    answer = json.loads(site.run("check", "0612345680", "--json").out)
    assert (answer["verdict"], answer["reason"], answer["list"]) == ("BLOCK", "LIST_STALE", "bloctel")
