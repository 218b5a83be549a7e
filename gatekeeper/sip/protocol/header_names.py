"""Names of SIP headers: reads one as it is written, long or compact."""

import re
from functools import lru_cache
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


@lru_cache(maxsize=1024)
def name_of(octets: bytes) -> str:
    """The name of a header in lower case, never the compact form; "" where it is not a name.

    Blanks may stand before the colon (section 7.3.1).
    """
    name = octets.rstrip(b" \t")
    if not _TOKEN.fullmatch(name):
        return ""
    lower = name.decode("ascii").lower()
    return _COMPACT.get(lower, lower)
