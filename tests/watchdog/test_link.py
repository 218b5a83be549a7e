"""The connection to the manager, against peers that misbehave."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest
import uvloop

from gatekeeper.ami.client import AmiLink, LinkSettings
from gatekeeper.errors import PeerGoneError, ProtocolError
from gatekeeper.watchdog.astdb import read_family
from tests.waiting import until

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

BANNER = b"Asterisk Call Manager/9.0.0\r\n"


async def read_action(reader: asyncio.StreamReader) -> dict[str, str]:
    """One action."""
    text = (await reader.readuntil(b"\r\n\r\n")).decode()
    return dict(line.split(": ", 1) for line in text.strip().split("\r\n"))


async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let a client log in."""
    writer.write(BANNER)
    login = await read_action(reader)
    writer.write(
        f"Response: Success\r\nActionID: {login['ActionID']}\r\nMessage: Authentication accepted\r\n\r\n".encode()
    )


@contextlib.asynccontextmanager
async def serving(peer: Peer) -> AsyncIterator[int]:
    """A peer that listens; gives its port."""
    served: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if (task := asyncio.current_task()) is not None:
                served.add(task)
            await peer(reader, writer)
        with contextlib.suppress(OSError):
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in served:
            task.cancel()
        await asyncio.gather(*served, return_exceptions=True)


@contextlib.asynccontextmanager
async def linked(peer: Peer, **settings: Any) -> AsyncIterator[tuple[AmiLink, list[Any], list[str]]]:
    """A link to a peer, with the events and logins it tells of."""
    events: list[Any] = []
    logins: list[str] = []

    async def on_login() -> None:
        logins.append("login")

    given = {"ping_s": 0.1, "answer_s": 0.2, "retry_s": 0.05, "connect_s": 0.5, **settings}
    async with serving(peer) as port:
        link = AmiLink(
            LinkSettings(port=port, username="u", secret="s", **given),
            frozenset({"DialBegin"}),
            events.append,
            on_login,
        )
        running = asyncio.create_task(link.run())
        try:
            yield link, events, logins
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let the client in, and never say a word again."""
    await accept(reader, writer)
    await asyncio.sleep(10)


async def test_a_peer_that_vanishes_is_noticed() -> None:
    """A half-open connection is given up when a ping is not answered, and made anew."""
    async with linked(silent) as (link, _, logins):
        await until(lambda: len(logins) >= 3)
        assert not link.connected or link.trouble == ""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100_000])
async def test_events_come_whole_at_any_chunk_size(size: int) -> None:
    """Events come whole and in order however they are cut; those that nobody wants are passed over."""
    count = 20
    octets = b"".join(
        f"Event: Newchannel\r\nNoise: {n}\r\n\r\nEvent: DialBegin\r\nDialString: 06é{n}\r\n\r\n".encode()
        for n in range(count)
    )

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        for start in range(0, len(octets), size):
            writer.write(octets[start : start + size])
            await writer.drain()
            await asyncio.sleep(0)
        await asyncio.sleep(10)

    async with linked(peer, ping_s=5.0) as (_, events, _logins):
        await until(lambda: len(events) == count)
        assert [event["DialString"] for event in events] == [f"06é{n}" for n in range(count)]


async def test_what_asterisk_keeps_back_comes_soon() -> None:
    """An event that is sent with the next answer alone comes a moment later, at the pace of the default settings."""

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        await asyncio.sleep(0.5)
        action = await read_action(reader)
        writer.write(b"Event: DialBegin\r\n\r\n")
        writer.write(f"Response: Success\r\nPing: Pong\r\nActionID: {action['ActionID']}\r\n\r\n".encode())
        await asyncio.sleep(30)

    async with linked(peer, ping_s=LinkSettings().ping_s, answer_s=5.0) as (_, events, _logins):
        await until(lambda: events, 4)


async def test_an_answer_that_is_lost_is_not_waited_for_for_ever() -> None:
    """A peer that answers pings alone, and never what was asked, is given up."""

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        while True:
            action = await read_action(reader)
            if action["Action"] == "Ping":
                writer.write(f"Response: Success\r\nPing: Pong\r\nActionID: {action['ActionID']}\r\n\r\n".encode())

    async with linked(peer) as (link, _, _logins):
        await until(lambda: link.connected)
        with pytest.raises(PeerGoneError, match="does not answer Getvar"):
            await asyncio.wait_for(link.ask("Getvar", Channel="a", Variable="B"), 20)


async def test_a_refused_login_is_tried_again() -> None:
    """A wrong secret is reported, and no reason to end."""

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(BANNER)
        login = await read_action(reader)
        writer.write(
            f"Response: Error\r\nActionID: {login['ActionID']}\r\nMessage: Authentication failed\r\n\r\n".encode()
        )

    async with linked(peer) as (link, _, logins):
        await until(lambda: "refused" in link.trouble)
        assert logins == []
        with pytest.raises(PeerGoneError):
            await link.ask("Ping")


@pytest.mark.parametrize(
    "octets", [b"", b"x" * 100, b"\xff\xfe\r\n\r\n", b"Event: DialBegin\r\n" + b"A: " + b"y" * 5_000_000]
)
async def test_the_link_comes_back_after_a_peer_that_talks_nonsense(octets: bytes) -> None:
    """Whatever a peer says before it leaves, the link comes back."""
    times = 0

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal times
        times += 1
        await accept(reader, writer)
        writer.write(octets)
        await writer.drain()

    async with linked(peer):
        await until(lambda: times >= 3)


async def test_nothing_is_injected_and_nothing_repeated() -> None:
    """A line break in a value stays in its line; what was not answered before a reconnect is not sent again."""
    seen: list[dict[str, str]] = []

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        while True:
            seen.append(await read_action(reader))
            if seen[-1]["Action"] == "Hangup":
                return

    async with linked(peer, ping_s=5.0) as (link, _, logins):
        await until(lambda: link.connected)
        future = link.send("Hangup", Channel="PJSIP/a\r\nAction: Command\r\nCommand: core stop now", Cause="21")
        await until(lambda: len(logins) >= 2)
        await asyncio.sleep(0.2)
        assert future.cancelled()
        assert [one["Action"] for one in seen] == ["Hangup"]
        assert seen[0]["Channel"] == "PJSIP/a  Action: Command  Command: core stop now"


async def test_a_long_answer_is_waited_for() -> None:
    """A list is waited for while it comes, however long it takes, and so is what was asked behind it."""

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        asked = f"ActionID: {(await read_action(reader))['ActionID']}\r\n"
        writer.write(f"Response: Success\r\n{asked}EventList: start\r\nMessage: Result will follow\r\n\r\n".encode())
        for key in range(8):
            await asyncio.sleep(0.5)
            writer.write(f"Event: DBGetTreeResponse\r\n{asked}Key: /family/{key}\r\nVal: x\r\n\r\n".encode())
        writer.write(f"Event: DBGetTreeComplete\r\n{asked}EventList: Complete\r\n\r\n".encode())
        ping = await read_action(reader)
        writer.write(f"Response: Success\r\nActionID: {ping['ActionID']}\r\nPing: Pong\r\n\r\n".encode())
        await asyncio.sleep(10)

    async with linked(peer, ping_s=9.0, answer_s=3.0) as (link, _, logins):
        await until(lambda: link.connected)
        found, _ = await asyncio.gather(read_family(link, "family"), link.ask("Ping"))
        assert [key for key, _ in found] == [str(key) for key in range(8)]
        assert logins == ["login"]


def test_others_have_their_turn_within_a_long_list() -> None:
    """Of much that comes at once, one turn of the daemon's event loop takes one read, and what else waits goes on."""
    turns: list[int] = []  # how many had come at each

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        event = b"Event: DialBegin\r\nDialString: " + b"0" * 1_000 + b"\r\n\r\n"
        writer.write(event * 4_000)
        await asyncio.sleep(60)

    async def scene() -> None:
        loop = asyncio.get_running_loop()

        def next_turn() -> None:
            turns.append(len(events))
            loop.call_soon(next_turn)

        async with linked(peer, ping_s=60.0) as (_, events, _logins):
            next_turn()
            await until(lambda: len(events) == 4_000)

    uvloop.run(scene())
    assert max(later - earlier for earlier, later in pairwise(turns)) <= 256


async def test_an_error_is_told() -> None:
    """An action that Asterisk refuses is an error with Asterisk's words."""

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        while True:
            action = await read_action(reader)
            kind = "Success\r\nPing: Pong" if action["Action"] == "Ping" else "Error\r\nMessage: No such channel"
            writer.write(f"Response: {kind}\r\nActionID: {action['ActionID']}\r\n\r\n".encode())

    async with linked(peer) as (link, _, _logins):
        await until(lambda: link.connected)
        await asyncio.sleep(0.5)
        with pytest.raises(ProtocolError, match="No such channel"):
            await link.ask("Getvar", Channel="x", Variable="y")
        assert link.connected
