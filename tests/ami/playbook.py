"""Playbooks: a session's test reads like a trace of what came and what went."""

from collections.abc import Iterable

from gatekeeper.ami.protocol.client_policy import Policies
from gatekeeper.ami.protocol.rights import Rights
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.ami.protocol.session import (
    AskQuestions,
    Command,
    EndServer,
    ProxySession,
    Report,
    ToClient,
    ToServer,
)
from gatekeeper.policy import Reason, Verdict
from gatekeeper.screening import Answer

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
LOGIN = b"Action: Login\r\nUsername: dialer\r\nSecret: s\r\nActionID: login\r\n\r\n"
ACCEPTED = b"Response: Success\r\nActionID: login\r\nMessage: Authentication accepted\r\n\r\n"
TOKEN = "0123456789abcdef"

ALLOWED = Answer("01ALLOWED", Verdict.ALLOW, Reason.CLEAR, 0, 33612345678)
BLOCKED = Answer("01BLOCKED", Verdict.BLOCK, Reason.LISTED, 21, 33612345678, "bloctel", "3")


def barrier(number: int) -> bytes:
    """The barrier that a session sends for the n-th time."""
    return b"Action: Ping\r\nActionID: gatekeeper-%s-%d\r\n\r\n" % (TOKEN.encode(), number)


def pong(number: int) -> bytes:
    """Asterisk's answer to it."""
    return b"Response: Success\r\nActionID: gatekeeper-%s-%d\r\nPing: Pong\r\nTimestamp: 1.0\r\n\r\n" % (
        TOKEN.encode(),
        number,
    )


class Playbook:
    """One session, with what went where.

    Args:
        chunk: every input is cut into pieces of so many bytes.
        policies: what each user may do.
        routes: what leads outside.
        rights: what users were seen to be allowed; None: everything.
    """

    def __init__(
        self,
        chunk: int = 1 << 20,
        policies: Policies | None = None,
        routes: Routes | None = None,
        rights: Rights | None = None,
    ) -> None:
        self.session = ProxySession(routes or Routes(), policies or Policies(), TOKEN, rights)
        self.chunk = chunk
        self.server = b""
        self.client = b""
        self.asked: list[AskQuestions] = []
        self.reports: list[Report] = []
        self.ended = False

    def logged_in(self) -> "Playbook":
        """Greet and log in as `dialer`, and forget what went."""
        self.from_server(GREETING)
        self.from_client(LOGIN)
        self.from_server(ACCEPTED)
        assert (self.sent_server(), self.sent_client()) == (LOGIN, GREETING + ACCEPTED)
        return self

    def from_client(self, octets: bytes) -> None:
        """The client sends something."""
        for piece in self._pieces(octets):
            self._obey(self.session.receive_client(piece))

    def from_server(self, octets: bytes) -> None:
        """Asterisk sends something."""
        for piece in self._pieces(octets):
            self._obey(self.session.receive_server(piece))

    def client_ends(self) -> None:
        """The client will send no more."""
        self._obey(self.session.client_ended())

    def server_ends(self) -> None:
        """Asterisk hangs up."""
        self._obey(self.session.server_ended())

    def answer(self, *answers: Answer) -> None:
        """Screening answers the open question."""
        self._obey(self.session.screened(answers))

    def sent_server(self) -> bytes:
        """What went to Asterisk since the last look."""
        sent, self.server = self.server, b""
        return sent

    def sent_client(self) -> bytes:
        """What went to the client since the last look."""
        sent, self.client = self.client, b""
        return sent

    def questions(self) -> list[str]:
        """The numbers that were asked since the last look."""
        asked = [question.dialled for screen in self.asked for question in screen.questions]
        self.asked = []
        return asked

    def _pieces(self, octets: bytes) -> Iterable[bytes]:
        return (octets[at : at + self.chunk] for at in range(0, len(octets), self.chunk))

    def _obey(self, commands: list[Command]) -> None:
        for command in commands:
            if isinstance(command, ToServer):
                self.server += command.octets
            elif isinstance(command, ToClient):
                self.client += command.octets
            elif isinstance(command, AskQuestions):
                self.asked.append(command)
            elif isinstance(command, Report):
                self.reports.append(command)
            else:
                assert isinstance(command, EndServer)
                self.ended = True


def action(name: str, **headers: str) -> bytes:
    """An action as most clients write it."""
    lines = [f"Action: {name}", *(f"{header}: {value}" for header, value in headers.items())]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def messages(octets: bytes) -> list[dict[str, str]]:
    """The messages of a stream, with the last value of each header."""
    return [
        dict(line.partition(": ")[::2] for line in message.split("\r\n"))
        for message in octets.decode().split("\r\n\r\n")
        if message
    ]
