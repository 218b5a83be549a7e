"""The control socket: the command line's side of it."""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gatekeeper.control.protocol import encode, parse_answer
from gatekeeper.errors import DaemonError
from gatekeeper.translation import phrase, trouble_of

_CHUNK: Final = 64 * 1024
_MAX_ANSWER: Final = 1024 * 1024


def ask(path: Path, asked: Mapping[str, str], timeout: float = 2.0) -> dict[str, object]:
    """Ask the daemon, for the command line: blocks for at most `timeout` seconds between any two bytes.

    Raises:
        DaemonError: no daemon listens there, it does not answer in time, or it answers with an error.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.settimeout(timeout)
            peer.connect(str(path))
            peer.sendall(encode(asked))
            answer = _read_answer(peer)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise DaemonError(phrase("no daemon listens on {path}: start it with `gatekeeper serve`", path=path)) from error
    except OSError as error:
        raise DaemonError(
            phrase("the daemon on {path} does not answer ({strerror})", path=path, strerror=trouble_of(error))
        ) from error
    if "error" in answer:
        raise DaemonError(phrase("the daemon on {path} says: {said}", path=path, said=answer["error"]))
    return answer


def _read_answer(peer: socket.socket) -> dict[str, object]:
    received = bytearray()
    while not received.endswith(b"\n") and len(received) < _MAX_ANSWER:
        data = peer.recv(_CHUNK)
        if not data:
            break
        received += data
    return parse_answer(bytes(received))
