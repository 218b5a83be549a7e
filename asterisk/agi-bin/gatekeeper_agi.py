#!/usr/bin/env python3
"""Ask the Gatekeeper daemon whether a call may be placed: an AGI script for sites that prefer one to FastAGI.

In the dialplan, each argument encoded with URIENCODE:

    AGI(gatekeeper_agi.py,NUMBER,CAMPAIGN,PRINCIPAL,FORM,LINKEDID,EARLIER,CALLER,SAID)

Without a NUMBER the channel's extension is asked about. A FORM that ends in -odd tells that the dialplan refuses the
call, for it can't dial the NUMBER. SAID is what the call says of itself, such as goods=insurance&dial_mode=manual,
each value encoded by itself. It sets GATEKEEPER_VERDICT (ALLOW or BLOCK), GATEKEEPER_REASON, GATEKEEPER_LIST,
GATEKEEPER_DECISION, GATEKEEPER_CAUSE, GATEKEEPER_PROVISION and GATEKEEPER_RETRY_AT. Where the daemon can't be asked
in time, they say BLOCK and GATE_DOWN; where it is there and can't deal with this call, BLOCK and GATE_ERROR, to which
no trunk is open. The dialplan clears them before it calls the script and goes on only with an ALLOW, so that a script
which could not even be started refuses the call, too.

Two environment variables of Asterisk's process change what it does:
GATEKEEPER_SOCKET (the daemon's socket, /run/gatekeeper/gatekeeper.sock by default) and
GATEKEEPER_TIMEOUT (seconds for all of it, 1.5 by default).

It needs pyst2 and the standard library, and imports as little as it can: its start is what a call waits for.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from urllib.parse import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:  # an import that only type checkers pay for
    from typing import BinaryIO

DEFAULT_SOCKET = "/run/gatekeeper/gatekeeper.sock"
DEFAULT_TIMEOUT = 1.5
SHORTEST_TIMEOUT = 0.05
LONGEST_TIMEOUT = 60.0
TIME_TO_REFUSE = 0.5
LONGEST_INPUT = 1024 * 1024
LONGEST_ANSWER = 16 * 1024
LONGEST_VALUE = 1024
LONGEST_ARGUMENTS = 6000  # Asterisk cuts what an application is given at 8,191 bytes
CALLER = 7
SAID = 8
ODD = "-odd"
DOWN = {
    "verdict": "BLOCK",
    "reason": "GATE_DOWN",
    "list": "",
    "decision": "",
    "cause": 21,
    "provision": "",
    "retry_at": "",
}
ERROR = {**DOWN, "reason": "GATE_ERROR"}
FIELDS = (
    # The verdict last: what is cut short half-way leaves no ALLOW.
    ("GATEKEEPER_REASON", "reason"),
    ("GATEKEEPER_LIST", "list"),
    ("GATEKEEPER_DECISION", "decision"),
    ("GATEKEEPER_CAUSE", "cause"),
    ("GATEKEEPER_PROVISION", "provision"),
    ("GATEKEEPER_RETRY_AT", "retry_at"),
    ("GATEKEEPER_VERDICT", "verdict"),
)


class NotDecidedError(Exception):
    """The daemon may well be there, but can't decide on this call."""


class BoundedInput:
    """Standard input that ends: pyst2 would wait for ever on one that was closed, and read without limit."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = LONGEST_INPUT

    def readline(self) -> str:
        """The next line; EOFError at the end of input, NotDecidedError past the limit."""
        line = self._stream.readline(self._left)
        self._left -= len(line)
        if not line:
            raise EOFError("Asterisk closed the input")
        if not line.endswith(b"\n"):
            raise NotDecidedError("Asterisk sends more than an AGI session is made of")
        return line.decode("utf-8", "replace")


class Nowhere:
    """Standard error that is thrown away: pyst2 writes the number there, and Asterisk logs it."""

    def write(self, text: str) -> None:
        """Forget it."""


def argument(number: int) -> str:
    """The nth argument of the dialplan's AGI(...), decoded.

    Of the program's own arguments: in the environment they follow the caller's name, and one with newlines in it could
    put others in their place.
    """
    return unquote(sys.argv[number])[:LONGEST_VALUE] if number < len(sys.argv) else ""


def question(env: dict[str, str]) -> dict[str, str]:
    """What is asked of the daemon."""
    # A caller's name with newlines could end the environment early; what follows would be taken for replies.
    if any(env.get(f"agi_arg_{number}") != value.strip() for number, value in enumerate(sys.argv[1:], start=1)):
        raise NotDecidedError("the environment does not have our arguments")
    if sum(map(len, sys.argv[1:])) > LONGEST_ARGUMENTS:
        raise NotDecidedError("the last arguments may have been cut short")
    caller_id = argument(CALLER) if len(sys.argv) > CALLER else env.get("agi_callerid", "")
    odd = argument(4).endswith(ODD)
    return {
        "op": "screen",
        "gate": "AGI_SCRIPT",
        "dialled": argument(1) or ("" if odd else env.get("agi_extension", "")[:LONGEST_VALUE]),
        "refused": "NUMBER_INVALID" if odd else "",
        "campaign": argument(2),
        "principal": argument(3),
        "linkedid": argument(5),
        "earlier": argument(6),
        # As it came: the daemon takes it apart, and refuses what is too long.
        "said": sys.argv[SAID] if len(sys.argv) > SAID else "",
        "caller_id": "" if caller_id == "unknown" else caller_id[:LONGEST_VALUE],
        "channel": env.get("agi_channel", "")[:LONGEST_VALUE],
        "uniqueid": env.get("agi_uniqueid", "")[:LONGEST_VALUE],
    }


def ask(path: str, asked: dict[str, str], timeout: float) -> dict[str, str | int]:
    """The daemon's answer; any failure is an exception."""
    received = b""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        peer.settimeout(timeout)
        peer.connect(path)
        peer.sendall(json.dumps(asked).encode("ascii") + b"\n")
        while not received.endswith(b"\n"):
            data = peer.recv(LONGEST_ANSWER)
            received += data
            if not data or len(received) > LONGEST_ANSWER:
                raise ValueError("no answer")
    answer = json.loads(received.decode("utf-8"))
    if "error" in answer:
        raise NotDecidedError("the daemon says that it can't")
    if answer["verdict"] not in ("ALLOW", "BLOCK"):
        raise ValueError("no verdict")
    # All are there before the first is set.
    return {field: answer[field] for _, field in FIELDS}


def safe(value: str | int) -> str:
    """A value as it can stand between quotes in an AGI command: pyst2 puts the quotes and no more."""
    plain = "".join(c if c.isprintable() else " " for c in str(value))
    return plain.replace("\\", "\\\\").replace('"', '\\"')


def too_late(_signal: int, _frame: object) -> None:
    """The time for all of it is over."""
    raise TimeoutError("too late")


def timeout_setting() -> float:
    """The seconds for all of it."""
    try:
        seconds = float(os.environ.get("GATEKEEPER_TIMEOUT", ""))
    except ValueError:
        return DEFAULT_TIMEOUT
    return seconds if SHORTEST_TIMEOUT <= seconds <= LONGEST_TIMEOUT else DEFAULT_TIMEOUT


def main() -> int:
    """Ask and set; gives the exit status."""
    timeout = timeout_setting()
    # Asterisk closes our end when the channel hangs up; a write there must not end us half-way.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    agi = None
    try:
        from asterisk.agi import AGI  # here, so that its absence refuses the call in words of ours

        agi = AGI(BoundedInput(sys.stdin.buffer), sys.stdout, Nowhere())
        path = os.environ.get("GATEKEEPER_SOCKET") or DEFAULT_SOCKET
        answer = ask(path, question(agi.env), timeout)
        for name, field in FIELDS:
            agi.set_variable(name, safe(answer[field]))
    except NotDecidedError:
        return refuse(ERROR, sys.stdin.buffer, has_read=True)
    except ImportError:
        why = f"{sys.executable} has no pyst2: let the first line name the Python that Gatekeeper is installed in"
        return refuse(DOWN, sys.stdin.buffer, has_read=False, why=why)
    except Exception as error:  # noqa: BLE001 - whatever it is, the call is refused
        # What an operating system says holds no number.
        why = f"the daemon can't be asked: {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
        return refuse(DOWN, sys.stdin.buffer, has_read=agi is not None, why=why)
    return 0


def refuse(told: dict[str, str | int], stream: BinaryIO, *, has_read: bool, why: str = "") -> int:
    """Set the variables to a refusal, as far as Asterisk still listens; in plain AGI, as pyst2 may be what failed.

    Asterisk's log then has why, for nobody sees a script's standard error.
    """
    # A little more time, in case it was the time that ran out.
    signal.setitimer(signal.ITIMER_REAL, TIME_TO_REFUSE)
    try:
        replies = BoundedInput(stream)
        while not has_read and replies.readline().strip():
            pass
        for name, field in FIELDS:
            sys.stdout.write(f'SET VARIABLE {name} "{told[field]}"\n')
            sys.stdout.flush()
            replies.readline()
        if why:
            sys.stdout.write(f'EXEC Log "WARNING,gatekeeper_agi.py: {safe(why)}"\n')
            sys.stdout.flush()
            replies.readline()
    except Exception:  # noqa: BLE001 - Asterisk is gone, and the dialplan refuses without an ALLOW
        return 1
    return 0


if __name__ == "__main__":
    # Without the interpreter's own end, which would try to flush to a channel that is gone.
    os._exit(main())
