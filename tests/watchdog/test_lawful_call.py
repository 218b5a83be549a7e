"""A lawful call on a real Asterisk: the watchdog sees no caller ID and no campaign, and lets it be all the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.clock import DAY_US, now_micros
from gatekeeper.consents import ConsentStore, GivenConsent, SharedTerms, WrittenBy
from gatekeeper.policy.ledger import ALL_ITEMS
from lab.roots import AsteriskRoot
from lab.site import MANAGER
from tests.watchdog.site import CONFIG, DIALPLAN, Site, running_site

LAW = """
[law]
# The test runs at any hour of any day.
shadow = ["FR-DAYS", "FR-HOURS"]
"""

CAMPAIGN = """
[campaigns.insurance]
lists = []
law = "fr"
principal = "ACME"
goods = ["insurance"]
dial_mode = "manual"
"""

LAWFUL = """
[lawful]
exten => _[+0-9].,1,Set(CALLERID(num)=0144556677)
 same => n,Gosub(gatekeeper,s,1(${EXTEN},insurance))
 same => n,Set(CALLERID(num)=)
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20)
 same => n,Hangup(${HANGUPCAUSE})
"""


DEFAULT = "[campaigns.default]\nlists = []\n"
UNTOLD = re.sub(r"^channelvars = .*\n", "", MANAGER, flags=re.MULTILINE)
"""The shipped manager user, where events don't tell what a channel carries."""


@pytest.fixture(scope="module")
def site(asterisk_22: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a campaign under the French law."""
    config = CONFIG.replace("[law]\n", LAW) if "[law]\n" in CONFIG else CONFIG + LAW
    folder = tmp_path_factory.mktemp("lawful")
    with running_site(asterisk_22, folder, config=config + CAMPAIGN, dialplan=(DIALPLAN, LAWFUL)) as running:
        yield running


def consent(site: Site, number: str) -> None:
    """Write a consent of a number down."""
    terms = SharedTerms(principal="ACME", goods=("insurance",), channel="web", items=ALL_ITEMS, zone="Europe/Paris")
    now = now_micros()
    given = GivenConsent(int("33" + number.removeprefix("0")), "", now - DAY_US, now + DAY_US, terms, "ref:17")
    with ConsentStore(site.daemon.data_dir) as store:
        store.add([given], WrittenBy("test", "test"))


def test_the_watchdog_judges_what_was_decided_on(site: Site) -> None:
    """Let by on a consent, with a caller ID that is gone when the trunk is dialled: one row, answered, no bypass."""
    number, without = site.number(), site.number()
    consent(site, number)
    site.originate(f"Local/{number}@lawful")
    assert site.invite(number).answered_at is not None
    site.quiet()
    (row,) = site.rows(number)
    assert (row["verdict"], row["reason"], row["provision"]) == ("ALLOW", "CONSENT", "FR-BASIS")
    assert (row["gates"], row["bypass"], row["caller_id"]) == ("GOSUB WATCHDOG", 0, "0144556677")
    assert (row["law"], row["goods"], row["dial_mode"], row["attempt_no"]) == ("fr", "insurance", "manual", 1)
    assert site.events("GatekeeperBypass", Number=number) == []
    # The same campaign blocks who gave none.
    site.originate(f"Local/{without}@lawful")
    (blocked,) = site.rows(without)
    assert (blocked["verdict"], blocked["reason"], blocked["retry_at"]) == ("BLOCK", "NO_BASIS", "")
    site.quiet()


def test_a_campaign_that_the_decision_alone_names(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """What the campaign of calls that name none blocks is let be where the channel carries a decision for another."""
    config = CONFIG.replace(DEFAULT, DEFAULT + 'law = "fr"\n') + LAW + CAMPAIGN
    with running_site(asterisk_22, tmp_path, config=config, manager=UNTOLD) as site:
        number, without = site.number(), site.number()
        consent(site, number)
        called = {"Variable": "GATEKEEPER_CAMPAIGN=insurance", "CallerID": "0144556677"}
        site.originate(f"PJSIP/{number}@trunk", port=site.proxy_port, **called)
        assert site.invite(number).answered_at is not None
        (row,) = site.rows(number)
        assert (row["verdict"], row["gates"], row["bypass"]) == ("ALLOW", "AMI_PROXY WATCHDOG", 0)
        site.originate(f"PJSIP/{without}@trunk")
        (row,) = site.rows(without)
        assert (row["verdict"], row["reason"], row["bypass"]) == ("BLOCK", "NO_BASIS", 1)
        site.quiet()
