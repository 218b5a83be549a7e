"""A channel of the alerts: what the courier gives them to."""

from collections.abc import Sequence
from typing import Protocol

from gatekeeper.alerts.alert import Alert


class AlertChannel(Protocol):
    """Tells alerts to somebody. It is used in a thread, and may wait there."""

    @property
    def name(self) -> str:
        """What it is called in the outbox: a word."""

    @property
    def goal(self) -> str:
        """Where alerts go, for people; without a secret."""

    @property
    def most(self) -> int:
        """How many alerts it tells at once."""

    @property
    def pause_s(self) -> float:
        """How long to wait after each time, in seconds, so that nobody gets a flood."""

    def send(self, alerts: Sequence[Alert], /) -> None:
        """Tell them.

        Raises:
            AlertError: they could not be told.
        """
