"""A carrier that sends every call on to another number (SIP 302, RFC 3261 section 21.3.3), and notes each."""

import re
import socket
import threading
from types import TracebackType
from typing import Final, Self

ELSEWHERE: Final = "0698765432"


class Redirector:
    """Redirects each number to :data:`ELSEWHERE`, which is busy."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        """The number of every INVITE, in order."""
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

    def _serve(self) -> None:
        while True:
            octets, sender = self._socket.recvfrom(65535)
            if not octets:
                return
            text = octets.decode()
            found = re.match(r"INVITE sip:([^@]*)@", text)
            if found:
                self.numbers.append(found.group(1))
                self._socket.sendto(self._answer(text, found.group(1)), sender)

    def _answer(self, request: str, number: str) -> bytes:
        status = "486 Busy Here" if number == ELSEWHERE else "302 Moved Temporarily"
        kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq): [^\r]*", request, re.MULTILINE)
        headers = [f"{line};tag=here" if line.startswith("To:") else line for line in kept]
        contact = f"Contact: <sip:{ELSEWHERE}@127.0.0.1:{self.port}>"
        return "\r\n".join([f"SIP/2.0 {status}", *headers, contact, "Content-Length: 0", "", ""]).encode()
