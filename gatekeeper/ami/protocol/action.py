"""An action's headers, read as Asterisk reads them.

`astman_get_header` compares names without regard to case, allows no blank before the colon and any number after it, and
takes the first header of that name, even an empty one. Only `Action` itself is the first that is not empty. Values keep
their trailing blanks.
"""

from functools import lru_cache
from typing import Final

from gatekeeper.ami.protocol.wire import Fault, RawAction

_CONTROL: Final = bytes({*range(32), 127} - set(b"\r\n"))
_BLANKS: Final = bytes(range(1, 33))
_TRUE: Final = frozenset({"yes", "true", "y", "t", "1", "on"})


class Action:
    """One action with its headers.

    Args:
        raw: as it was framed.

    Attributes:
        octets: every byte of it, the empty line included; b"" where there is a fault.
        fault: why Asterisk could not read it, if it could not.
        name: in lower case, with the blanks that may stand behind it; "" where there is none.
        count: how many headers it has.
    """

    __slots__ = ("_values", "count", "fault", "name", "octets")

    def __init__(self, raw: RawAction) -> None:
        self.octets = raw.octets
        self.fault: Fault | None = raw.fault
        self.count = len(raw.lines)
        self._values: dict[bytes, list[bytes]] = {}
        for line in raw.lines:
            name, colon, value = line.partition(b":")
            if colon:
                self._values.setdefault(name.lower(), []).append(value.lstrip(_BLANKS))
        named = next(filter(None, self._values.get(b"action", ())), b"")
        self.name = _text(named).lower()

    @property
    def action_id(self) -> bytes:
        """The `ActionID`, as it came."""
        return self.octets_of("ActionID")

    @property
    def line_end(self) -> bytes:
        """How the client ends its lines."""
        return b"\r\n" if self.octets.endswith(b"\r\n") else b"\n"

    def get(self, name: str) -> str:
        """The value of a header, or "" where there is none."""
        return _text(self.octets_of(name))

    def octets_of(self, name: str) -> bytes:
        """The value of a header as bytes, or b"" where there is none."""
        values = self._values.get(_key(name))
        return values[0] if values else b""

    def single(self, name: str) -> str | None:
        """The value of a header, "" where there is none; None where it stands more than once with different values."""
        values = self._values.get(_key(name))
        if values is None:
            return ""
        if len(values) > 1 and len(set(values)) > 1:
            return None
        return _text(values[0])

    def all(self, name: str) -> list[str]:
        """The values of all headers of a name, in order."""
        values = self._values.get(_key(name))
        return [_text(value) for value in values] if values else []

    def has_control(self) -> bool:
        """Whether a control character stands anywhere in it but at the ends of its lines."""
        octets = self.octets
        if len(octets.translate(None, _CONTROL)) != len(octets):
            return True
        return octets.count(b"\r") != octets.count(b"\r\n")

    def is_true(self, name: str) -> bool:
        """Whether Asterisk takes a header's value for yes (`ast_true`)."""
        return self.get(name).lower() in _TRUE


@lru_cache(maxsize=256)
def _key(name: str) -> bytes:
    """A header's name as it is looked up. The names are the program's own, so that there are few."""
    return name.lower().encode()


def _text(value: bytes) -> str:
    """Bytes as text, reversibly: what is not UTF-8 becomes lone surrogates."""
    return value.decode("utf-8", "surrogateescape")
