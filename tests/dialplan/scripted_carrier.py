"""A carrier, or a SIP gate, that answers each number as a test tells it, and notes every INVITE whole."""

import re
import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Final, NamedTuple, Self

BUSY: Final = "486 Busy Here"


class Told(NamedTuple):
    """An INVITE: its headers of a name, in the order in which they came."""

    number: str
    headers: Mapping[str, list[str]]


class ScriptedCarrier:
    """Refuses each number with its status line and headers, those without one with :data:`BUSY`."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, ...]] = {}
        """By number: status and reason phrase, and header lines (RFC 3261, 7.2)."""
        self.invites: list[Told] = []
        """Every INVITE, in order."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    @property
    def numbers(self) -> list[str]:
        """The number of every INVITE, in order."""
        return [invite.number for invite in self.invites]

    def told(self, number: str) -> dict[str, str]:
        """What the headers of our own in the one INVITE to a number say."""
        (invite,) = [invite for invite in self.invites if invite.number == number]
        ours = {name: values for name, values in invite.headers.items() if name.startswith("X-Gatekeeper-")}
        assert all(len(values) == 1 for values in ours.values())
        return {name.removeprefix("X-Gatekeeper-"): values[0] for name, values in ours.items()}

    def answer(self, number: str) -> tuple[str, ...]:
        """Status and header lines for a number."""
        return self.answers.get(number, (BUSY,))

    def _serve(self) -> None:
        while True:
            octets, sender = self._socket.recvfrom(65535)
            if not octets:
                return
            text = octets.decode()
            found = re.match(r"INVITE sip:([^@]*)@", text)
            if found:
                headers: dict[str, list[str]] = {}
                for name, value in re.findall(r"^([\w-]+): ?([^\r\n]*)", text.partition("\r\n\r\n")[0], re.MULTILINE):
                    headers.setdefault(name, []).append(value)
                self.invites.append(Told(found.group(1), headers))
                self._socket.sendto(self._message(text, found.group(1)), sender)

    def _message(self, request: str, number: str) -> bytes:
        status, *lines = self.answer(number)
        kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq): [^\r]*", request, re.MULTILINE)
        headers = [f"{line};tag=here" if line.startswith("To:") else line for line in kept]
        return "\r\n".join([f"SIP/2.0 {status}", *headers, *lines, "Content-Length: 0", "", ""]).encode()
