"""A dialer written with panoramisk. Arguments: port, two free numbers, a listed number."""

import asyncio
import contextlib
import json
import sys
from typing import Any, Final

from panoramisk import Manager

LATE: Final = ("Newchannel", "Newstate", "DialBegin", "DialEnd")
"""Events that a busy Asterisk tells after the answers to what brought them about."""


def shown(message: Any) -> dict[str, str]:
    """The headers of a message."""
    return {str(name): str(value) for name, value in message.items() if name != "content"}


async def main() -> None:
    """Do what a dialer does, and print what it saw."""
    port, first, second, listed = sys.argv[1:]
    manager = Manager(host="127.0.0.1", port=int(port), username="dialer", secret="dialer-secret", ping_delay=1000)
    manager.loop = asyncio.get_running_loop()
    events: list[str] = []
    manager.register_event("*", lambda _, event: events.append(event.event))
    await manager.connect()
    await asyncio.sleep(0)
    seen: dict[str, Any] = {"login": shown(await manager.authenticated_future)}
    seen["ping"] = shown(await manager.send_action({"Action": "Ping"}))

    async def call(number: str, **more: str) -> list[dict[str, str]]:
        action = {"Action": "Originate", "Channel": f"PJSIP/{number}@trunk", "Application": "Wait", "Data": "0.1"}
        answer = await manager.send_action({**action, "Async": "false", **more})
        return [shown(one) for one in (answer if isinstance(answer, list) else [answer])]

    seen["sync_allowed"] = await call(first)
    seen["sync_blocked"] = await call(listed)
    seen["async_allowed"] = await call(second, Async="true")
    seen["async_blocked"] = await call(listed, Async="true")
    command = await manager.send_command("core show version")
    seen["command"] = {**shown(command), "output": str(command.content or command.output)}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(30):
            while not set(LATE) <= set(events):  # noqa: ASYNC110 - its library tells of each, not of all
                await asyncio.sleep(0.05)
    seen["logoff"] = shown(await manager.send_action({"Action": "Logoff"}))
    seen["events"] = events
    manager.close()
    sys.stdout.write(json.dumps(seen))


asyncio.run(asyncio.wait_for(main(), 55))
