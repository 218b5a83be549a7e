"""Originates that go round the gates, straight to a trunk: what the SIP gate is for, and the watchdog without one."""

import base64
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.processes import wait_until

GATED, PLAIN = "gated", "trunk"
"""The trunk that goes through the SIP gate, and one that does not."""


class Bypass(NamedTuple):
    """One call that went round the gates.

    Attributes:
        way: how it was originated.
        trunk: the trunk that it was dialled over.
        dialled: the number.
        leaves: whether it may go on.
        invited: whether its INVITE came to the carrier.
        cancelled_ms: how long after its INVITE the CANCEL came, or None where none came.
    """

    way: str
    trunk: str
    dialled: str
    leaves: bool
    invited: bool
    cancelled_ms: float | None

    @property
    def right(self) -> bool:
        """Whether what may go on went on, and the others never left, or were cancelled where no SIP gate is."""
        if self.leaves:
            return self.invited and self.cancelled_ms is None
        if self.trunk == GATED:
            return not self.invited
        return not self.invited or self.cancelled_ms is not None


def by_ami(asterisk: AsteriskInstance, channel: str, _: str) -> None:
    """A dialer that found Asterisk's own manager port."""
    with asterisk.ami(events=False) as client:
        headers = {"Channel": channel, "Application": "Wait", "Data": "1", "Async": "true"}
        client.action("Originate", headers)


def by_call_file(asterisk: AsteriskInstance, channel: str, number: str) -> None:
    """A file in the spool folder."""
    text = f"Channel: {channel}\nApplication: Wait\nData: 1\nMaxRetries: 0\n"
    asterisk.call_file(text, name=f"{number}.call")


def by_cli(asterisk: AsteriskInstance, channel: str, _: str) -> None:
    """The command line."""
    asterisk.cli(f"channel originate {channel} application Wait 1")


def by_ari(asterisk: AsteriskInstance, channel: str, _: str) -> None:
    """The REST interface."""
    query = urllib.parse.urlencode({"endpoint": channel, "extension": "s", "context": "agent", "priority": "1"})
    address = f"http://127.0.0.1:{asterisk.http_port}/ari/channels?{query}"
    request = urllib.request.Request(address, method="POST")
    secret = base64.b64encode(b"ari:ari-secret").decode()
    request.add_header("Authorization", f"Basic {secret}")
    urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 - the same


WAYS: dict[str, Callable[[AsteriskInstance, str, str], None]] = {
    "AMI, straight": by_ami,
    "call file": by_call_file,
    "CLI": by_cli,
    "ARI": by_ari,
}


def go_round(
    asterisk: AsteriskInstance, carrier: Carrier, trunk: str, listed: Sequence[int], unlisted: Sequence[int]
) -> list[Bypass]:
    """Originate a listed and an unlisted number in every way over a trunk, and see what the carrier saw."""
    placed: list[tuple[str, str, bool]] = []
    for position, (way, originate) in enumerate(WAYS.items()):
        for number, leaves in ((listed[position], False), (unlisted[position], True)):
            dialled = f"0{number - 33_000_000_000}"
            originate(asterisk, f"PJSIP/{dialled}@{trunk}", dialled)
            placed.append((way, dialled, leaves))
            time.sleep(0.1)
    wanted = {dialled for _, dialled, leaves in placed if leaves}
    wait_until(lambda: wanted <= set(carrier.numbers()), 10, "the carrier to see the calls that may be made")
    seen = {invite.number: invite for invite in carrier.settle()}
    results = []
    for way, dialled, leaves in placed:
        invite = seen.get(dialled)
        cancelled = invite.cancelled_at if invite else None
        late = (cancelled - invite.at) * 1000 if invite and cancelled else None
        results.append(Bypass(way, trunk, dialled, leaves, invite is not None, late))
    return results
