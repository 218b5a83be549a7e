"""Which numbers are emergencies: the dialplan of Asterisk 22 and 16 and the daemon answer the same of every string."""

import itertools
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from gatekeeper.phone import DialPlan, Normaliser, NumberKind, emergency_numbers
from gatekeeper.phone.emergency import MOST_PREFIXES
from gatekeeper.phone.emergency_dialplan import dialplan_of, posix_pattern
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.dialplan.conftest import site_with
from tests.dialplan.peer import ScriptedPeer
from tests.dialplan.site import DIALPLAN, Site, settings

FRENCH: Final = Normaliser(DialPlan())
BELGIAN: Final = Normaliser(DialPlan(home="BE", prefixes=("8", "1234#"), emergency=emergency_numbers("BE") | {"3966"}))
NEAR: Final = (
    "8112",
    "1122",
    "912",
    "112#",
    "#32#112",
    "11",
    "1",
    "0000112",
    "9w112",
    "0WW15",
    "9w0w112",
    "w112",
    "1w12",
)
SEPARATED: Final = ("1 1 2", "(0)112", "0-1.1.2", " 15", "9 116000", "+33 17")


def strings_of(country: Normaliser) -> list[str]:
    """Every emergency number behind every prefix, many behind more of them, numbers that resemble them, and others."""
    emergency = country.emergency
    numbers = sorted(emergency.numbers)
    draw = random.Random(8)
    drawn = {
        "".join(draw.choices(emergency.prefixes, k=count)) + draw.choice(numbers)
        for count in range(2, MOST_PREFIXES + 2)
        for _ in range(60)
    }
    one = {prefix + number for prefix, number in itertools.product(("", *emergency.prefixes), numbers)}
    persons = {f"06123456{number[-2:]}" for number in numbers} | {"0612345112", "0470116000"}
    return sorted(one | drawn | persons | set(emergency.mistakable()[:40]) | set(NEAR) | set(SEPARATED))


def asking(strings: list[str]) -> str:
    """A context that asks the gate about every string, and tells its reasons."""
    steps = [
        f" same => n,Gosub(gatekeeper-check,s,1({string}))\n"
        f" same => n,UserEvent(Told,Place: {place},Reason: ${{GATEKEEPER_REASON}})\n"
        for place, string in enumerate(strings)
    ]
    return f"[asking]\nexten => s,1,NoOp()\n{''.join(steps)} same => n,Hangup()\n"


def told(site: Site, strings: list[str]) -> dict[str, str]:
    """The reason that the dialplan gave for every string."""
    site.ami.send("Originate", {"Channel": "Local/s@asking/n", "Application": "Wait", "Data": "1", "Async": "true"})
    events: list[dict[str, str]] = []

    def all_there() -> bool:
        events[:] = [event for event in site.ami.events if event.get("UserEvent") == "Told"]
        return len(events) == len(strings)

    wait_until(all_there, 30, "the dialplan to have told of every string")
    return {strings[int(event["Place"])]: event["Reason"] for event in events}


@pytest.fixture(scope="module", params=["France as shipped", "Belgium as written by the command"])
def reasons(
    request: pytest.FixtureRequest,
    asterisk_root: AsteriskRoot,
    peer: ScriptedPeer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Normaliser, dict[str, str]]]:
    """What an Asterisk's dialplan says of many strings, and the normaliser that reads them for the daemon."""
    country = FRENCH if request.param.startswith("France") else BELGIAN
    strings = strings_of(country)
    folder = tmp_path_factory.mktemp(f"emergency-{asterisk_root.release}")
    with ExitStack() as stack:
        nobody = str(folder / "nobody.sock")
        custom = folder / "asterisk" / "etc" / "gatekeeper" / "gatekeeper-emergency-custom.conf"
        if country is BELGIAN:
            custom.parent.mkdir(parents=True)
            custom.write_text(dialplan_of(country.emergency))
        site = site_with(stack, asterisk_root, folder, settings(peer.port), nobody, asking(strings))
        yield country, told(site, strings)


def test_dialplan_and_daemon_agree_on_every_string(reasons: tuple[Normaliser, dict[str, str]]) -> None:
    """What the dialplan lets by as an emergency is one to the daemon, and the other way round."""
    country, told_of = reasons
    by_dialplan = {string for string, reason in told_of.items() if reason == "EMERGENCY"}
    by_daemon = {string for string in told_of if country.normalise(string).kind is NumberKind.EMERGENCY}
    assert by_dialplan == by_daemon


def test_nobodys_number_is_let_by_unasked(reasons: tuple[Normaliser, dict[str, str]]) -> None:
    """No string that the daemon reads as somebody's number is let by as an emergency."""
    country, told_of = reasons
    assert not [s for s, reason in told_of.items() if reason == "EMERGENCY" and country.normalise(s).e164]
    assert [s for s in told_of if country.normalise(s).e164]


def test_the_shipped_prefixes_are_the_daemons() -> None:
    """gatekeeper-globals.conf has what the daemon takes off before an emergency number in France."""
    line = f"GATEKEEPER_EMERGENCY_PREFIXES = {posix_pattern(FRENCH.emergency.prefixes)}\n"
    assert line in Path(DIALPLAN / "gatekeeper-globals.conf").read_text()
