"""Places of carriers: the hops that a URI stands for, by its service records or by its name's addresses.

| the URI | what the DNS says | its hops |
|---|---|---|
| has an address | - | that, with its port |
| has a name and a port | - | the name's addresses, with the port |
| has a name alone | has records of the service | their targets' addresses, with the records' ports |
| | has none | the name's addresses, with the transport's own port |
| | says that the service is not there | none |
| | does not answer, and has not said records before | the name's addresses, with the transport's own port |
| | does not answer, and has said records before | those that are known |

Addresses are the system's to say (`getaddrinfo`), with `/etc/hosts` and the rest of `nsswitch.conf`; but those that the
DNS gives along with the records count first (RFC 2782).
"""

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from gatekeeper.sip.protocol.ports import Hop, Transport, in_uri
from gatekeeper.sip.record_lookup import RecordAnswer, RecordLookUp, look_up_records
from gatekeeper.sip.service_records import ServiceRecord, in_order, is_not_there, usable
from gatekeeper.sip.targets import CarrierUri

MOST_HOPS: Final = 16
"""So many addresses of a carrier are used: each is asked by OPTIONS, again and again."""

LookUp = Callable[[str], Sequence[str]]
"""Looks up a name's addresses, the best first; raises `OSError`."""

Draw = Callable[[int], int]
"""Gives a number from 0 up to, not including, its argument."""

_DRAW_S: Final = 3600.0
_MACHINE: Final = Path("/etc/machine-id")  # machine-id(5)

_TRANSPORTS: Final = {"_sip._udp": Transport.UDP, "_sip._tcp": Transport.TCP, "_sips._tcp": Transport.TLS}


class CarrierPlace(NamedTuple):
    """An address of a carrier, and where that comes from.

    Attributes:
        hop: the address.
        record: the service record that leads there; None where it is that of the URI's own host.
    """

    hop: Hop
    record: ServiceRecord | None = None

    @property
    def text(self) -> str:
        """The address as the log has it: with the record, where one leads there."""
        if self.record is None:
            return self.hop.host
        return f"{in_uri(self.hop.host)}:{self.hop.port} ({self.record.text})"


class CarrierPlaces(NamedTuple):
    """Where a carrier is.

    Attributes:
        places: its addresses, in the order in which they are to be tried; none where the DNS says that it has none.
        by_records: whether service records said so.
        nowhere: the record that says that it has none, or None.
        oddities: what could not be used, or nothing.
    """

    places: tuple[CarrierPlace, ...] = ()
    by_records: bool = False
    nowhere: ServiceRecord | None = None
    oddities: tuple[str, ...] = ()


UNKNOWN: Final = CarrierPlaces()
"""Of a carrier that was not found yet."""


class _Service(NamedTuple):
    """A service of a carrier, and what the DNS has of it."""

    name: str
    answer: RecordAnswer


def place_at(carrier: CarrierUri, address: str) -> CarrierPlace:
    """A carrier at an address, where no service record says otherwise."""
    return CarrierPlace(Hop(Transport(carrier.transport.upper()), address, carrier.port))


def look_up(name: str) -> Sequence[str]:
    """The addresses of a name, as the machine's resolver gives them.

    Raises:
        OSError: there are none, or nobody can be asked.
    """
    found = socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def hourly(owner: str, clock: Callable[[], float] = time.time) -> Draw:
    """Begin a draw that comes out alike for an hour on this machine, and otherwise on another one.

    A restart must not turn the order round: the CANCEL of a call that rings meanwhile goes to the first hop, which has
    to be the one that has its INVITE (RFC 3263, 4.4: a stateless proxy chooses alike each time).

    Args:
        owner: the name that has the records.
        clock: seconds since the epoch.
    """
    try:
        machine = _MACHINE.read_text(encoding="ascii")
    except (OSError, UnicodeError):
        machine = socket.gethostname()
    return Random(f"{machine} {owner} {clock() // _DRAW_S}").randrange  # noqa: S311 - shares of calls, no secret


@dataclass(frozen=True, slots=True)
class CarrierLookUp:
    """Finds where carriers are. It waits for the answers: not for the loop.

    Attributes:
        addresses: looks up a name's addresses.
        records: looks up a service's records.
        draw: begins the draw for the records of an owner.
    """

    addresses: LookUp = look_up
    records: RecordLookUp = look_up_records
    draw: Callable[[str], Draw] = hourly

    def find(self, carrier: CarrierUri, known: CarrierPlaces = UNKNOWN) -> CarrierPlaces:
        """Where a carrier is now.

        Args:
            carrier: the carrier.
            known: where it was when it was looked up last.

        Raises:
            OSError: that can't be said now.
        """
        try:
            service = self._service(carrier)
        except OSError as error:
            if known.by_records:
                raise
            return self._by_name(carrier, (f"its service records can't be looked up: {why_not(error)}",))
        if service is None:
            return self._by_name(carrier)
        if is_not_there(service.answer.records):
            nowhere = service.answer.records[0]
            oddities = (f"the DNS says that it has no such service: {nowhere.text}",)
            return CarrierPlaces(by_records=True, nowhere=nowhere, oddities=oddities)
        return self._by_records(service, known)

    def _by_name(self, carrier: CarrierUri, oddities: tuple[str, ...] = ()) -> CarrierPlaces:
        """The addresses of the name itself."""
        found = self.addresses(carrier.host)
        if not found:
            raise OSError(0, "it has no address")
        if len(found) > MOST_HOPS:
            oddities += (f"it has {len(found)} addresses, of which {MOST_HOPS} are used",)
            found = sorted(found)[:MOST_HOPS]  # the same ones each time
        return CarrierPlaces(tuple(place_at(carrier, one) for one in found), oddities=oddities)

    def _service(self, carrier: CarrierUri) -> _Service | None:
        """The first service that is there; else one of which the DNS says that it is not; None where none has records.

        Raises:
            OSError: that can't be said now.
        """
        nowhere = None
        host = carrier.host.rstrip(".")
        end = "." if "." in carrier.host else ""
        for name in carrier.services:
            answer = self.records(f"{name}.{host}{end}")
            if answer.records and not is_not_there(answer.records):
                return _Service(name, answer)
            if answer.records and nowhere is None:
                nowhere = _Service(name, answer)
        return nowhere

    def _by_records(self, service: _Service, known: CarrierPlaces) -> CarrierPlaces:
        """The addresses of a service's targets.

        Which of too many are used depends neither on the draw nor on the order of the answer: hops would come and go.

        Raises:
            OSError: there are none.
        """
        records, oddities = usable(service.answer.records)
        addresses = _Addresses(self.addresses, service.answer.addresses, known.places)
        transport = _TRANSPORTS[service.name]
        hops = {one: [Hop(transport, host, one.port) for host in addresses.of(one.target)] for one in records}
        unlike = list(dict.fromkeys(hop for mine in hops.values() for hop in sorted(mine)))
        if addresses.missing:
            oddities += (f"no address is found of {', '.join(addresses.missing)}",)
        if not unlike:
            raise OSError(0, "; ".join(oddities))
        if len(unlike) > MOST_HOPS:
            oddities += (f"its records lead to {len(unlike)} addresses, of which {MOST_HOPS} are used",)
        places: dict[Hop, CarrierPlace] = {}
        for record in in_order(records, self.draw(records[0].owner)):
            for hop in hops[record]:
                if hop in unlike[:MOST_HOPS]:
                    places.setdefault(hop, CarrierPlace(hop, record))
        return CarrierPlaces(tuple(places.values()), by_records=True, oddities=oddities)


MACHINES: Final = CarrierLookUp()
"""Asks whom the machine asks."""


class _Addresses:
    """Addresses of targets: each is looked up once.

    Args:
        ask: looks up a name's addresses.
        given: those that the DNS gave along.
        known: where the carrier was before: a target whose look-up fails is taken to be where it was.
    """

    def __init__(self, ask: LookUp, given: Mapping[str, Sequence[str]], known: Sequence[CarrierPlace]) -> None:
        self.missing: list[str] = []
        self._ask = ask
        self._known = known
        self._found: dict[str, Sequence[str]] = dict(given)

    def of(self, target: str) -> Sequence[str]:
        """Those of a target; none where there are none."""
        if target not in self._found:
            try:
                found = self._ask(target)
            except (OSError, UnicodeError):
                found = ()
            before = dict.fromkeys(one.hop.host for one in self._known if one.record and one.record.target == target)
            self._found[target] = found or tuple(before)
            if not found:
                self.missing.append(target)
        return self._found[target]


def why_not(error: Exception) -> str:
    """Why a look-up failed."""
    return getattr(error, "strerror", None) or str(error)
