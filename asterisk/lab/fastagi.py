"""A FastAGI client that asks a gate as Asterisk does, for what happens on the daemon's side."""

import re
import socket
from typing import Final

from lab.errors import LabError

_SET: Final = re.compile(r'SET VARIABLE (?:ARRAY\()?([\w,]+)\)? "([^"]*)"\n')


def environment(number: str, campaign: str = "") -> bytes:
    """What Asterisk sends to ask about a number (AGI's environment)."""
    return (
        "agi_network: yes\nagi_network_script: screen\nagi_request: agi://127.0.0.1/screen\n"
        "agi_channel: Local/lab\nagi_uniqueid: 1.1\nagi_callerid: 0162000000\nagi_extension: s\n"
        f"agi_arg_1: {number}\nagi_arg_2: {campaign}\nagi_arg_3: \nagi_arg_4: gosub\nagi_arg_5: 1.1\n\n"
    ).encode()


def ask(port: int, number: str, *, campaign: str = "", seconds: float = 10) -> dict[str, str]:
    """Ask whether a number may be called; return the variables that the gate sets, by name.

    :raises OSError: nobody listens.
    :raises LabError: the gate hangs up without a verdict.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as peer:
        peer.sendall(environment(number, campaign))
        commands = b""
        while b"GATEKEEPER_VERDICT" not in commands or not commands.endswith(b"\n"):
            data = peer.recv(65536)
            if not data:
                message = "the gate hung up without a verdict"
                raise LabError(message)
            commands += data
        peer.sendall(b"200 result=1\n" * commands.count(b"\n"))
    found = _SET.findall(commands.decode())
    return {
        name: value for names, values in found for name, value in zip(names.split(","), values.split(","), strict=True)
    }
