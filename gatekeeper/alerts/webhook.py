"""Alerts by webhook, signed as *Standard Webhooks* 1.0 says (standardwebhooks.com)."""

import json
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gatekeeper.alerts.alert import Alert
from gatekeeper.alerts.wording import worded
from gatekeeper.clock import moment_of
from gatekeeper.delivery.post import Receiver
from gatekeeper.delivery.signing import signature_headers
from gatekeeper.words import Language


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
        self._receiver = Receiver(settings.url, settings.private, settings.context, "webhook_private in [alerts]")

    @property
    def goal(self) -> str:
        """The receiver, without its path: that may be a secret."""
        return self._receiver.goal

    def send(self, alerts: Sequence[Alert], /) -> None:
        """Post them.

        Raises:
            DeliveryError: the receiver can't be reached, may not be, or does not take it.
        """
        for alert in alerts:
            body = payload_of(alert, self._settings)
            signed = signature_headers(alert.id, int(time.time()), body, self._settings.key)
            self._receiver.post(body, {"Content-Type": "application/json", **signed})


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
