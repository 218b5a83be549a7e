"""Transports: the one place where a connection is closed or aborted, safe to repeat and in any order.

asyncio's TLS transport lets go of its protocol when it is closed while it is closing, and it is closing once the peer
has ended. After that an `abort()` reaches nothing, and on Debian 12's Python 3.11.2 raises AttributeError
(`_SSLProtocolTransport` in CPython's `Lib/asyncio/sslproto.py`). So nothing is closed here that is closing, and what
others have closed twice is left alone.
"""

import asyncio


def close(transport: asyncio.BaseTransport) -> None:
    """Close once what is still to be sent is sent."""
    if not transport.is_closing():
        transport.close()


def abort(transport: asyncio.BaseTransport) -> None:
    """Close now, whatever is still to be sent."""
    closing = transport.is_closing()
    try:
        # A datagram's transport has it as well; only their common base does not name it.
        transport.abort()  # type: ignore[attr-defined]
    except AttributeError:
        if not closing:
            raise
