"""Addresses of carriers' names, looked up beside the event loop: the last answer is kept until there is another."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Sequence

from gatekeeper.logs import StateLog
from gatekeeper.sip.targets import is_address

log = logging.getLogger(__name__)

LookUp = Callable[[str], Sequence[str]]
"""Looks up a name's addresses, the best first; raises `OSError`."""


def look_up(name: str) -> Sequence[str]:
    """The addresses of a name, as the machine's resolver gives them.

    Raises:
        OSError: there are none, or nobody can be asked.
    """
    found = socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class NameBook:
    """The addresses of names.

    Each look-up has a thread of its own, which nobody waits for: a resolver that hangs holds up neither the calls nor
    the other names nor the end of the daemon.

    Args:
        names: names, or addresses, which stand for themselves.
        changed: called with a name whose addresses are other ones now.
        ask: looks a name up.
    """

    def __init__(self, names: Iterable[str], changed: Callable[[str], None], ask: LookUp = look_up) -> None:
        self._changed = changed
        self._ask = ask
        self._loop = asyncio.get_running_loop()
        given = dict.fromkeys(names)
        self._addresses: dict[str, tuple[str, ...]] = {name: (name,) if is_address(name) else () for name in given}
        self._names = [name for name in given if not is_address(name)]
        self._states = {name: StateLog(log, f"the carrier's name {name} is not found", "") for name in self._names}
        self._asking: dict[str, asyncio.Future[None]] = {}

    def addresses(self, name: str) -> tuple[str, ...]:
        """What is known of a name."""
        return self._addresses[name]

    def refresh(self) -> None:
        """Begin to look up each name that is not being looked up."""
        for name in self._names:
            if name not in self._asking:
                self._asking[name] = self._loop.create_future()
                threading.Thread(target=self._work, args=(name,), name=f"look up {name}", daemon=True).start()

    async def settle(self, seconds: float) -> None:
        """Wait for the look-ups that have begun, for a while."""
        if self._asking:
            await asyncio.wait(self._asking.values(), timeout=seconds)

    def _work(self, name: str) -> None:
        found: Sequence[str] = ()
        why = ""
        try:
            found = self._ask(name)
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or str(error)
        try:
            self._loop.call_soon_threadsafe(self._found, name, tuple(found), why or "it has no address")
        except RuntimeError:
            return  # the loop has ended meanwhile

    def _found(self, name: str, addresses: tuple[str, ...], why: str) -> None:
        if addresses:
            self._states[name].end()
        else:
            kept = ", ".join(self._addresses[name])
            self._states[name].begin(f"{why}; {f'its last addresses are used: {kept}' if kept else 'set an address'}")
        if addresses and addresses != self._addresses[name]:
            self._addresses[name] = addresses
            self._changed(name)
        future = self._asking.pop(name)
        if not future.done():
            future.set_result(None)
