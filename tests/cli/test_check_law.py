"""`gatekeeper check` under a country's law: ground, provision, proof, when the call may be placed, every provision."""

import json
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.consents import ConsentStore, GivenConsent, SharedTerms, WrittenBy
from gatekeeper.policy.ledger import ALL_ITEMS
from tests.law.test_profile import moment

CONFIG = """
[law]
shadow = {shadow}
[campaigns.insurance]
lists = []
call_may = ["contact"]
principal = "ACME"
goods = ["insurance"]
dial_mode = "manual"
[campaigns.open]
lists = []
principal = "ACME"
dial_mode = "manual"
goods = ["insurance"]
call_may = ["purpose", "callee"]
"""
NUMBER, REUNION = "0612345678", "0692345678"
THURSDAY, SATURDAY = "2026-11-26T10:30Z", "2026-11-28T10:30Z"
ASKED = ("--campaign", "insurance", "--caller-id", "0144556677", "--at", THURSDAY)


@pytest.fixture
def lawful(site: Any) -> Any:
    """A site under the law of the callee's country, with a consent of a mobile number and one of a contact."""
    configure(site)
    terms = SharedTerms(
        principal="ACME", goods=("insurance",), text="v3", channel="web", items=ALL_ITEMS, zone="Europe/Paris"
    )
    with ConsentStore(site.data) as store:
        by = WrittenBy("test", "test")
        proof = store.keep_proof(Path(site.file("yes", "proof.txt")), by)
        store.add_text("v3", "yes or no?", by)
        since, until = moment("2026-11-01T12:34:56"), moment("2027-06-01")
        numbers = [(33612345678, "", proof), (0, "C1", "ref:17")]
        store.add([GivenConsent(number, contact, since, until, terms, kept) for number, contact, kept in numbers], by)
    return site


def configure(site: Any, shadow: str = "[]") -> None:
    """Write the site's configuration."""
    site.config.write_text(f'[daemon]\ndata_dir = "{site.data}"\n{CONFIG.format(shadow=shadow)}')


def asked(site: Any, *words: str, code: int) -> dict[str, Any]:
    """What is answered to programs."""
    result = site.run("check", *words, "--json")
    assert result.code == code, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def test_the_ground_and_its_proof(lawful: Any) -> None:
    """An allowed call: by which provision and article, and on which consent, that can be found again."""
    answer = asked(lawful, NUMBER, *ASKED, code=0)
    assert (answer["reason"], answer["provision"], answer["law"]) == ("CONSENT", "FR-BASIS", "fr")
    assert answer["legal_basis"].startswith("C. consom., art. L.223-1")
    proof = answer["proof"]
    assert (proof["collected_at"], proof["channel"], proof["text"]) == ("2026-11-01T11:34:56Z", "web", "v3")
    assert proof["proof"].startswith("sha256:")
    assert len(answer["rules"]) >= 8
    assert answer["place"]["local_times"] == ["2026-11-26 11:30 Europe/Paris"]
    by_contact = asked(lawful, "0612345679", *ASKED, "--contact", "C1", code=0)
    assert by_contact["proof"]["proof"] == "ref:17"
    shown = lawful.run("check", NUMBER, *ASKED, "--lang", "fr").out
    assert "preuve" in shown
    assert "par web" in shown


@pytest.mark.parametrize(
    ("words", "reason", "retry", "local"),
    [
        ((NUMBER, "--at", SATURDAY), "CALL_DAY", "2026-11-30T09:00:00Z", ["2026-11-30 10:00 Europe/Paris"]),
        (
            (NUMBER, "--at", "2026-11-26T19:00Z"),
            "CALL_HOURS",
            "2026-11-27T09:00:00Z",
            ["2026-11-27 10:00 Europe/Paris"],
        ),
        ((NUMBER, "--caller-id", ""), "CALLER_ID", None, []),
        ((NUMBER, "--goods", "telecom"), "NO_BASIS", None, []),
        ((NUMBER, "--principal", "Other SA"), "NO_BASIS", None, []),
        (
            (REUNION, "--at", "2026-11-26T16:30Z", "--contact", "C1"),
            "CALL_HOURS",
            "2026-11-27T06:00:00Z",
            ["2026-11-27 10:00 Indian/Reunion"],
        ),
    ],
)
def test_a_block_says_when_it_ends(
    lawful: Any, words: tuple[str, ...], reason: str, retry: str | None, local: list[str]
) -> None:
    """In the callee's local time and in UTC; or that time does not cure it."""
    answer = asked(lawful, words[0], *ASKED, *words[1:], code=1)
    assert (answer["reason"], answer["retry_at"], answer["place"]["retry_local"]) == (reason, retry, local)
    for lang, never in (("en", "time does not cure it"), ("fr", "le temps n’y change rien")):
        shown = " ".join(lawful.run("check", words[0], *ASKED, *words[1:], "--lang", lang).out.split())
        assert all(text in shown for text in ([retry, *local] if retry else [never]))


def test_explain_shows_every_provision(lawful: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each looked at and said, its article, whether it applies, is lifted, stands in shadow."""
    steps = asked(lawful, NUMBER, *ASKED, "--at", SATURDAY, "--explain", code=1)["steps"]
    by_id = {step["provision"]: step for step in sorted(steps, key=lambda step: step["applies"])}
    assert [step["provision"] for step in steps if step["decides"]] == ["FR-DAYS"]
    assert by_id["FR-BASIS"]["looked_at"].startswith("consent 1: valid")
    assert by_id["FR-CAP"]["looked_at"] == "attempts made: 0, limit 4"
    assert by_id["FR-DAYS"]["looked_at"] == "2026-11-28 11:30 Europe/Paris"
    assert by_id["FR-CLI-1"]["looked_at"] == "+33144556677, manual"
    assert not by_id["FR-BAN-ENERGY"]["applies"]
    assert all(step["legal_basis"] for step in steps if step["provision"])
    monkeypatch.setenv("COLUMNS", "200")
    shown = lawful.run("check", NUMBER, *ASKED, "--explain", "--lang", "fr").out
    assert "ne s’applique pas" in shown
    flawed = asked(lawful, NUMBER, *ASKED, "--at", "2028-11-23T10:30Z", "--explain", code=1)
    (step,) = [step for step in flawed["steps"] if step["decides"]]
    assert (step["provision"], flawed["provision"]) == ("FR-CONS-TIME", "FR-CONS-TIME")
    assert step["legal_basis"] == flawed["legal_basis"] == "C. consom., art. R.223-1 I 3° et II"


def test_explain_shows_shadow(lawful: Any) -> None:
    """What shadow would have blocked is told, and the call is allowed."""
    configure(lawful, '["FR-DAYS"]')
    answer = asked(lawful, NUMBER, *ASKED, "--at", SATURDAY, "--explain", code=0)
    assert (answer["would_block"], answer["would_provision"]) == ("CALL_DAY", "FR-DAYS")
    assert [step["provision"] for step in answer["steps"] if step["shadow"]] == ["FR-DAYS"]
    shown = " ".join(lawful.run("check", NUMBER, *ASKED, "--at", SATURDAY, "--explain").out.split())
    assert "would be blocked: CALL_DAY (FR-DAYS)" in shown
    assert "in shadow" in shown


@pytest.mark.parametrize(
    ("option", "word", "there"),
    [
        ("--purpose", "selling", "prospecting"),
        ("--dial-mode", "auto", "predictive"),
        ("--callee", "person", "consumer"),
        ("--sector", "cars", "insurance"),
        ("--goods", "insurance,cars", "insurance"),
    ],
)
def test_an_unknown_word_is_an_error(lawful: Any, option: str, word: str, there: str) -> None:
    """It names what there is; nothing is answered."""
    result = lawful.run("check", NUMBER, option, word)
    assert (result.code, result.out) == (2, "")
    assert there in result.err


def test_what_a_call_may_not_loosen_is_told(lawful: Any) -> None:
    """Who asks about a service call hears that the campaign does not let the call say so; where it does, it counts."""
    result = lawful.run("check", NUMBER, *ASKED, "--purpose", "service")
    assert "call_may" in result.err
    assert "purpose prospecting" in result.err
    open_to_it = ("--campaign", "open", "--caller-id", "0144556677", "--at", THURSDAY)
    answer = asked(lawful, "0612345670", *open_to_it, "--purpose", "service", code=0)
    assert (answer["reason"], answer["call"]["purpose"]) == ("OUT_OF_SCOPE", "service")
    assert lawful.run("check", "0612345670", *open_to_it, "--purpose", "service").err == ""
