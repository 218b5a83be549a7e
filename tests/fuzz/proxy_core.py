"""Coverage-guided fuzzing of the AMI proxy's core with atheris: `python tests/fuzz/proxy_core.py -max_total_time=60`.

The claims are those of `tests/ami/test_session_fuzz.py`; arguments are libFuzzer's. `test_fuzzers.py` runs it for
some seconds, `make soak` for ten minutes. atheris is among the development packages where it has a wheel.
"""

import re
import sys
import tempfile
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: pip install atheris")

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / folder) for folder in (".", "asterisk")]

with atheris.instrument_imports(include=["gatekeeper.ami"]):
    from tests.ami.playbook import Playbook
    from tests.ami.test_session_fuzz import WORDS, asterisk_reads, header, passes, run
    from tests.fuzz.lines import mutated

ENDS = (b"\r\n", b"\n", b"\r\n\r\n", b"\r")
OCTETS = 0.5
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


SEEDS = (
    *(bytes([kind]) + b"Action: Originate\r\nChannel: PJSIP/0612345678@trunk\r\n\r\n" for kind in range(5)),
    b"\xc3Response: Success\r\nActionID: 1\r\n\r\n",
)
"""The first inputs: an originate in every kind of piece, and an answer."""


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Change an input: half the time line by line, with the words that clients use, else as libFuzzer does."""
    return mutated(data, most, seed, OCTETS, lambda chance: chance.choice(WORDS) + chance.choice(ENDS), WORDS)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as corpus:
        for number, first in enumerate(SEEDS):
            Path(corpus, str(number)).write_bytes(first)
        atheris.Setup([*sys.argv, corpus], one_input, custom_mutator=mutate)
        atheris.Fuzz()
