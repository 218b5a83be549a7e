"""Latency and throughput of calls through a dialplan context."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from lab.dialer import Dialer

CALLER_ID = "0162000001"
"""Of the range that Arcep keeps for automated calls: what is measured is lawful."""


class BenchDialer(Dialer):
    """A dialer whose calls present a caller ID that the law lets them present."""

    caller_id = CALLER_ID


TURN = 25
"""So many calls of a way before the next one has its turn, where each turn takes a connection of its own."""

BLOCK = 10
"""So many calls one after another before the next context has its turn: few, so that drift meets all alike."""


class AsyncDialer(BenchDialer):
    """Originates with `Async: true`, and waits for the event; it gets the events of calls, as dialers do."""

    events = "call"
    _last = 0

    def originate(self, channel: str, *headers: str) -> tuple[float, bool]:
        """Originate to a channel and wait for its OriginateResponse: the seconds, and whether it was answered."""
        self._last += 1
        mine = f"ActionID: {self._last}"
        lines = ["Action: Originate", mine, f"Channel: {channel}", "Application: Hangup", "Async: true"]
        lines.append(f"CallerID: {CALLER_ID}")
        action = "\r\n".join([*lines, "Timeout: 20000", *headers, "", ""]).encode()
        done = f"{mine}\r\n".encode()
        started = time.perf_counter()
        self._socket.sendall(action)
        while not ((answer := self._message()).startswith(b"Event: OriginateResponse") and done in answer):
            if answer.startswith(b"Response: Error"):
                return time.perf_counter() - started, False
        return time.perf_counter() - started, b"Response: Success" in answer


class Way(NamedTuple):
    """A way on which calls are originated.

    Attributes:
        port: of the manager.
        channel: makes the channel out of a number.
    """

    port: int
    channel: Callable[[str], str]


def to_trunk(number: str) -> str:
    """The channel of a call over the plain trunk."""
    return f"PJSIP/{number}@trunk"


def in_turn(
    kind: type[BenchDialer], ways: Mapping[str, Way], numbers: Sequence[str], *, succeeds: bool
) -> dict[str, list[float]]:
    """The seconds of each way's calls. They take turns block by block, so that drift meets all alike.

    Each block has a connection of its own: one that is open gets the events of the others' calls.

    Raises:
        RuntimeError: a call ended otherwise than it had to: what is measured must have happened.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for first in range(0, len(numbers), TURN):
        for name, way in ways.items():
            with kind(way.port) as dialer:
                for number in numbers[first : first + TURN]:
                    seconds, succeeded = dialer.originate(way.channel(number))
                    if succeeded is not succeeds:
                        raise RuntimeError(f"a call ({name}) {'succeeded' if succeeded else 'failed'}")
                    taken[name].append(seconds)
    return taken


def latencies(
    port: int, numbers: Sequence[str], contexts: Sequence[str], *, block: int = BLOCK
) -> dict[str, list[float]]:
    """Seconds of each call, one at a time, the contexts in turn block by block.

    Raises:
        RuntimeError: a call failed: what is measured must have happened.
    """
    taken: dict[str, list[float]] = {context: [] for context in contexts}
    with BenchDialer(port) as dialer:
        for first in range(0, len(numbers), block):
            for context in contexts:
                for number in numbers[first : first + block]:
                    seconds, succeeded = dialer.call(number, context)
                    if not succeeded:
                        raise RuntimeError(f"a call through {context} failed")
                    taken[context].append(seconds)
    return taken


def throughput(port: int, numbers: Sequence[str], context: str, *, at_once: int = 16) -> float:
    """Calls a second with `at_once` in the air.

    Raises:
        RuntimeError: a call failed.
    """
    failed = threading.Event()
    ready = threading.Barrier(at_once + 1)

    def work(share: Sequence[str]) -> None:
        with BenchDialer(port) as dialer:
            ready.wait()
            for number in share:
                if not dialer.call(number, context)[1]:
                    failed.set()

    workers = [threading.Thread(target=work, args=(numbers[i::at_once],)) for i in range(at_once)]
    for worker in workers:
        worker.start()
    ready.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - started
    if failed.is_set():
        raise RuntimeError(f"a call through {context} failed")
    return len(numbers) / seconds


def p50(values: Sequence[float]) -> float:
    """The median."""
    return median(values)


def paired(values: Sequence[float], peers: Sequence[float], block: int = BLOCK) -> float:
    """How many times as much as the peer's: the median of the ratios of neighbouring blocks, each by its median.

    A machine that slows down for seconds, as shared ones do, slows both of a pair.
    """
    starts = range(0, min(len(values), len(peers)), block)
    return p50([p50(values[start : start + block]) / p50(peers[start : start + block]) for start in starts])
