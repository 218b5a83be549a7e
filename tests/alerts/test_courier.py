"""The courier: what could not be told is tried again, by each channel for itself, until it is told or given up."""

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gatekeeper.alerts.alert import Alert, AlertKind, Occasion
from gatekeeper.alerts.channel import AlertChannel
from gatekeeper.alerts.outbox import Outbox
from gatekeeper.clock import DAY_US, now_micros
from gatekeeper.delivery import courier as module
from gatekeeper.delivery.courier import Courier
from gatekeeper.errors import DeliveryError
from tests.alerts.receivers import webhook_receiver
from tests.alerts.test_channels import hook, mail
from tests.waiting import until

NUMBER = "0612345678"
EVENT = Occasion(AlertKind.TEST, "test")


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look more often than once a second."""
    monkeypatch.setattr(module, "LOOK_S", 0.02)


@asynccontextmanager
async def running(
    path: Path, *channels: AlertChannel, retries: Sequence[float] = (0.05,) * 5
) -> AsyncIterator[Courier[Alert]]:
    """A courier at work."""
    with Outbox(path, [one.name for one in channels]) as outbox:
        courier = Courier(outbox, channels, "alerts", retries)
        task = asyncio.create_task(courier.run())
        yield courier
        task.cancel()
        await asyncio.wait([task])


def put(path: Path, *channels: AlertChannel, count: int = 1) -> None:
    """So many alerts, for these channels."""
    with Outbox(path, [one.name for one in channels]) as outbox:
        outbox.take(now_micros(), events=[EVENT] * count)


async def test_what_fails_is_tried_again_and_told_once(tmp_path: Path) -> None:
    """A receiver that is ill gets it when it is well; another channel does not wait for it."""
    with webhook_receiver() as receiver:
        channels = (hook(receiver.port), mail(1))  # nobody listens there
        receiver.answers = [500, 503]
        put(tmp_path / "o", *channels)
        async with running(tmp_path / "o", *channels, retries=(0.05, 0.05, 3600)) as courier:
            await until(lambda: courier.told == 1)
            await until(lambda: courier.trouble.startswith("alerts can't be told by e-mail"))
            await asyncio.sleep(0.2)
            assert (len(receiver.posts), courier.told, courier.given_up) == (1, 1, 0)


async def test_what_is_not_told_outlives_a_restart(tmp_path: Path) -> None:
    """It is told by the next one, and then no more."""
    with webhook_receiver() as receiver:
        channel = hook(receiver.port)
        receiver.answers = [500]
        put(tmp_path / "o", channel, count=3)
        async with running(tmp_path / "o", channel, retries=(3600,)) as courier:
            await until(lambda: courier.told == 2)
            assert courier.given_up == 0
        with Outbox(tmp_path / "o", ["webhook"]) as outbox:
            (left,) = outbox.due("webhook", 2**62, 10)
            outbox.put_off("webhook", [left.item.id], 0)
        for _ in range(2):
            async with running(tmp_path / "o", channel):
                await until(lambda: len(receiver.posts) == 3)
                await asyncio.sleep(0.2)
        assert len(set(receiver.ids)) == len(receiver.ids) == 3


async def test_it_is_given_up_in_the_end(tmp_path: Path) -> None:
    """After the last try, and at once where the receiver is gone for good; the log says so."""
    with webhook_receiver() as receiver:
        channel = hook(receiver.port)
        receiver.answers = [500, 500, 500, 410]
        put(tmp_path / "o", channel)
        async with running(tmp_path / "o", channel, retries=(0.01, 0.01)) as courier:
            await until(lambda: courier.given_up == 1)
            courier._outbox.take(now_micros(), events=[EVENT])
            await until(lambda: courier.given_up == 2)
        assert (receiver.answers, receiver.posts) == ([], [])


class Faulty:
    """A channel with a fault of its own, in the text of which is somebody's number."""

    name = goal = "faulty"
    most = 1
    pause_s = 0.0
    tried = 0

    def send(self, _alerts: Sequence[Alert], /) -> None:
        """Fail."""
        self.tried += 1
        raise RuntimeError(NUMBER)


async def test_a_fault_of_one_channel_is_not_the_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """They tell what they have to; it is tried again as any other, given up in the end, and logged without its text."""
    faulty = Faulty()
    with webhook_receiver() as receiver:
        channels = (faulty, hook(receiver.port))
        put(tmp_path / "o", *channels)
        async with running(tmp_path / "o", *channels, retries=(0.01, 0.01)) as courier:
            await until(lambda: courier.given_up == 1 and courier.told == 1)
            assert courier.trouble == "alerts can't be told by faulty: RuntimeError, a fault of Gatekeeper"
            courier._outbox.take(now_micros(), events=[EVENT])
            await until(lambda: len(receiver.posts) == 2)
    assert faulty.tried >= 3
    assert NUMBER not in caplog.text


class Counting:
    """A channel that takes what it is given, or fails as often as it is told to."""

    name = goal = "counting"
    most = 200
    pause_s = 0.0

    def __init__(self, fails: int = 0) -> None:
        self.sent: list[list[str]] = []
        self.fails = fails

    def send(self, alerts: Sequence[Alert], /) -> None:
        """Take them."""
        self.sent.append([one.id for one in alerts])
        if len(self.sent) <= self.fails:
            raise DeliveryError("not now")


async def test_what_was_told_is_told_no_more_while_that_can_not_be_noted(tmp_path: Path) -> None:
    """On a full disk, or a locked file: else people would be told the same each second. Then it goes on."""
    counting = Counting()
    put(tmp_path / "o", counting, count=3)
    with contextlib.closing(sqlite3.connect(tmp_path / "o", isolation_level=None)) as full:
        async with running(tmp_path / "o", counting) as courier:
            full.execute("BEGIN IMMEDIATE")
            await until(lambda: bool(courier.trouble))
            await asyncio.sleep(0.3)
            assert len(counting.sent) == 1
            full.execute("ROLLBACK")
            await until(lambda: courier.told == 3)
            await until(lambda: not courier.trouble)
            courier._outbox.take(now_micros(), events=[EVENT])
            await until(lambda: courier.told == 4)
    assert [len(ids) for ids in counting.sent] == [3, 1]


async def test_what_was_told_together_is_tried_again_together(tmp_path: Path) -> None:
    """A hundred alerts are one mail, however often that fails."""
    counting = Counting(fails=3)
    put(tmp_path / "o", counting, count=50)
    async with running(tmp_path / "o", counting, retries=(0.5,) * 3) as courier:
        await until(lambda: courier.told == 50)
    assert [len(ids) for ids in counting.sent] == [50] * 4


async def test_a_clock_that_was_ahead_holds_nothing_up(tmp_path: Path) -> None:
    """What was put off by it is due when it has been put back."""
    counting = Counting()
    with Outbox(tmp_path / "o", ["counting"]) as outbox:
        outbox.take(now_micros() + 400 * DAY_US, events=[EVENT])
    async with running(tmp_path / "o", counting) as courier:
        await until(lambda: courier.told == 1)


class Slow:
    """A channel whose receiver does not answer for long."""

    name = goal = "slow"
    most = 1
    pause_s = 0.0
    begun = False

    def __init__(self) -> None:
        self.answers = threading.Event()

    def send(self, _alerts: Sequence[Alert], /) -> None:
        """Wait."""
        self.begun = True
        self.answers.wait(120)


async def test_a_receiver_that_does_not_answer_delays_no_stop(tmp_path: Path) -> None:
    """What is under way is left alone, and goes out again after the next start."""
    slow = Slow()
    put(tmp_path / "o", slow)
    before = time.monotonic()
    async with running(tmp_path / "o", slow):
        await until(lambda: slow.begun)
    assert time.monotonic() - before < 60
    slow.answers.set()
    with Outbox(tmp_path / "o", ["slow"]) as outbox:
        assert len(outbox.due("slow", now_micros(), 10)) == 1
