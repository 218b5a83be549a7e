"""A carrier's domain on a name server of its own, and look-ups that ask it."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import dns.resolver

from gatekeeper.sip.places import CarrierLookUp
from gatekeeper.sip.record_lookup import RecordLookUp, ask_records
from lab.name_server import NameServer
from lab.ports import free_port

DOMAIN: Final = "carrier.test"
TOO_MANY: Final = 300

ZONE: Final = """
_sip._udp.two SRV 20 0 5071 b
_sip._udp.two SRV 10 60 5070 a
a A 127.0.0.1
b A 127.0.0.2
b AAAA ::1
_sip._tcp.tcp SRV 10 0 5072 a
tcp A 127.0.0.9
_sips._tcp.tls SRV 10 0 5073 a
_sip._udp.both SRV 10 0 5074 a
_sip._tcp.both SRV 10 0 5075 a
_sip._udp.no-udp SRV 0 0 0 .
_sip._tcp.no-udp SRV 10 0 5076 a
_sip._udp.nowhere SRV 0 0 0 .
nowhere A 127.0.0.9
_sip._udp.alias CNAME _sip._udp.two
plain A 127.0.0.9
_sip._udp.outside SRV 10 0 5077 sbc.elsewhere.test.
_sip._udp.partly SRV 10 0 5078 gone.elsewhere.test.
_sip._udp.partly SRV 20 0 5078 a
_sip._udp.lost SRV 10 0 5079 gone.elsewhere.test.
lost A 127.0.0.9
_sip._udp.strange SRV 10 0 5080 127.0.0.8.
_sip._udp.strange SRV 10 0 0 a
_sip._udp.strange SRV 20 0 5081 a
_sip._udp.one-host SRV 10 0 5082 a
_sip._udp.one-host SRV 20 0 5082 same
same A 127.0.0.1
_sip._udp.shared SRV 10 50 5083 a
_sip._udp.shared SRV 10 50 5084 a
"""


@dataclass(frozen=True)
class Domain:
    """A domain of a carrier.

    Attributes:
        server: its name server.
        dead: the UDP port that records of `failing` lead to first; nobody is there.
        alive: the one that they lead to next.
        records: asks the server.
    """

    server: NameServer
    dead: int
    alive: int
    records: RecordLookUp

    def look_up(self, draw: int = 0) -> CarrierLookUp:
        """Look-ups whose draws give a number, or the highest that there is."""
        return CarrierLookUp(addresses, self.records, lambda _owner: lambda below: min(draw, below - 1))


def addresses(name: str) -> Sequence[str]:
    """What the machine's resolver would give, as far as it knows these names.

    Raises:
        OSError: it does not.
    """
    if name == "sbc.elsewhere.test":
        return ["127.0.0.7"]
    own = {f"{name}.{DOMAIN}" for name in ("plain", "tcp", "nowhere", "lost")}
    if name not in own | {"x.broken.test", "x.refused.test"}:
        raise OSError(-2, "Name or service not known")
    return ["127.0.0.9"]


@contextlib.contextmanager
def running_domain(folder: Path) -> Iterator[Domain]:
    """Start its server, stop it."""
    dead, alive = free_port("udp"), free_port("udp")
    zone = f"{ZONE}_sip._udp.failing SRV 10 0 {dead} a\n_sip._udp.failing SRV 20 0 {alive} a\n"
    zone += "".join(f"_sip._udp.many SRV 10 1 5060 m{at}\nm{at} A 127.1.1.{at % 250}\n" for at in range(TOO_MANY))
    zone += "_sip._udp.wide SRV 10 1 5060 w\n_sip._udp.wide SRV 10 1 5061 w\n"
    zone += "".join(f"w A 127.2.0.{at}\n" for at in range(1, 13))
    with NameServer(folder, {DOMAIN: zone, "broken.test": ""}) as server:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.port = server.port
        resolver.nameservers = ["127.0.0.1"]
        resolver.timeout = 0.5
        yield Domain(server, dead, alive, partial(ask_records, resolver, lifetime_s=10.0))
