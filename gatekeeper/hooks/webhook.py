"""Messages by webhook, signed as *Standard Webhooks* 1.0 says (standardwebhooks.com)."""

import json
import time
from collections.abc import Sequence

from gatekeeper.delivery.post import Receiver
from gatekeeper.delivery.signing import signature_headers
from gatekeeper.hooks.message import HookMessage, iso


class HookChannel:
    """Posts each message to one endpoint.

    Args:
        name: the endpoint's.
        receiver: where to.
        key: the bytes of its secret.
    """

    most = 1
    pause_s = 0.0

    def __init__(self, name: str, receiver: Receiver, key: bytes) -> None:
        self.name = name
        self._receiver = receiver
        self._key = key

    @property
    def goal(self) -> str:
        """The receiver, without its path: that may be a secret."""
        return self._receiver.goal

    def send(self, messages: Sequence[HookMessage], /) -> None:
        """Post them.

        Raises:
            DeliveryError: the receiver can't be reached, may not be, or does not take it.
        """
        for message in messages:
            body = payload_of(message)
            signed = signature_headers(message.id, int(time.time()), body, self._key)
            self._receiver.post(body, {"Content-Type": "application/json", **signed})


def payload_of(message: HookMessage) -> bytes:
    """What is posted."""
    told = {"type": message.kind.value, "timestamp": iso(message.at), "data": dict(message.data)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
