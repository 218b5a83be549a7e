"""One client's connection through the proxy: bytes in, commands out. No socket, no clock, no waiting.

Every action that Asterisk would see is inspected (`gatekeeper.ami.protocol.inspect`). What can't call outside goes on
as it came. What does is screened first; meanwhile the client's later actions wait, so that all stays in order. What is
blocked or refused never reaches Asterisk, and is answered in its place.

A `Login` is waited for as well: who the client is decides what it may do. Until one has succeeded, nothing is
screened: Asterisk would refuse it, and so does the proxy.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.answers import BARRIER_PREFIX, barrier, blocked, refusal
from gatekeeper.ami.protocol.carrying import with_decisions
from gatekeeper.ami.protocol.client_policy import ClientPolicy, Policies
from gatekeeper.ami.protocol.event_mask import wants_calls
from gatekeeper.ami.protocol.inspect import inspect
from gatekeeper.ami.protocol.inspect.reading import shown
from gatekeeper.ami.protocol.inspection import Check, Pass
from gatekeeper.ami.protocol.rights import READS_CALLS, Rights, failing_originate, refusal_in, trial
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.ami.protocol.server_stream import Expected, ServerStream
from gatekeeper.ami.protocol.wire import ActionFramer
from gatekeeper.journal.asked_by import MANAGER
from gatekeeper.policy import Gate, Verdict
from gatekeeper.screening import Answer, Question
from gatekeeper.text import printable

MAX_WAITING: Final = 1000
"""So many answers of our own may wait for Asterisk before the client is read no further."""

MAX_READ_AHEAD: Final = 256 * 1024
"""So many bytes of a client are read before those before them are worked off; more than the longest action."""


@dataclass(frozen=True, slots=True)
class ToServer:
    """Send this to Asterisk."""

    octets: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToClient:
    """Send this to the client."""

    octets: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskQuestions:
    """Ask these one after the other until one is blocked, and give the answers to `ProxySession.screened`."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """An action was refused without a question.

    Attributes:
        user: the manager user, or "" before the login.
        action: its name.
        why: the sentence that the client was told.
    """

    user: str
    action: str
    why: str


@dataclass(frozen=True, slots=True)
class EndServer:
    """The client will send no more: tell Asterisk so, after all that was sent before."""


Command = ToServer | ToClient | AskQuestions | Report | EndServer


class ProxySession:
    """The state of one connection.

    Args:
        routes: what leads outside.
        policies: what each user may do.
        token: random and secret, so that no client can guess the ids of our barriers.
        rights: what users may do, as was seen; None: whoever has logged in is taken to have every right.
        gated: the endpoints whose way out is the SIP gate, which is told of decisions.
    """

    def __init__(
        self,
        routes: Routes,
        policies: Policies,
        token: str,
        rights: Rights | None = None,
        gated: frozenset[str] = frozenset(),
    ) -> None:
        self.user = ""
        self._gated = gated
        self._routes = routes
        self._policies = policies
        self._token = token.encode()
        self._policy = policies.default
        self._framer = ActionFramer()
        self._server = ServerStream(self._logged_in)
        self._rights = rights
        self._tried: tuple[Action, Check] | None = None
        self._barriers = 0
        self._screened: tuple[Action, Check] | None = None
        self._login: Action | None = None
        self._authenticated = False
        self._shows_calls = True
        self._ending = False
        self._ended = False

    @property
    def wants_client(self) -> bool:
        """Whether more should be read from the client.

        While something is waited for, a little is read ahead: a client that hangs up would not be noticed otherwise.
        """
        return self._framer.buffered < MAX_READ_AHEAD and self._server.waiting < MAX_WAITING

    @property
    def policy(self) -> ClientPolicy:
        """What this client may do."""
        return self._policy

    @property
    def authenticated(self) -> bool:
        """Whether the client has logged in."""
        return self._authenticated

    def receive_client(self, chunk: bytes) -> list[Command]:
        """The client has sent something."""
        self._framer.feed(chunk)
        return self._advance()

    def client_ended(self) -> list[Command]:
        """The client will send no more."""
        self._ending = True
        return self._advance()

    def passes_server(self, chunk: bytes) -> bool:
        """Whether what Asterisk has sent goes to the client as it is, and changes nothing: most events.

        If so it is taken note of; if not, it is to be given to `receive_server`.
        """
        return self._server.passes(chunk)

    def receive_server(self, chunk: bytes) -> list[Command]:
        """Asterisk has sent something."""
        paused = self._login is not None or self._tried is not None
        octets = self._server.receive(chunk)
        commands: list[Command] = [ToClient(octets)] if octets else []
        if paused and self._login is None and self._tried is None:
            if self._screened is not None:
                commands.append(_screen(self._screened[1], self.user))
            commands += self._advance()
        return commands

    def server_ended(self) -> list[Command]:
        """Asterisk has closed the connection; what is left to send."""
        octets = self._server.finish()
        return [ToClient(octets)] if octets else []

    def screened(self, answers: Sequence[Answer]) -> list[Command]:
        """The answers to the questions of the last `AskQuestions`: one for each, or up to the first that is blocked.

        Raises:
            RuntimeError: nothing was asked.
        """
        if self._screened is None:
            raise RuntimeError("no question is open")
        action, checked = self._screened
        self._screened = None
        commands: list[Command] = []
        refused = next((answer for answer in answers if answer.verdict is not Verdict.ALLOW), None)
        if refused is not None or len(answers) != len(checked.numbers):
            shown = refused or answers[-1]
            self._block(*blocked(action, shown, originates=checked.originates), commands)
        elif checked.originates:
            self._forward(with_decisions(action, [answer.id for answer in answers], self._gated), commands)
        else:
            self._forward(action.octets, commands)
        return commands + self._advance()

    @property
    def _paused(self) -> bool:
        return self._screened is not None or self._login is not None or self._tried is not None

    def _advance(self) -> list[Command]:
        """Work through what the client has sent, until something must be waited for."""
        commands: list[Command] = []
        while not self._paused and (raw := self._framer.next_action()) is not None:
            self._take(Action(raw), commands)
        if self._ending and not self._paused and not self._ended:
            self._ended = True
            commands.append(EndServer())
        return _joined(commands)

    def _take(self, action: Action, commands: list[Command]) -> None:
        if action.fault is not None:
            self._refuse(action, action.fault.value, "", commands)
            return
        name = action.name
        if name == "login" and not self._authenticated:
            self._login = action
            self._forward(action.octets, commands, Expected.LOGIN)
            return
        finding = inspect(action, self._routes, self._policy)
        if isinstance(finding, Pass):
            if name == "events":
                self._shows_calls = wants_calls(action.get("EventMask"), self._shows_calls)
            self._forward(action.octets, commands)
        elif not self._authenticated:
            self._refuse(action, "Permission denied", "", commands)
        elif isinstance(finding, Check) and (self._rights is None or self._rights.has(self.user, name)):
            self._screened = (action, finding)
            commands.append(_screen(finding, self.user))
        elif isinstance(finding, Check):
            self._tried = (action, finding)
            nonce = self._nonce()
            self._server.answer_behind(nonce, b"", self._tried_out)
            commands.append(ToServer(trial(name, nonce)))
        else:
            self._refuse(action, finding.message, finding.why, commands)

    def _forward(self, octets: bytes, commands: list[Command], expected: Expected = Expected.ACTION) -> None:
        self._server.forwarded(expected)
        commands.append(ToServer(octets))

    def _refuse(self, action: Action, message: str, why: str, commands: list[Command]) -> None:
        commands.append(Report(self.user, shown(action.name), why or message))
        self._reply(refusal(action, message, why), commands)

    def _reply(self, octets: bytes, commands: list[Command]) -> None:
        """Answer in Asterisk's place, behind its answers to all that was sent before."""
        if self._server.quiet:
            if ready := self._server.answer(octets):
                commands.append(ToClient(ready))
            return
        nonce = self._nonce()
        self._server.answer_behind(nonce, octets)
        commands.append(ToServer(barrier(nonce)))

    def _block(self, response: bytes, event: bytes, commands: list[Command]) -> None:
        """Answer a blocked action. Its event is shown where Asterisk would show it."""
        rights = self._rights
        if not event or not self._shows_calls or rights is None or rights.has(self.user, READS_CALLS):
            self._reply(response + event if self._shows_calls else response, commands)
            return
        nonce = BARRIER_PREFIX + token_hex(12).encode()  # others see it, so it tells nothing of our barriers
        self._server.answer_behind(nonce, response)
        self._server.replace_event(nonce, event, lambda: rights.add(self.user, READS_CALLS))
        commands.append(ToServer(failing_originate(nonce)))

    def _nonce(self) -> bytes:
        self._barriers += 1
        return BARRIER_PREFIX + self._token + b"-%d" % self._barriers

    def _tried_out(self, answer: bytes) -> bytes:
        """Asterisk has answered whether an action is open to the client: go on, or refuse it in its words."""
        tried, self._tried = self._tried, None
        if tried is None or self._rights is None:
            return b""
        action, checked = tried
        if refused := refusal_in(answer):
            return refusal(action, refused)
        self._rights.add(self.user, action.name)
        self._screened = (action, checked)
        return b""

    def _logged_in(self, success: bool) -> None:
        action, self._login = self._login, None
        if success and action is not None:
            self._authenticated = True
            self._shows_calls = wants_calls(action.get("Events"), before=True)
            self.user = printable(action.get("Username"))
            self._policy = self._policies.of(action.get("Username"))


def _screen(checked: Check, user: str) -> AskQuestions:
    return AskQuestions(tuple(_question(number, checked, user) for number in checked.numbers))


def _question(number: str, checked: Check, user: str) -> Question:
    return Question(
        dialled=number,
        gate=Gate.AMI_PROXY,
        campaign=checked.campaign,
        principal=checked.principal,
        caller_id=checked.caller_id,
        channel=checked.channel,
        said=checked.said,
        asked_by=f"{MANAGER}{user}",
    )


def _joined(commands: list[Command]) -> list[Command]:
    """Neighbouring pieces for Asterisk as one, so that pipelined actions go out in one write."""
    if len(commands) < 2:  # noqa: PLR2004 - nothing to join
        return commands
    joined: list[Command] = []
    pieces: list[bytes] = []
    for command in commands:
        if isinstance(command, ToServer):
            pieces.append(command.octets)
            continue
        if pieces:
            joined.append(ToServer(b"".join(pieces)))
            pieces = []
        joined.append(command)
    if pieces:
        joined.append(ToServer(b"".join(pieces)))
    return joined
