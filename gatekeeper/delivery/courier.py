"""Courier: gives each channel what is due, and tries again what could not be told."""

import asyncio
import contextlib
import logging
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, NamedTuple

from gatekeeper.clock import SECOND_US, now_micros
from gatekeeper.delivery.channel import DeliveryChannel, DeliveryOutbox, DueDelivery, ToldT
from gatekeeper.errors import DeliveryError, StoreError
from gatekeeper.logs import StateLog
from gatekeeper.supervised import fault_of, tell_fault
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)

RETRIES_S: Final = (5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""How long to wait before each time that it is tried again, as Standard Webhooks advises: three days together."""

_SPREAD: Final = 0.1
"""By how much of itself a wait differs, so that several servers do not come back at one moment."""

LOOK_S: Final = 1.0


class _Settlement(NamedTuple):
    """What became of deliveries: how that is written down, and how many were told."""

    write: Callable[[], None]
    told: int = 0


@dataclass(slots=True)
class _ChannelState:
    """How a channel does.

    Attributes:
        outage: says so in the log.
        failed: why its last delivery failed, or "".
        unwritten: what became of deliveries, and is not in the outbox yet.
    """

    outage: StateLog
    failed: str = ""
    unwritten: list[_Settlement] = field(default_factory=list)

    def say(self) -> None:
        """Say how its last delivery went."""
        if self.failed:
            self.outage.begin(self.failed)
        else:
            self.outage.end()


class Courier(Generic[ToldT]):
    """Delivers. Channels do not wait for one another.

    What became of a delivery is written down before the channel gets another one: where the outbox can't be written, as
    on a full disk, nobody is told the same each second.

    Args:
        outbox: what there is to deliver.
        channels: who tells it.
        what: what it delivers, for the log: `alerts`.
        retries_s: how long to wait before each further try, in seconds; then it is given up.
        clock: microseconds since the epoch.
    """

    def __init__(
        self,
        outbox: DeliveryOutbox[ToldT],
        channels: Iterable[DeliveryChannel[ToldT]],
        what: str,
        retries_s: Sequence[float] = RETRIES_S,
        clock: Callable[[], int] = now_micros,
    ) -> None:
        self._outbox = outbox
        self._channels = tuple(channels)
        self._retries_s = tuple(retries_s)
        self._clock = clock
        self._what = what
        self._states = {
            one.name: _ChannelState(
                StateLog(
                    log,
                    phrase("{what} can't be told by {name}", what=what, name=one.name),
                    f"{what} are told by {one.name} again",
                )
            )
            for one in self._channels
        }
        self.told = 0
        self.given_up = 0

    @property
    def trouble(self) -> str:
        """Which channel does not work, and why, or ""."""
        return "; ".join(filter(None, (state.outage.trouble for state in self._states.values())))

    async def run(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as group:
            for channel in self._channels:
                group.create_task(self._serve(channel))

    async def _serve(self, channel: DeliveryChannel[ToldT]) -> None:
        while True:
            sent = False
            try:
                sent = await self.round(channel)
            except StoreError as error:
                self._states[channel.name].outage.begin(str(error))
            await asyncio.sleep(channel.pause_s if sent else LOOK_S)

    async def round(self, channel: DeliveryChannel[ToldT]) -> bool:
        """Give a channel what is due once; whether it took anything."""
        state = self._states[channel.name]
        if state.unwritten:
            await self._write_down(state)
        due = await asyncio.to_thread(self._outbox.due, channel.name, self._clock(), channel.most)
        state.say()
        if not due:
            return False
        failed = None
        try:
            await _let_go(channel.send, [one.item for one in due])
        except DeliveryError as error:
            failed = error
        except Exception as error:  # noqa: BLE001 - a fault of one channel's is no fault of the others'
            tell_fault(log, phrase("{what} can't be told by {name}", what=self._what, name=channel.name), error)
            failed = DeliveryError(fault_of(error))
        state.failed = "" if failed is None else str(failed)
        state.unwritten = self._failed(channel, due, failed) if failed is not None else [self._told(channel, due)]
        state.say()
        await self._write_down(state)
        return failed is None

    async def _write_down(self, state: _ChannelState) -> None:
        """Write down what became of deliveries.

        Raises:
            StoreError: the outbox can't be written; what is left is for the next time.
        """
        while state.unwritten:
            await asyncio.to_thread(state.unwritten[0].write)
            self.told += state.unwritten.pop(0).told
        state.say()

    def _told(self, channel: DeliveryChannel[ToldT], due: Sequence[DueDelivery[ToldT]]) -> _Settlement:
        return _Settlement(partial(self._outbox.settle, channel.name, [one.item.id for one in due]), len(due))

    def _failed(
        self, channel: DeliveryChannel[ToldT], due: Sequence[DueDelivery[ToldT]], error: DeliveryError
    ) -> list[_Settlement]:
        # The same for all: what is told in one message shall be due in one again.
        spread = random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - no secret
        now, settlements = self._clock(), []
        for one in due:
            if error.for_good or one.tries >= len(self._retries_s):
                self.given_up += 1
                log.error("%s (%s) of the %s is given up: %s was tried %d times", one.item.id, one.item.kind,
                          self._what, channel.name, one.tries + 1)  # fmt: skip
                settlements.append(_Settlement(partial(self._outbox.settle, channel.name, [one.item.id])))
                continue
            due_at = now + int(self._retries_s[one.tries] * spread * SECOND_US)
            settlements.append(_Settlement(partial(self._outbox.put_off, channel.name, [one.item.id], due_at)))
        return settlements


async def _let_go(send: Callable[[Sequence[ToldT]], None], items: Sequence[ToldT]) -> None:
    """Run it in a thread that nobody waits for at the end: a receiver that does not answer must not delay a stop.

    What was sent then and is not settled goes out once more after the next start, under the same id.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def settle(error: Exception | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def run() -> None:
        failed: Exception | None = None
        try:
            send(items)
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop is closed by now
            loop.call_soon_threadsafe(settle, failed)

    threading.Thread(target=run, name="courier", daemon=True).start()
    await done
