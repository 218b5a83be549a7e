"""SIPp as the carrier: it answers every INVITE and keeps the record that says whether a call left."""

import re
import threading
import time
from pathlib import Path
from typing import Final, Literal

from lab.carrier_record import Invite, Record
from lab.errors import LabError
from lab.ports import Bound, bound_by, free_port
from lab.processes import Process, wait_until
from lab.roots import sipp_program
from lab.scenario import Behaviour, scenario
from lab.session_scenario import session_scenario
from lab.stoppable import Startable

_START_SECONDS: Final = 15
Transport = Literal["udp", "tcp", "tls"]
_SIPP_TRANSPORTS: Final = {"udp": "u1", "tcp": "t1", "tls": "l1"}
_RECEIVED: Final = re.compile(
    r"^\w+ message received \[\d+\] bytes ?:\n\n(.*?)(?=-{40,} \d{4}-|\Z)", re.MULTILINE | re.DOTALL
)
_NEVER: Final = "1000000"  # trips of SIPp's watchdog, which would end it on a machine that is busy


class Carrier(Startable):
    """A running SIPp. A context manager; any number can run side by side.

    The same serves as an agent's telephone: give its port to ``AsteriskInstance(trunks={"agent": port})``.
    """

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        ring_ms: int | None = 0,
        answer_after_ms: int | None = 0,
        hold_ms: int | None = None,
        refuse_with: str | None = None,
        asserted: str | None = None,
        redirect_to: str | None = None,
        early_media: bool = False,
        challenge: bool = False,
        sessions: bool = False,
        transport: Transport = "udp",
        certificate: tuple[Path, Path] | None = None,
        keep_messages: bool = False,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            folder: a folder of its own, made if need be.
            port: its port on 127.0.0.1; by default a free one.
            ring_ms: time from INVITE to 180 Ringing; ``None``: none is sent.
            answer_after_ms: time from INVITE to 200 OK; ``None``: it rings until cancelled.
            hold_ms: time from answer until it hangs up; ``None``: it never does.
            refuse_with: a final status in place of 200, such as ``"486 Busy Here"``.
            asserted: the number that its answer says was reached.
            redirect_to: the number that ``refuse_with="302 Moved Temporarily"`` names.
            early_media: whether it is heard before it answers (183 with SDP).
            challenge: whether it demands digest authentication.
            sessions: whether it does, behind a proxy, all that dialogs know, in place of the above: see
                :mod:`lab.session_scenario`.
            transport: by what it is reached.
            certificate: of one that is reached over TLS: the files of the certificate and its key.
            keep_messages: whether :meth:`messages` can tell every message in full.
        """
        self.folder = folder.resolve()
        self.port = port or free_port("udp")
        self.transport = transport
        self.behaviour = Behaviour(
            ring_ms,
            answer_after_ms,
            hold_ms,
            refuse_with,
            asserted,
            redirect_to,
            early_media=early_media,
            challenge=challenge,
        )
        self._sessions = sessions
        self._certificate = certificate
        self._keeps = keep_messages
        self._process: Process | None = None
        self._record = Record(self.folder / "messages.tsv", self.folder / "callers.tsv")
        self._reading = threading.Lock()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._running().pid

    def start(self) -> None:
        """Start it and wait until its port is open.

        Raises:
            LabError: it does not start.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        text = session_scenario() if self._sessions else scenario(self.behaviour)
        (self.folder / "carrier.xml").write_text(text)
        for old in ("messages.tsv", "callers.tsv", "errors.log", "whole.log"):
            (self.folder / old).unlink(missing_ok=True)
        self._record = Record(self.folder / "messages.tsv", self.folder / "callers.tsv")
        options = {
            "-sf": "carrier.xml",
            "-i": "127.0.0.1",
            "-mi": "127.0.0.1",
            "-p": str(self.port),
            "-t": _SIPP_TRANSPORTS[self.transport],
            "-ci": "127.0.0.1",  # its remote control would be open to the network otherwise
            "-cp": str(free_port("udp")),
            "-shortmessage_file": "messages.tsv",
            "-log_file": "callers.tsv",
            "-error_file": "errors.log",
            "-buff_size": str(4 * 1024 * 1024),
            "-deadcall_wait": "5000",
            "-watchdog_major_maxtriggers": _NEVER,
            "-watchdog_minor_maxtriggers": _NEVER,
        }
        if self._certificate is not None:
            certificate, key = self._certificate
            options |= {"-tls_cert": str(certificate), "-tls_key": str(key)}
        flags = ["-nostdin", "-trace_shortmsg", "-trace_logs", "-trace_err"]
        if self._keeps:
            options["-message_file"] = "whole.log"
            flags.append("-trace_msg")
        command = [*sipp_program(), *(word for option in options.items() for word in option), *flags]
        self._process = Process("the SIPp carrier", command, self.folder / "output.log", folder=self.folder)
        wait_until(self._ready, _START_SECONDS, f"the SIPp carrier to open {self.transport} port {self.port}")

    def stop(self) -> None:
        """Stop it; its record stays readable. Safe to repeat."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def invites(self) -> list[Invite]:
        """Return every call that reached it until now, in order of arrival. See :meth:`settle`."""
        with self._reading:
            self._record.refresh()
            return list(self._record.calls.values())

    def numbers(self) -> list[str]:
        """Return the number of every call that reached it until now, in order of arrival."""
        return [invite.number for invite in self.invites()]

    def messages(self) -> list[str]:
        """Return every message that it received until now, in full, in order of arrival (with ``keep_messages``)."""
        text = (self.folder / "whole.log").read_text(errors="replace")
        return [found.group(1).lstrip("\n") for found in _RECEIVED.finditer(text)]

    def settle(self, quiet_seconds: float = 0.3, limit_seconds: float = 30) -> list[Invite]:
        """Wait until nothing has come for a while and nothing waits in its socket, then return :meth:`invites`.

        Raises:
            LabError: it is not quiet within the limit.
        """
        deadline = time.monotonic() + limit_seconds
        seen, since = -1, time.monotonic()
        while time.monotonic() < deadline:
            invites = self.invites()
            if self._record.lines != seen or self._waiting_bytes():
                seen, since = self._record.lines, time.monotonic()
            elif time.monotonic() - since >= quiet_seconds:
                return invites
            time.sleep(0.02)
        message = f"the carrier was not quiet for {quiet_seconds} s within {limit_seconds} s"
        raise LabError(message)

    def _running(self) -> Process:
        if self._process is None:
            message = "the carrier is not started"
            raise LabError(message)
        return self._process

    def _ready(self) -> bool:
        self._running().demand_running()
        return self._bound in bound_by(self.pid, self._bound.kind)

    @property
    def _bound(self) -> Bound:
        return Bound("udp" if self.transport == "udp" else "tcp", self.port)

    def _waiting_bytes(self) -> int:
        return bound_by(self.pid, self._bound.kind).get(self._bound, 0) if self._process is not None else 0
