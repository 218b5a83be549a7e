"""Keys of attempts: who is called, for whom and about what; and the short forms that stand for it in the file.

A text is a number there, of 48 bits of its digest, or for a contact of 62 and below zero: so the pages of fifty million
attempts stay half as many. Two texts that share a key are counted together, which makes a cap stricter, never looser;
of sites with a thousand companies each, one in half a billion has such two.
"""

import hashlib
from functools import lru_cache
from typing import Final, NamedTuple

from gatekeeper.registries.contract_row import principal_key

_NAME_BITS: Final = 48
_CONTACT_BITS: Final = 62


class AttemptKey(NamedTuple):
    """By what an attempt is counted.

    Attributes:
        number: E.164 as an integer.
        contact: the dialer's or CRM's id of the person, who may have several numbers; or "".
        principal: the company that is called for, or "" where that is not known.
        subject: what the call is about, or "" where that is not known.
    """

    number: int
    contact: str = ""
    principal: str = ""
    subject: str = ""


@lru_cache(maxsize=4096)
def name_key(name: str) -> int:
    """The key of a company's name or of a subject, above zero; 0 for "". Capitals and blanks don't matter."""
    compared = principal_key(name)
    return 1 + _digest(compared, _NAME_BITS) if compared else 0


def contact_key(contact: str) -> int:
    """The key of a contact's id, below zero; 0 for ""."""
    if not contact:
        return 0  # as mostly
    compared = contact.strip()
    return -1 - _digest(compared, _CONTACT_BITS) if compared else 0


def _digest(text: str, bits: int) -> int:
    octets = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(octets, "big") >> (64 - bits)
