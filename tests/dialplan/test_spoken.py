"""What an agent hears of a blocked call, on a telephone at a real Asterisk 22 and 16."""

import re
import shutil

import pytest

from gatekeeper.install.spoken import SPOKEN, sounds
from gatekeeper.policy.reasons import REASONS, Reason
from tests.dialplan.peer import ScriptedPeer, say
from tests.dialplan.site import DIALPLAN, Site
from tests.dialplan.telephone import call, played, put_sounds

BLOCKING = {reason for reason, info in REASONS.items() if info.hangup_cause}
BLOCK = {"LIST": "", "DECISION": "01BLOCKED", "CAUSE": "21", "VERDICT": "BLOCK"}
WAYS = {"*1": "gatekeeper", "*2": "gatekeeper-check", "*3": "gatekeeper-dial"}


@pytest.fixture
def spoken(site: Site) -> Site:
    """A site that says it in English."""
    put_sounds(site.asterisk.sounds, "en")
    site.set_global("GATEKEEPER_SOUNDS", "en")
    return site


def blocked(site: Site, peer: ScriptedPeer, reason: str, way: str = "*1") -> tuple[list[str], int]:
    """What was played to an agent whose call is blocked for a reason, and how much of it came over RTP."""
    number = site.number()
    peer.behaviours[number] = say({"REASON": reason, **BLOCK})
    since = len(site.ami.events)
    heard = call(site.asterisk.sip_port, way + number)
    assert heard.status >= 400
    assert number not in site.carrier.numbers()
    return played(site.ami.events[since:]), heard.packets


def test_every_reason_to_block_has_one_sentence() -> None:
    """The dialplan and the package agree which."""
    assert sorted(reason for one in SPOKEN for reason in one.reasons) == sorted(BLOCKING)
    section = (DIALPLAN / "gatekeeper.conf").read_text().split("\n[gatekeeper-say]\n")[1].split("\n[")[0]
    said = dict(re.findall(r"^exten => ([A-Z_]+),1,Set\(LOCAL\(gk_sentence\)=([a-z-]+)\)$", section, re.MULTILINE))
    assert said == {reason.value: one.name for one in SPOKEN for reason in one.reasons}


@pytest.mark.parametrize("way", WAYS, ids=WAYS.values())
def test_an_agent_hears_why(spoken: Site, peer: ScriptedPeer, way: str) -> None:
    """Each entrance that ends a call says it, and the one that leaves it to the dialplan says it there; RTP has it."""
    names, packets = blocked(spoken, peer, "CALL_HOURS", way)
    assert names == ["gatekeeper/en/not-now"]
    assert packets >= 3


def test_each_sort_of_reason_has_its_own_words(spoken: Site, peer: ScriptedPeer) -> None:
    """One of each sort, and a reason of a later version of the daemon."""
    for one in SPOKEN:
        assert blocked(spoken, peer, min(one.reasons))[0] == [f"gatekeeper/en/{one.name}"]
    assert blocked(spoken, peer, "NEW_REASON")[0] == ["gatekeeper/en/not-checked"]


def test_what_comes_with_the_package_is_played(spoken: Site, peer: ScriptedPeer) -> None:
    """Each of its files is one that Asterisk plays as it is: here the first, whole."""
    first = next(sounds())
    file = spoken.asterisk.sounds / first.name
    file.write_bytes(first.content)
    names, packets = blocked(spoken, peer, Reason.LISTED)
    assert names == ["gatekeeper/en/do-not-call"]
    assert packets >= 40


def test_without_the_files_nothing_breaks(spoken: Site, peer: ScriptedPeer) -> None:
    """The call is refused as before; a dialplan that named a sound of its own plays that."""
    shutil.rmtree(spoken.asterisk.sounds / "gatekeeper" / "en")
    assert blocked(spoken, peer, "LISTED")[1] == 0
    assert blocked(spoken, peer, "LISTED", "*2")[0] == ["gatekeeper/en/do-not-call", "beep"]
    spoken.set_global("GATEKEEPER_SOUNDS", "")
    assert blocked(spoken, peer, "LISTED") == ([], 0)
    assert blocked(spoken, peer, "LISTED", "*2")[0] == ["beep"]


def test_nothing_is_said_where_no_agent_is(spoken: Site, peer: ScriptedPeer) -> None:
    """Behind a Local channel is a dialer, on a called channel a carrier, and a site can name more."""
    assert blocked(spoken, peer, "LISTED", "*5") == ([], 0)
    since = len(spoken.ami.events)
    for context in ("call-gosub", "announced", "call-context"):
        number = spoken.number()
        peer.behaviours[number] = say({"REASON": "LISTED", **BLOCK})
        spoken.call(number, context)
    assert played(spoken.ami.events[since:]) == []
    assert blocked(spoken, peer, "LISTED", "*4") == ([], 0)
