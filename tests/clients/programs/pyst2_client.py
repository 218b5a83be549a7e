"""A dialer written with pyst2's manager. Arguments: port, two free numbers, a listed number."""

import json
import queue
import sys
import time
from typing import Any, Final

from asterisk.manager import Manager

LATE: Final = ("Newchannel", "Newstate", "DialBegin", "DialEnd")
"""Events that a busy Asterisk tells after the answers to what brought them about."""


def log_off(manager: Manager) -> dict[str, str]:
    """Log off; the headers of the answer.

    pyst2's reading thread closes the connection at its end, at times before the writing one has flushed; the answer
    was read by then.
    """
    try:
        return dict(manager.logoff().headers)
    except ValueError:
        return dict(manager._response_queue.get(timeout=60).headers)


def main() -> None:
    """Do what a dialer does, and print what it saw."""
    port, first, second, listed = sys.argv[1:]
    manager = Manager()
    events: list[str] = []
    results: queue.Queue[dict[str, str]] = queue.Queue()

    def on_event(event: Any, _manager: Any) -> None:
        events.append(event.name)
        if event.name == "OriginateResponse":
            results.put(dict(event.headers))

    manager.register_event("*", on_event)
    manager.connect("127.0.0.1", int(port))
    seen: dict[str, Any] = {"login": manager.login("dialer", "dialer-secret").headers}
    seen["ping"] = manager.ping().headers

    def call(number: str, *, run_async: bool = False) -> list[dict[str, str]]:
        channel = f"PJSIP/{number}@trunk"
        answer = manager.originate(channel, "", application="Wait", data="0.1", run_async=run_async)
        return [dict(answer.headers), *([results.get(timeout=60)] if run_async else [])]

    seen["sync_allowed"] = call(first)
    seen["sync_blocked"] = call(listed)
    seen["async_allowed"] = call(second, run_async=True)
    seen["async_blocked"] = call(listed, run_async=True)
    command = manager.command("core show version")
    seen["command"] = {**command.headers, "output": command.headers.get("Output", "") + command.data}
    until = time.monotonic() + 30
    while not set(LATE) <= set(events) and time.monotonic() < until:
        time.sleep(0.05)
    seen["logoff"] = log_off(manager)
    seen["events"] = events
    sys.stdout.write(json.dumps(seen))
    sys.stdout.flush()


main()
