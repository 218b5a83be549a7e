"""Names of SIP headers: reads one as it is written, long or compact."""

import re
from typing import Final

_TOKEN: Final = re.compile(rb"[A-Za-z0-9.!%*_+`'~-]{1,64}")

_COMPACT: Final = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "n": "identity-info",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
"""The compact forms of header names (the register of SIP parameters at IANA)."""

_MOST_KNOWN: Final = 1024
_LONGEST_KNOWN: Final = 64

_known: dict[bytes, str] = {}
"""Names as they were read before. Messages have some twenty, and always the same: each is found by one look, which the
rows of an `lru_cache`, kept in the order of use, take five for. When it is full, it begins anew."""


def name_of(octets: bytes) -> str:
    """The name of a header in lower case, never the compact form; "" where it is not a name.

    Blanks may stand before the colon (section 7.3.1).
    """
    found = _known.get(octets)
    if found is not None:
        return found
    name = octets.rstrip(b" \t")
    if not _TOKEN.fullmatch(name):
        return ""
    lower = name.decode("ascii").lower()
    found = _COMPACT.get(lower, lower)
    if len(octets) <= _LONGEST_KNOWN:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[octets] = found
    return found
