"""The courier: what could not be told is tried again, by each channel for itself, until it is told or given up."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gatekeeper.alerts.alert import Alert, AlertKind, Occasion
from gatekeeper.alerts.channel import AlertChannel
from gatekeeper.alerts.outbox import Outbox
from gatekeeper.clock import now_micros
from gatekeeper.delivery import courier as module
from gatekeeper.delivery.courier import Courier
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
