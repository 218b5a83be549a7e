"""The way from an unguarded Asterisk to the first guarded call, in a system: that system's Python runs it there.

`python3 first_call.py PORT COMMAND...` starts Asterisk, dials a number, runs the commands one after the other, and
dials it again after each. What leaves by the trunk is what arrives at PORT, where every INVITE is answered with 503.
Written is a JSON object for each command.
"""

import json
import re
import shlex
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

NUMBER = "0612345678"
SECONDS = 20


def main(port: int, commands: list[str]) -> None:
    """Do it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink, Path("/asterisk.log").open("wb") as log:
        sink.bind(("127.0.0.1", port))
        sink.setblocking(False)
        subprocess.Popen(["asterisk", "-f"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait(lambda: "fully booted" in asterisk("core waitfullybooted"))
        say(command="", left=dial(sink))
        for command in commands:
            began = time.monotonic()
            done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)
            seconds = time.monotonic() - began
            said = done.stdout + done.stderr
            say(command=command, code=done.returncode, seconds=round(seconds, 1), said=said, left=dial(sink))


def dial(sink: socket.socket) -> bool:
    """Dial the number; whether an INVITE has left."""
    before = processed()
    asterisk(f"channel originate Local/{NUMBER}@agents application Wait 5")
    wait(lambda: processed() > before)
    left = []

    def settled() -> bool:
        ended = idle()  # asked first: what it sent has then arrived
        left.extend(one for one in arrived(sink) if one.startswith(f"INVITE sip:{NUMBER}@".encode()))
        return ended

    wait(settled)
    return bool(left)


def arrived(sink: socket.socket) -> list[bytes]:
    """What has arrived since; an INVITE is refused, or it would be sent again and again."""
    datagrams = []
    while True:
        try:
            datagram, peer = sink.recvfrom(65536)
        except BlockingIOError:
            return datagrams
        datagrams.append(datagram)
        if datagram.startswith(b"INVITE "):
            kept = (b"via:", b"from:", b"to:", b"call-id:", b"cseq:")
            lines = [line for line in datagram.split(b"\r\n") if line.lower().startswith(kept)]
            lines = [line + b";tag=sink" if line.lower().startswith(b"to:") else line for line in lines]
            sink.sendto(b"\r\n".join([b"SIP/2.0 503 No", *lines, b"Content-Length: 0", b"", b""]), peer)


def processed() -> int:
    """How many calls Asterisk has had."""
    found = re.search(r"(\d+) calls? processed", asterisk("core show channels count"))
    return int(found[1]) if found else 0


def idle() -> bool:
    """Whether no channel is left."""
    return "0 active channels" in asterisk("core show channels count")


def asterisk(command: str) -> str:
    """What Asterisk says to a command."""
    return subprocess.run(["asterisk", "-rx", command], capture_output=True, text=True, check=False).stdout


def wait(until: Any) -> None:
    """Wait for something that has to come."""
    last = time.monotonic() + SECONDS
    while not until():
        if time.monotonic() > last:
            sys.exit(f"waited {SECONDS} s in vain")
        time.sleep(0.05)


def say(**told: Any) -> None:
    """Write a line."""
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
