"""A channel of the alerts: what the courier gives them to."""

from typing import Protocol

from gatekeeper.alerts.alert import Alert
from gatekeeper.delivery.channel import DeliveryChannel


class AlertChannel(DeliveryChannel[Alert], Protocol):
    """Tells alerts to somebody. It is used in a thread, and may wait there."""
