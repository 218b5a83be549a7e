"""Bounded memories of the SIP gate: the dialogs that carriers have opened, and the calls that they let try again.

Both are small: neither is needed where Asterisk talks to the carrier by itself once the call is up.
"""

from collections import OrderedDict
from typing import Final, Generic, NamedTuple, TypeVar

from gatekeeper.sip.protocol.ports import Hop

Value = TypeVar("Value")

MOST_DIALOGS: Final = 32_768
DIALOG_S: Final = 12 * 3600.0
MOST_AGAIN: Final = 16_384
AGAIN_S: Final = 64.0

AGAIN: Final = frozenset({401, 407, 422, 494})
"""Responses to which the asking side sends the same call again, with what was wanted (RFC 3261, 8.1.3.5; RFC 4028)."""


class OpenedDialog(NamedTuple):
    """A dialog that a carrier has opened.

    Attributes:
        hop: where the carrier is.
        target: the URI that it wants further requests to have (RFC 3261, 12.2.1.1); b"" before the carrier's 200: until
            then nobody may send a second INVITE (14.1).
        over: whether a BYE has ended it: after that a carrier may take an INVITE in it for a new call (12.2.2).
        called: whom the call was let by for; "" where its trunk leaves To to the switch.
    """

    hop: Hop
    target: bytes
    over: bool = False
    called: str = ""


class BoundedMemory(Generic[Value]):
    """Remembers values by keys, for some time, and the latest ones only.

    Args:
        most: how many.
        lasts: for how many seconds.

    Attributes:
        forgotten: how many values had to make room for later ones before their time was over.
    """

    def __init__(self, most: int, lasts: float) -> None:
        self._most = most
        self._lasts = lasts
        self.forgotten = 0
        self._known: OrderedDict[bytes, tuple[float, Value]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: bytes, now: float) -> Value | None:
        """The value of a key, unless its time is over."""
        found = self._known.get(key)
        return found[1] if found is not None and now < found[0] else None

    def pop(self, key: bytes, now: float) -> Value | None:
        """The value of a key, unless its time is over; it is forgotten."""
        found = self._known.pop(key, None)
        return found[1] if found is not None and now < found[0] else None

    def put(self, key: bytes, value: Value, now: float) -> None:
        """Remember a value."""
        known = self._known
        known[key] = (now + self._lasts, value)
        known.move_to_end(key)
        if len(known) > self._most:
            _, (until, _) = known.popitem(last=False)
            self.forgotten += until > now
        oldest = next(iter(known))
        if known[oldest][0] <= now:
            del known[oldest]

    def replace(self, key: bytes, value: Value) -> None:
        """Remember another value of a known key, for as long as the one before it."""
        self._known[key] = (self._known[key][0], value)
