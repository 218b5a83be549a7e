"""The legal basis is that of the law that judged the call, and of the list: no reason code cites a text by itself."""

import json
import re
from typing import Any

import pytest

from gatekeeper.law import find_profile, profile_names
from gatekeeper.policy import Reason, info_of

FRENCH = re.compile(r"C\. consom|Code de la consommation|L\. ?22[13]|CPCE|Arcep")
"""What only French texts are cited as."""

ABROAD, FRENCH_NUMBER = "+12125550100", "0612345678"


@pytest.fixture
def listed(site: Any) -> Any:
    """A site under the law of the callee's country, with a number on the FTC's list and one on Bloctel."""
    lists = '[lists.ftc]\nformat = "ftc"\nmax_age_days = 3650\n[lists.bloctel]\nmax_age_days = 3650\n'
    site.config.write_text(f'[daemon]\ndata_dir = "{site.data}"\n{lists}[campaigns.default]\nprincipal = "ACME"\n')
    assert site.run("list", "import", "ftc", site.file("212,5550100\n"), "--format", "ftc").code == 0
    assert site.run("list", "import", "bloctel", site.file(f"{FRENCH_NUMBER}\n")).code == 0
    return site


@pytest.mark.parametrize("at", ["2026-08-10T15:30Z", "2026-11-26T15:30Z"])
def test_a_number_on_the_ftcs_list_cites_no_french_text(listed: Any, at: str) -> None:
    """Neither the decision nor any step of it, whichever law of the country there is; the list's own text is told."""
    result = listed.run("check", ABROAD, "--at", at, "--explain", "--json")
    answer = json.loads(result.out)
    assert answer["verdict"] == "BLOCK"
    assert not FRENCH.search(answer["legal_basis"])
    assert not [
        step for step in answer["steps"] if FRENCH.search(step["legal_basis"]) or step["provision"][:3] == "FR-"
    ]
    if answer["list"] == "ftc":
        assert "16 CFR" in answer["legal_basis"]


@pytest.mark.parametrize(
    ("at", "reason", "provision", "basis"),
    [
        ("2026-08-10T15:30Z", "LISTED", "FR-LIST", "C. consom., art. L.223-1 et R.223-3 (anciens)"),
        ("2026-11-26T15:30Z", "NO_BASIS", "FR-BASIS", "C. consom., art. L.223-1 al. 1, 3 et 4"),
    ],
)
def test_a_french_number_cites_the_text_of_its_day(
    listed: Any, at: str, reason: str, provision: str, basis: str
) -> None:
    """The same list, and the same number, before and after the law changed."""
    words = ("--at", at, "--caller-id", "0144556677", "--dial-mode", "manual")
    answer = json.loads(listed.run("check", FRENCH_NUMBER, *words, "--json").out)
    assert (answer["reason"], answer["provision"]) == (reason, provision)
    assert answer["legal_basis"].startswith(basis)


@pytest.mark.parametrize("name", profile_names())
def test_each_law_cites_its_own_texts(name: str) -> None:
    """No law but the French one cites a French code."""
    profile = find_profile(name)
    if profile.country != "FR":
        assert not [one.statement.id for one in profile.provisions if FRENCH.search(one.statement.article)]


def test_no_reason_code_cites_a_text() -> None:
    """A reason is said of numbers of all countries: its sentences name no article."""
    for reason in Reason:
        info = info_of(reason)
        assert not re.search(r"\b(art\.|article|CFR|RGPD|GDPR|§)", f"{info.english} {info.french}")
        assert set(info._fields) == {"english", "french", "hangup_cause"}
