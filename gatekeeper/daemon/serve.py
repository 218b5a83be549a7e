"""`gatekeeper serve`: from the settings to a running daemon and back."""

import asyncio
import gc
import logging
import signal
import sys
import time
from collections.abc import Coroutine
from typing import Any

from gatekeeper.config import Settings
from gatekeeper.daemon import descriptors, realtime
from gatekeeper.daemon.assembly import build_parts
from gatekeeper.daemon.instance_lock import SingleInstance
from gatekeeper.daemon.log import set_up_logging
from gatekeeper.daemon.loop_faults import telling_faults
from gatekeeper.daemon.runtime import Runtime
from gatekeeper.daemon.systemd import ServiceManager
from gatekeeper.errors import DaemonError
from gatekeeper.ownership import make_folder
from gatekeeper.supervised import Supervised
from gatekeeper.translation import phrase, retold, trouble_of

log = logging.getLogger(__name__)

_HEALTH_S = 1.0
"""How often its health is looked at."""

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(settings: Settings) -> None:
    """Run the daemon until it is told to stop.

    The first SIGTERM or SIGINT lets running answers end; a second one ends at once.

    Raises:
        DaemonError: it can't be started; the text says why and what to do.
        StoreError: the lists can't be opened.
    """
    set_up_logging(settings.daemon.log_level)
    for told in settings.notes:
        log.warning("%s", retold(told))
    descriptors.raise_limit(descriptors.wanted(settings))
    data_dir = settings.daemon.data_dir
    try:
        make_folder(data_dir, 0o750)
    except OSError as error:
        raise DaemonError(
            phrase(
                "{data_dir}: the data folder can't be made ({reason}); make it for the daemon's user, or set "
                "daemon.data_dir in {origin}",
                data_dir=data_dir,
                reason=trouble_of(error),
                origin=settings.origin,
            )
        ) from error
    first = settings.daemon.realtime and realtime.wanted()
    with SingleInstance(data_dir):
        _run(telling_faults(_serve(settings, first=first)))


def _run(main: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop  # 15-20 % faster on the FastAGI path; not there on every platform
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)


async def _serve(settings: Settings, *, first: bool) -> None:
    """Serve.

    Args:
        settings: how.
        first: whether to have real-time priority once it serves.
    """
    started = time.monotonic()
    manager = ServiceManager.from_environment()
    stop = _stop_on_signals()
    async with Runtime(build_parts(settings)) as runtime:
        # What was built until now lives as long as the daemon: the garbage collector need not go through it, for
        # milliseconds each time, on the way of a call.
        gc.collect()
        gc.freeze()
        if first:
            realtime.take()
            log.info("the event loop has real-time priority (SCHED_RR, %d)", realtime.PRIORITY)
        log.info("serving after %.2f s: %s", time.monotonic() - started, runtime.summary())
        manager.tell("READY=1")
        telling = [
            asyncio.create_task(_keep_alive(manager)),
            asyncio.create_task(
                Supervised("the report of its health", lambda: _tell_health(manager, runtime), log).run()
            ),
        ]
        try:
            await stop.wait()
        finally:
            manager.tell("STOPPING=1")
            for task in telling:
                task.cancel()
            await asyncio.gather(*telling, return_exceptions=True)
        log.info("stopping: running answers are let end; a second signal ends at once")
    log.info("stopped")


def _stop_on_signals() -> asyncio.Event:
    """An event that the first signal sets; the second one ends the process."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            log.warning("ended at once by a second %s", number.name)
            sys.stderr.flush()
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, on_signal, number)
    loop.add_signal_handler(signal.SIGHUP, _stay)
    return stop


def _stay() -> None:
    """SIGHUP, by which many daemons read their configuration, or whose terminal is gone: calls are guarded on."""
    log.warning("SIGHUP changes nothing: restart the daemon to have it read its configuration")


async def _keep_alive(manager: ServiceManager) -> None:
    """Tell the service manager twice in its interval that the event loop turns: one that does not is restarted."""
    while manager.watchdog_seconds:
        manager.tell("WATCHDOG=1")
        await asyncio.sleep(manager.watchdog_seconds / 2)


async def _tell_health(manager: ServiceManager, runtime: Runtime, every_s: float = _HEALTH_S) -> None:
    """Tell the service manager what does not work, as it changes: `systemctl status` shows it."""
    told = None
    while True:
        trouble = runtime.trouble()
        if trouble != told:
            manager.tell(f"STATUS=unhealthy: {trouble}" if trouble else "STATUS=healthy")
            told = trouble
        await asyncio.sleep(every_s)
