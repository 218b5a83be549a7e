"""Alerts by webhook, signed as *Standard Webhooks* 1.0 says (standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
import json
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from gatekeeper import __version__
from gatekeeper.alerts.addresses import is_public
from gatekeeper.alerts.alert import Alert
from gatekeeper.alerts.wording import worded
from gatekeeper.clock import moment_of
from gatekeeper.errors import AlertError
from gatekeeper.words import Language

_PREFIX: Final = "whsec_"
_FEWEST, _MOST = 24, 64
"""Bytes of a secret, as the specification has them."""

_TIMEOUT_S: Final = 20.0
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where a webhook goes.

    Attributes:
        url: the address.
        key: the bytes of its secret.
        private: whether it may go to an address of a private network, and without encryption.
        context: what the receiver's certificate is checked with.
        server: how this machine is called in it.
        language: of its words.
    """

    url: str
    key: bytes
    private: bool
    context: ssl.SSLContext
    server: str
    language: Language


class WebhookChannel:
    """Posts each alert.

    Args:
        settings: where to.
    """

    name = "webhook"
    most = 1
    pause_s = 0.0

    def __init__(self, settings: WebhookSettings) -> None:
        self._settings = settings

    @property
    def goal(self) -> str:
        """The receiver, without its path: that may be a secret."""
        parts = urlsplit(self._settings.url)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}/..."

    def send(self, alerts: Sequence[Alert], /) -> None:
        """Post them.

        Raises:
            AlertError: the receiver can't be reached, may not be, or does not take it.
        """
        for alert in alerts:
            self._post(alert)

    def _post(self, alert: Alert) -> None:
        import httpx  # sites without a webhook do without

        body = payload_of(alert, self._settings)
        url = httpx.URL(self._settings.url)
        # The address that was looked at is the one that is used: asked again, a name could lead elsewhere.
        address = self._address(url.host, url.port or (443 if url.scheme == "https" else 80))
        headers = {
            "Host": url.netloc.decode("ascii"),
            "Content-Type": "application/json",
            "User-Agent": f"gatekeeper/{__version__}",
            **signature_headers(alert.id, int(time.time()), body, self._settings.key),
        }
        named = {"sni_hostname": url.host}
        try:
            with (
                httpx.Client(verify=self._settings.context, timeout=_TIMEOUT_S, trust_env=False) as client,
                client.stream(
                    "POST", url.copy_with(host=address), content=body, headers=headers, extensions=named
                ) as answer,
            ):
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Not its text: it may have the address in it.
            raise AlertError(f"{self.goal} can't be reached ({type(error).__name__})") from None
        if status == _GONE:
            raise AlertError(f"{self.goal} answers that it is gone (410)", for_good=True)
        if not 200 <= status < 300:  # noqa: PLR2004 - HTTP's own range of success
            raise AlertError(f"{self.goal} answers with the status {status}")

    def _address(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise AlertError(f"{host} has no address: {error.strerror or error}") from None
        addresses = [str(one[4][0]) for one in found]
        if not self._settings.private and not all(map(is_public, addresses)):
            raise AlertError(
                f"{host} has an address of a private network, where no webhook goes; if it is meant, set "
                "webhook_private in [alerts]"
            )
        return addresses[0]


def payload_of(alert: Alert, settings: WebhookSettings) -> bytes:
    """What is posted."""
    told = worded(alert, settings.language)
    return json.dumps(
        {
            "type": alert.kind.value,
            "timestamp": moment_of(alert.at).isoformat().replace("+00:00", "Z"),
            "data": {
                "id": alert.id,
                "severity": told.severity.value,
                "server": settings.server,
                "headline": told.headline,
                "advice": told.advice,
                "facts": dict(alert.facts),
            },
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


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
        raise ValueError("it must be Base64, with whsec_ before it") from None
    if not _FEWEST <= len(key) <= _MOST:
        raise ValueError(f"it must have {_FEWEST} to {_MOST} bytes before they are written as Base64")
    return key
