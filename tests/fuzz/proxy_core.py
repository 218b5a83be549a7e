"""Coverage-guided fuzzing of the AMI proxy's core with atheris: `python tests/fuzz/proxy_core.py -max_total_time=60`.

The claims are those of `tests/ami/test_session_fuzz.py`; arguments are libFuzzer's. `test_proxy_core.py` runs it for
ten seconds, `make soak` for ten minutes. atheris is among the development packages where it has a wheel.
"""

import re
import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: pip install atheris")

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / folder) for folder in (".", "asterisk")]

with atheris.instrument_imports(include=["gatekeeper.ami"]):
    from tests.ami.playbook import Playbook
    from tests.ami.test_session_fuzz import asterisk_reads, header, passes, run

OUTSIDE = re.compile(rb"(?:pjsip|sip|local)/0612345678@", re.IGNORECASE)


def from_client(octets: bytes, chunk: int) -> None:
    """What is not blocked reaches Asterisk byte for byte, and no originate to a number is among it."""
    sent = run(octets, chunk)
    if sent != passes(octets):
        raise AssertionError("bytes were changed, lost or doubled")
    for headers in asterisk_reads(sent):
        action = next((value for line in headers if (value := header([line], b"action"))), b"")
        if action.lower() == b"originate" and OUTSIDE.match(header(headers, b"channel")):
            raise AssertionError("an originate slipped by")


def from_server(octets: bytes, chunk: int) -> None:
    """What Asterisk sends reaches the client byte for byte."""
    book = Playbook(chunk).logged_in()
    book.from_server(octets)
    book.server_ends()
    if book.sent_client() != octets:
        raise AssertionError("bytes from Asterisk were changed, lost or held back")


def one_input(data: bytes) -> None:
    """The first byte says which side sends, and in what pieces."""
    if not data:
        return
    chunk = (4096, 128, 16, 3, 1)[data[0] % 5]
    (from_client if data[0] < 192 else from_server)(data[1:], chunk)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
