"""Coverage-guided fuzzing of the SIP gate's core with atheris: `python tests/fuzz/sip_core.py -max_total_time=60`.

The claims are those of `tests/sip/careless.py`: no octets make it fail, and what leaves for a carrier rings nobody else
than who was checked, however carelessly it is read. Arguments are libFuzzer's. `test_fuzzers.py` runs it for some
seconds, `make soak` for ten minutes. atheris is among the development packages where it has a wheel.
"""

import sys
import tempfile
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: pip install atheris")

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / folder) for folder in (".", "asterisk")]

with atheris.instrument_imports(include=["gatekeeper.sip", "gatekeeper.phone.sip_uri"]):
    from gatekeeper.sip.protocol.framing import MessageFramer
    from tests.fuzz.lines import mutated
    from tests.sip.careless import Watched
    from tests.sip.gate import ASTERISK, CARRIER, STREAM, Gate
    from tests.sip.messages import request, response
    from tests.sip.test_ambiguous import FAULTS, HARMLESS, HEADERS, PLAIN_URIS, URIS
    from tests.sip.torture import TORTURES

OCTETS = 0.4
SENT = Gate().sent_on(request())


def one_input(data: bytes) -> None:
    """The first byte says where it comes from: from Asterisk in a datagram or by a connection, or from a carrier."""
    watched = Watched()
    kind, rest = data[:1], data[1:]
    if kind < b"\x80":
        watched.comes(rest, ASTERISK)
        watched.comes(rest, ASTERISK)
    elif kind < b"\xc0":
        for message in MessageFramer().feed(rest):
            watched.comes(message, STREAM)
    else:
        watched.comes(request(), ASTERISK)
        watched.comes(rest, CARRIER)
    if len(watched.asked) > (1 if kind < b"\x80" else len(data)):
        raise AssertionError("a repetition was asked about")


MESSAGES = (
    request(),
    *(message for table in (FAULTS, HEADERS) for message in table.values() if len(message) < 2000),
    *(message for message, _ in HARMLESS.values()),
    *(request(uri=uri) for table in (URIS, PLAIN_URIS) for uri in table.values()),
    *(torture.data for torture in TORTURES.values() if len(torture.data) < 2000),
)
SEEDS = (
    *(b"\0" + message for message in MESSAGES),
    b"\x80" + request() + request("ACK") + request("CANCEL"),
    *(b"\xc0" + response(SENT.data, status) for status in ("100 Trying", "180 Ringing", "200 OK", "302 Moved")),
)
"""The first inputs: all that the other tests know."""

LINES = sorted({line for message in MESSAGES for line in message.splitlines(keepends=True)})
ENDS = (b"\r\n", b"\n", b"\r", b"\r\n ", b"\r\n\r\n", b"\0")


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Change an input: more than half the time line by line, with lines of other inputs, else as libFuzzer does."""
    return mutated(
        data, most, seed, OCTETS, lambda chance: chance.choice(LINES).rstrip(b"\r\n") + chance.choice(ENDS), LINES
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as corpus:
        for number, first in enumerate(SEEDS):
            Path(corpus, str(number)).write_bytes(first)
        atheris.Setup([*sys.argv, corpus], one_input, custom_mutator=mutate)
        atheris.Fuzz()
