"""Branches and tags of the SIP gate: keyed hashes, by which a stateless proxy knows its own (RFC 3261, section 16.11).

The branch of what is sent on is a hash of what names the transaction below: a retransmission, a CANCEL and the ACK of a
refusal get the branch of their INVITE without anything being remembered, and a response shows by it that we sent the
request. So only what stands in the response as well goes into it. The Request-URI does not: who relies on a branch
compares the messages themselves.
"""

import re
from hashlib import blake2b
from typing import Final

from gatekeeper.sip.protocol.headers import Via

COOKIE: Final = b"z9hG4bK"
"""What every branch of RFC 3261 begins with."""

KEY_SIZE: Final = 16
"""Bytes of a transaction's key."""

_SEALED: Final = 8
_ATTEMPT: Final = re.compile(rb"[1-9][0-9]?")


class Branches:
    """Makes branches, tags and seals, and knows them again.

    Args:
        secret: the key, up to 64 bytes; with the same one a later process knows what an earlier one sent.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret[:64]
        instance = blake2b(b"instance", key=self._secret, digest_size=4).hexdigest().encode()
        self.mark = COOKIE + b"gk" + instance
        """What all branches of this gate begin with: in a request, they show a loop."""

    def key(self, via: Via, from_tag: bytes, call_id: bytes, cseq: int) -> bytes:
        """The key of a transaction, by what its requests and responses have in common.

        Args:
            via: the Via that is, or will be, below ours.
            from_tag: the From's tag.
            call_id: the Call-ID.
            cseq: the number of the CSeq.
        """
        text = b"%b\0%b\0%d\0%b\0%b\0%d" % (via.branch, via.host.encode(), via.port, from_tag, call_id, cseq)
        return blake2b(text, key=self._secret, digest_size=KEY_SIZE).digest()

    def branch(self, key: bytes, attempt: int = 0) -> bytes:
        """The branch of a transaction, towards the carrier that it goes to after so many have sent it back (503).

        Two addresses may be of one carrier, which would take the same branch for a repetition.
        """
        first = self.mark + key.hex().encode()
        return b"%b-%d" % (first, attempt) if attempt else first

    def attempt_of(self, branch: bytes, key: bytes) -> int:
        """Which of a transaction's branches one is; -1 of one that is none."""
        first, dash, number = branch.partition(b"-")
        if first != self.branch(key) or (dash and not _ATTEMPT.fullmatch(number)):
            return -1
        return int(number or 0)

    def seal(self, key: bytes, way_back: bytes) -> bytes:
        """A parameter's value that says that a way back was ours: beyond that, nobody sends responses anywhere."""
        return blake2b(key + way_back, key=self._secret, digest_size=_SEALED).hexdigest().encode()

    def tag(self, key: bytes) -> bytes:
        """The tag of the To in answers of our own."""
        return b"gk" + blake2b(b"tag" + key, key=self._secret, digest_size=_SEALED).hexdigest().encode()

    def call(self, call_id: bytes, from_tag: bytes) -> bytes:
        """The key of a call: of all its transactions from the caller's side."""
        return blake2b(b"call\0%b\0%b" % (call_id, from_tag), key=self._secret, digest_size=KEY_SIZE).digest()

    def dialog(self, call_id: bytes, from_tag: bytes, to_tag: bytes) -> bytes:
        """The key of a dialog."""
        text = b"dialog\0%b\0%b\0%b" % (call_id, from_tag, to_tag)
        return blake2b(text, key=self._secret, digest_size=KEY_SIZE).digest()

    def digest(self, data: bytes) -> bytes:
        """What tells one message from another."""
        return blake2b(data, key=self._secret, digest_size=KEY_SIZE).digest()
