"""Stoppable and Startable, the bases of what the lab runs: `with` stops it at its end, whatever happens there."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Stoppable(ABC):
    """Runs from when it is made."""

    @abstractmethod
    def stop(self) -> None:
        """End it. Safe to repeat."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Startable(Stoppable):
    """Runs from the beginning of a `with`, or from `start` on."""

    @abstractmethod
    def start(self) -> None:
        """Start it and wait until it serves."""

    def __enter__(self) -> Self:
        self.start()
        return self
