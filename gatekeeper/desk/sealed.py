"""Sealed numbers: what stands in an address in place of a person's number.

Addresses end up in the browser's history, in bookmarks, in logs of proxies, and are read over shoulders. So a number is
sent by POST, and its page has an address that only this process can open, and only for the user it was made for: the
number under a key that dies with the process.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

_KEY_BYTES = 32
_NONCE = 12
_NUMBER = 8
_TAG = 16


class NumberSeal:
    """Seals numbers, and opens what it has sealed: a stream cipher and a tag, both by HMAC-SHA256."""

    def __init__(self) -> None:
        self._cipher = secrets.token_bytes(_KEY_BYTES)
        self._tag = secrets.token_bytes(_KEY_BYTES)

    def seal(self, number: int, user: str) -> str:
        """What stands for a number in addresses, another one each time.

        Args:
            number: E.164 as an integer.
            user: for whom.
        """
        nonce = secrets.token_bytes(_NONCE)
        hidden = self._masked(nonce, number.to_bytes(_NUMBER, "big"))
        sealed = nonce + hidden + self._tag_of(nonce + hidden, user)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, token: str, user: str) -> int | None:
        """The number; None where this is none of ours, or another user's."""
        try:
            sealed = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error):
            return None
        if len(sealed) != _NONCE + _NUMBER + _TAG:
            return None
        said, tag = sealed[:-_TAG], sealed[-_TAG:]
        if not hmac.compare_digest(tag, self._tag_of(said, user)):
            return None
        return int.from_bytes(self._masked(said[:_NONCE], said[_NONCE:]), "big")

    def _masked(self, nonce: bytes, number: bytes) -> bytes:
        mask = hmac.digest(self._cipher, nonce, hashlib.sha256)[:_NUMBER]
        return bytes(one ^ other for one, other in zip(number, mask, strict=True))

    def _tag_of(self, said: bytes, user: str) -> bytes:
        return hmac.digest(self._tag, said + user.encode(), hashlib.sha256)[:_TAG]
