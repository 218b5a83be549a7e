"""Courier: gives each channel what is due, and tries again what could not be told."""

import asyncio
import contextlib
import logging
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic

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


class Courier(Generic[ToldT]):
    """Delivers. Channels do not wait for one another.

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
        self._outages = {
            one.name: StateLog(
                log,
                phrase("{what} can't be told by {name}", what=what, name=one.name),
                f"{what} are told by {one.name} again",
            )
            for one in self._channels
        }
        self.told = 0
        self.given_up = 0

    @property
    def trouble(self) -> str:
        """Which channel does not work, and why, or ""."""
        return "; ".join(filter(None, (outage.trouble for outage in self._outages.values())))

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
                self._outages[channel.name].begin(str(error))
            await asyncio.sleep(channel.pause_s if sent else LOOK_S)

    async def round(self, channel: DeliveryChannel[ToldT]) -> bool:
        """Give a channel what is due once; whether it took anything."""
        due = await asyncio.to_thread(self._outbox.due, channel.name, self._clock(), channel.most)
        if not due:
            return False
        idents = [one.item.id for one in due]
        failed = None
        try:
            await _let_go(channel.send, [one.item for one in due])
        except DeliveryError as error:
            failed = error
        except Exception as error:  # noqa: BLE001 - a fault of one channel's is no fault of the others'
            tell_fault(log, phrase("{what} can't be told by {name}", what=self._what, name=channel.name), error)
            failed = DeliveryError(fault_of(error))
        if failed is not None:
            self._outages[channel.name].begin(str(failed))
            await self._failed(channel, due, failed)
            return False
        self._outages[channel.name].end()
        await asyncio.to_thread(self._outbox.settle, channel.name, idents)
        self.told += len(due)
        return True

    async def _failed(
        self, channel: DeliveryChannel[ToldT], due: Sequence[DueDelivery[ToldT]], error: DeliveryError
    ) -> None:
        for one in due:
            if error.for_good or one.tries >= len(self._retries_s):
                self.given_up += 1
                log.error("%s (%s) of the %s is given up: %s was tried %d times", one.item.id, one.item.kind,
                          self._what, channel.name, one.tries + 1)  # fmt: skip
                await asyncio.to_thread(self._outbox.settle, channel.name, [one.item.id])
                continue
            wait = self._retries_s[one.tries] * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - no secret
            due_at = self._clock() + int(wait * SECOND_US)
            await asyncio.to_thread(self._outbox.put_off, channel.name, [one.item.id], due_at)


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
