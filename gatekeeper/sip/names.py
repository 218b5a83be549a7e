"""Names of carriers, looked up beside the event loop: the last answer is kept until there is another."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from typing import NamedTuple

from gatekeeper.logs import StateLog
from gatekeeper.sip.places import UNKNOWN, CarrierPlace, CarrierPlaces, place_at, why_not
from gatekeeper.sip.service_records import ServiceRecord
from gatekeeper.sip.targets import CarrierUri
from gatekeeper.supervised import fault_of, tell_fault

log = logging.getLogger(__name__)

Finder = Callable[[CarrierUri, CarrierPlaces], CarrierPlaces]
"""Finds where a carrier is, given where it was; raises `OSError`."""


class _Named(NamedTuple):
    """What the log is told of a carrier's name: that it is not found, and what is odd about what is found."""

    lost: StateLog
    odd: StateLog


class NameBook:
    """The places of carriers that have names.

    Each look-up has a thread of its own, which nobody waits for: a resolver that hangs holds up neither the calls nor
    the other names nor the end of the daemon.

    Args:
        carriers: carriers; those with an address are where that is.
        changed: called with a carrier whose places are other ones now, or stand in another order.
        find: looks a carrier up.
    """

    def __init__(self, carriers: Iterable[CarrierUri], changed: Callable[[CarrierUri], None], find: Finder) -> None:
        self._changed = changed
        self._find = find
        self._loop = asyncio.get_running_loop()
        self._known: dict[CarrierUri, CarrierPlaces] = {}
        self._states: dict[CarrierUri, _Named] = {}
        self._asking: dict[CarrierUri, asyncio.Future[None]] = {}
        for one in dict.fromkeys(carriers):
            if one.is_address:
                self._known[one] = CarrierPlaces((place_at(one, one.host),))
                continue
            self._known[one] = UNKNOWN
            self._states[one] = _Named(
                StateLog(log, f"the carrier's name {one.host} is not found", ""),
                StateLog(log, f"the carrier's name {one.host}", "", logging.WARNING),
            )

    def places(self, carrier: CarrierUri) -> tuple[CarrierPlace, ...]:
        """Where a carrier is, as far as that is known."""
        return self._known[carrier].places

    def nowhere(self, carrier: CarrierUri) -> ServiceRecord | None:
        """The record by which a carrier's domain says that it has no such service, or None."""
        return self._known[carrier].nowhere

    def refresh(self) -> None:
        """Begin to look up each name that is not being looked up."""
        for carrier in self._states:
            if carrier not in self._asking:
                self._asking[carrier] = self._loop.create_future()
                args = (carrier, self._known[carrier])
                threading.Thread(target=self._work, args=args, name=f"look up {carrier.host}", daemon=True).start()

    async def settle(self, seconds: float) -> None:
        """Wait for the look-ups that have begun, for a while."""
        if self._asking:
            await asyncio.wait(self._asking.values(), timeout=seconds)

    def _work(self, carrier: CarrierUri, known: CarrierPlaces) -> None:
        found: CarrierPlaces | None = None
        why = ""
        try:
            found = self._find(carrier, known)
        except (OSError, UnicodeError) as error:
            why = why_not(error)
        except Exception as error:  # noqa: BLE001 - an answer that nobody foresaw must not end the look-ups of a name
            tell_fault(log, f"the carrier's name {carrier.host} could not be looked up", error)
            why = fault_of(error)
        try:
            self._loop.call_soon_threadsafe(self._found, carrier, found, why)
        except RuntimeError:
            return  # the loop has ended meanwhile

    def _found(self, carrier: CarrierUri, found: CarrierPlaces | None, why: str) -> None:
        lost, odd = self._states[carrier]
        before = self._known[carrier]
        if found is None:
            kept = ", ".join(dict.fromkeys(one.hop.host for one in before.places))
            lost.begin(f"{why}; {f'its last addresses are used: {kept}' if kept else 'set an address'}")
        else:
            lost.end()
            if found.oddities:
                odd.begin("; ".join(found.oddities))
            else:
                odd.end()
            self._known[carrier] = found
            if found.places != before.places:
                self._changed(carrier)
        future = self._asking.pop(carrier)
        if not future.done():
            future.set_result(None)
