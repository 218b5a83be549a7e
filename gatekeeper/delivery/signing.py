"""Signatures of webhooks, as *Standard Webhooks* 1.0 says (standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
from typing import Final

from gatekeeper.translation import phrase

_PREFIX: Final = "whsec_"
_FEWEST, _MOST = 24, 64
"""Bytes of a secret, as the specification has them."""


def signature_headers(ident: str, at: int, body: bytes, key: bytes) -> dict[str, str]:
    """The headers by which a receiver knows that it is ours, and whether it has it already.

    Args:
        ident: of the message; the same each time that it is sent.
        at: when it is sent, in seconds since the epoch.
        body: of the message.
        key: the bytes of the secret.
    """
    signed = b".".join((ident.encode(), str(at).encode(), body))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {"webhook-id": ident, "webhook-timestamp": str(at), "webhook-signature": f"v1,{signature}"}


def key_of(secret: str) -> bytes:
    """The bytes of a secret: Base64, with `whsec_` before it or without.

    Raises:
        ValueError: it is not such a secret; the text does not show it.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(phrase("it must be Base64, with whsec_ before it")) from None
    if not _FEWEST <= len(key) <= _MOST:
        raise ValueError(
            phrase(
                "it must have {fewest} to {most} bytes before they are written as Base64", fewest=_FEWEST, most=_MOST
            )
        )
    return key
