"""Fair queues: what came from many sources is taken in turns; one that sends too much loses its own excess. Pure."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

SourceT = TypeVar("SourceT", bound=Hashable)


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """How much may wait.

    A thousand messages of a source: so many calls may begin at once, and none of them has to wait for the half second
    after which it would be sent again (timer T1 of RFC 3261, 17.1.1.1).

    Attributes:
        each: messages of one source.
        each_octets: their length together.
        most: messages of all sources.
        most_octets: their length together.
    """

    each: int = 1024
    each_octets: int = 2 * 1024 * 1024
    most: int = 8192
    most_octets: int = 16 * 1024 * 1024


_LITTLE: Final = 16
"""What a source may have waiting where there is hardly room: one that floods under many names leaves some to others."""


class FairQueues(Generic[SourceT]):
    """Messages that wait, by source; sources are served in turns.

    Args:
        limits: how much may wait.

    Attributes:
        waiting: how many messages wait.
        octets: their length together.
        dropped: how many there was no room for.
    """

    def __init__(self, limits: QueueLimits = QueueLimits()) -> None:
        self.waiting = 0
        self.octets = 0
        self.dropped = 0
        self._limits = limits
        self._queues: OrderedDict[SourceT, deque[bytes]] = OrderedDict()
        self._octets: dict[SourceT, int] = {}

    def __len__(self) -> int:
        return self.waiting

    def of(self, source: SourceT) -> int:
        """How many messages of a source wait."""
        queue = self._queues.get(source)
        return len(queue) if queue is not None else 0

    def put(self, source: SourceT, message: bytes) -> bool:
        """Add a message of a source; False where there is no room for it."""
        limits, size = self._limits, len(message)
        queue = self._queues.get(source)
        if self.waiting >= limits.most or self.octets + size > limits.most_octets or size > limits.each_octets:
            self.dropped += 1
            return False
        if queue is None:
            self._queues[source] = deque((message,))
            self._octets[source] = size
        else:
            nearly_full = 2 * self.waiting >= limits.most or 2 * self.octets >= limits.most_octets
            each = min(_LITTLE, limits.each) if nearly_full else limits.each
            if len(queue) >= each or self._octets[source] + size > limits.each_octets:
                self.dropped += 1
                return False
            queue.append(message)
            self._octets[source] += size
        self.waiting += 1
        self.octets += size
        return True

    def take(self) -> tuple[SourceT, bytes] | None:
        """The next message, of the source that waits longest for its turn; None where there is none."""
        if not self.waiting:
            return None
        source, queue = next(iter(self._queues.items()))
        message = queue.popleft()
        size = len(message)
        self.waiting -= 1
        self.octets -= size
        if queue:
            self._octets[source] -= size
            self._queues.move_to_end(source)
        else:
            del self._queues[source], self._octets[source]
        return source, message

    def forget(self, source: SourceT) -> None:
        """Drop what waits of a source that is gone."""
        queue = self._queues.pop(source, None)
        if queue is not None:
            self.waiting -= len(queue)
            self.octets -= self._octets.pop(source)
