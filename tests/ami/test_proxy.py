"""The proxy's sockets, against a scripted manager."""

import asyncio
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from gatekeeper import transports
from gatekeeper.ami.protocol.session import Report
from gatekeeper.ami.protocol.unauthenticated import LoginLimits
from gatekeeper.ami.proxy import AmiProxy, ProxySettings
from gatekeeper.errors import DaemonError
from gatekeeper.screening import Answer, Question
from lab.ports import free_port
from tests.ami.manager import ScriptedManager
from tests.ami.playbook import ALLOWED, BLOCKED, GREETING, LOGIN, action
from tests.certificates import Certificate, self_signed
from tests.waiting import until

ACCEPTED = b"Response: Success\r\nActionID: login\r\nMessage: done\r\n\r\n"
PING = action("Ping", ActionID="p")
PONG = b"Response: Success\r\nActionID: p\r\nPing: Pong\r\n\r\n"
EVENT = b"Event: Newexten\r\nPrivilege: dialplan,all\r\nX: " + b"y" * 900 + b"\r\n\r\n"
Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
CLIENTS: list[Writer] = []
"""Every client of a test, to be hung up at its end."""


def call(number: str, **more: str) -> bytes:
    """An originate straight to the trunk."""
    return action("Originate", Channel=f"PJSIP/{number}@trunk", Application="Echo", ActionID=f"call-{number}", **more)


async def screen(question: Question) -> Answer:
    """Block what begins with 06, after a moment."""
    await asyncio.sleep(0)
    return BLOCKED if question.dialled.startswith("06") else ALLOWED


@asynccontextmanager
async def running(
    manager_port: int,
    ask: Callable[[Question], Awaitable[Answer]] = screen,
    on_refusal: Callable[[Report], None] | None = None,
    **settings: object,
) -> AsyncIterator[AmiProxy]:
    """A proxy in front of a manager."""
    known = ProxySettings(port=0, asterisk_port=manager_port)
    proxy = AmiProxy(replace(known, **settings), ask, on_refusal)  # type: ignore[arg-type]
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
        for client in CLIENTS:
            client.close()
            transports.abort(client.transport)
        await asyncio.sleep(0.01)
        CLIENTS.clear()


async def connect(proxy: AmiProxy, tls: ssl.SSLContext | None = None) -> tuple[Reader, Writer]:
    """A client."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, ssl=tls)
    CLIENTS.append(writer)
    return reader, writer


async def login(proxy: AmiProxy, tls: ssl.SSLContext | None = None) -> tuple[Reader, Writer]:
    """A client that has logged in."""
    reader, writer = await connect(proxy, tls)
    writer.write(LOGIN)
    assert await reader.readexactly(len(GREETING + ACCEPTED)) == GREETING + ACCEPTED
    return reader, writer


async def message(reader: Reader) -> bytes:
    """The next message."""
    async with asyncio.timeout(60):
        return await reader.readuntil(b"\r\n\r\n")


async def test_each_client_has_its_own_connection() -> None:
    """What one client sends and gets is nothing to the other."""
    async with ScriptedManager() as manager, running(manager.port) as proxy:
        first, second = await login(proxy), await login(proxy)
        second[1].write(PING)
        assert await message(second[0]) == PONG
        assert [bytes(sent) for sent in manager.received] == [LOGIN, LOGIN + PING]
        manager.writers[0].write(EVENT)
        assert await message(first[0]) == EVENT
        first[1].close()
        await until(lambda: manager.ended[0] and not manager.ended[1])
        await until(lambda: proxy.seen.connections == 1)


async def test_an_allowed_originate_goes_on_and_a_blocked_one_is_answered() -> None:
    """The allowed one reaches Asterisk with its decision, the blocked one is answered here; all in order."""
    async with ScriptedManager() as manager, running(manager.port) as proxy:
        reader, writer = await login(proxy)
        writer.write(PING + call("0612345678") + call("0123456789") + PING)
        assert await message(reader) == PONG
        assert b"call-0612345678\r\nGatekeeperReason: LISTED" in await message(reader)
        assert b"call-0123456789\r\nMessage: done" in await message(reader)
        assert await message(reader) == PONG
        sent = bytes(manager.received[0])
        assert b"0612345678" not in sent
        assert call("0123456789")[:-2] + b"Variable: __GATEKEEPER_DECISION=01ALLOWED\r\n\r\n" + PING in sent
        assert (proxy.seen.allowed, proxy.seen.blocked) == (1, 1)


def only_tried(sent: bytes | bytearray) -> bool:
    """Whether no more came to Asterisk than the login, and the trial of the right to originate."""
    trial = rb"Action: originate\r\nActionID: gatekeeper-[0-9a-f]+-1\r\n\r\n"
    return re.fullmatch(re.escape(LOGIN) + trial, sent) is not None


async def test_events_flow_while_a_question_is_open() -> None:
    """A slow answer holds back the client's later actions, and nothing that Asterisk sends."""
    answered = asyncio.Event()

    async def slow(_question: Question) -> Answer:
        await answered.wait()
        return ALLOWED

    async with ScriptedManager() as manager, running(manager.port, slow) as proxy:
        reader, writer = await login(proxy)
        writer.write(call("0612345678") + PING)
        await until(lambda: any(connection.asking for connection in proxy._connections))
        manager.writers[0].write(EVENT)
        assert await message(reader) == EVENT
        assert only_tried(manager.received[0])
        answered.set()
        assert b"call-0612345678" in await message(reader)
        assert await message(reader) == PONG


async def test_a_fault_of_ours_lets_nothing_by() -> None:
    """A screening that raises ends the connection, and the originate is not sent."""

    async def broken(_question: Question) -> Answer:
        raise ZeroDivisionError

    async with ScriptedManager() as manager, running(manager.port, broken) as proxy:
        reader, writer = await login(proxy)
        writer.write(call("0612345678") + PING)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await message(reader)
        await until(lambda: manager.ended[0])
        assert only_tried(manager.received[0])
        assert proxy.seen.failed == 1


async def test_a_client_that_never_reads_harms_nobody() -> None:
    """Its events are not queued up, the others get theirs, and it is disconnected in the end."""
    async with ScriptedManager() as manager, running(manager.port, stall_s=1.0) as proxy:
        _, deaf = await login(proxy)
        reader, _ = await login(proxy)
        deaf.transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(20_000):  # 18 MB: more than the kernel's buffers on the way
            manager.writers[0].write(EVENT)
        await until(lambda: any(connection._client_full for connection in proxy._connections))
        waiting = manager.writers[0].transport.get_write_buffer_size()
        assert waiting > 1_000_000, "what the client does not take stays with Asterisk"
        queued = max(connection._client.get_write_buffer_size() for connection in proxy._connections)
        assert queued < 1_000_000
        manager.writers[1].write(EVENT * 100)
        for _ in range(100):
            assert await message(reader) == EVENT
        await until(lambda: proxy.seen.stalled == 1)
        await until(lambda: proxy.seen.connections == 1)


async def test_an_asterisk_that_does_not_read_slows_its_clients_down() -> None:
    """What Asterisk does not take stays with the client, and is all there when it reads again."""
    async with ScriptedManager() as manager, running(manager.port) as proxy:
        reader, writer = await login(proxy)
        manager.reads.clear()
        many = 20_000
        padded = action("Ping", ActionID="p", X="y" * 900)
        writer.write(padded * many)
        await until(lambda: any(connection._server_full for connection in proxy._connections))
        await asyncio.sleep(0.2)
        queued = max(
            connection._server.get_write_buffer_size() for connection in proxy._connections if connection._server
        )
        assert queued < 2_000_000
        assert writer.transport.get_write_buffer_size() > 1_000_000
        manager.reads.set()
        for _ in range(many):
            assert await message(reader) == PONG
        assert bytes(manager.received[0]) == LOGIN + padded * many


async def test_a_client_is_hung_up_on_where_asterisk_is_not_there() -> None:
    """Where Asterisk is not there, the client is hung up on at once."""
    async with running(free_port("tcp")) as proxy:
        reader, _ = await connect(proxy)
        async with asyncio.timeout(60):
            assert await reader.read() == b""
        assert proxy.seen.unreachable == 1


async def test_asterisks_last_words_are_passed_on() -> None:
    """When Asterisk closes the connection, the client gets all that it said, and the end."""
    async with ScriptedManager() as manager, running(manager.port) as proxy:
        reader, _ = await login(proxy)
        manager.writers[0].write(EVENT * 500)
        manager.writers[0].close()
        async with asyncio.timeout(60):
            assert await reader.read() == EVENT * 500


async def test_a_client_may_close_its_side_first() -> None:
    """A client that sends its last action and closes its side gets the answer."""
    async with ScriptedManager() as manager, running(manager.port) as proxy:
        reader, writer = await login(proxy)
        writer.write(call("0123456789") + PING)
        writer.write_eof()
        async with asyncio.timeout(60):
            assert (await reader.read()).endswith(PONG)


async def test_a_client_that_vanishes_takes_its_question_along() -> None:
    """An originate whose connection is reset before the answer is not placed."""
    asked, answered = asyncio.Event(), asyncio.Event()

    async def slow(_question: Question) -> Answer:
        asked.set()
        await answered.wait()
        return ALLOWED

    async with ScriptedManager() as manager, running(manager.port, slow) as proxy:
        _, writer = await login(proxy)
        writer.write(call("0123456789"))
        await asked.wait()
        plain = writer.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transports.abort(writer.transport)
        await until(lambda: manager.ended[0])
        answered.set()
        await asyncio.sleep(0.01)
        assert only_tried(manager.received[0])


async def test_a_client_beyond_the_limit_is_turned_away() -> None:
    """Beyond the limit a client is turned away; when another leaves there is room again."""
    async with ScriptedManager() as manager, running(manager.port, max_connections=2) as proxy:
        _, first = await login(proxy)
        await login(proxy)
        reader, _ = await connect(proxy)
        assert await reader.read() == b""
        assert proxy.seen.turned_away == 1
        first.close()
        await until(lambda: proxy.seen.connections == 1)
        await login(proxy)


async def hung_up(clients: list[tuple[Reader, Writer]]) -> bool:
    """Whether all these are disconnected."""
    with suppress(ConnectionError):
        for reader, _ in clients:
            while await reader.read(1000):
                pass
    return True


async def test_who_does_not_log_in_keeps_nobody_out() -> None:
    """Behind a thousand that say nothing a dialer gets in, and they are hung up on in the end."""
    limits = LoginLimits(seats=4, seats_of_address=2, most=100, grace_s=0.1, login_s=1.0)
    async with ScriptedManager() as manager, running(manager.port, max_connections=2, unauthenticated=limits) as proxy:
        _, known = await login(proxy)
        silent = [await connect(proxy) for _ in range(200)]
        reader, dialer = await login(proxy)
        dialer.write(call("0612345678"))
        assert b"GatekeeperReason: LISTED" in await message(reader)
        known.write(PING)
        assert len(manager.received) < 20
        async with asyncio.timeout(60):
            assert await hung_up(silent)
        await until(lambda: proxy.seen.connections == 2)
        assert proxy.seen.strangers == 200


async def test_two_hundred_clients_at_once_get_their_own_answers() -> None:
    """Each gets its own answers in its own order."""
    async with ScriptedManager() as manager, running(manager.port) as proxy:

        async def dial(number: int) -> None:
            reader, writer = await login(proxy)
            for turn in range(5):
                blocked, allowed = f"06{number:04}{turn:04}", f"01{number:04}{turn:04}"
                writer.write(call(blocked) + call(allowed))
                assert f"ActionID: call-{blocked}\r\nGatekeeperReason: LISTED".encode() in await message(reader)
                assert f"ActionID: call-{allowed}\r\nMessage: done".encode() in await message(reader)
            writer.close()

        await asyncio.gather(*(dial(number) for number in range(200)))
        assert (proxy.seen.allowed, proxy.seen.blocked) == (1000, 1000)


async def test_stopping_lets_an_open_question_be_answered() -> None:
    """A stopping proxy answers what it was asked, and closes."""
    asked = asyncio.Event()

    async def slow(_question: Question) -> Answer:
        asked.set()
        await asyncio.sleep(0.1)
        return BLOCKED

    async with ScriptedManager() as manager, running(manager.port, slow) as proxy:
        reader, writer = await login(proxy)
        writer.write(call("0612345678"))
        await asked.wait()
        await proxy.stop()
        async with asyncio.timeout(60):
            assert b"Originate failed" in await reader.read()


async def test_refusals_are_counted_and_told() -> None:
    """The daemon hears of every refused action."""
    reports: list[Report] = []
    async with ScriptedManager() as manager, running(manager.port, on_refusal=reports.append) as proxy:
        reader, writer = await login(proxy)
        writer.write(action("ModuleLoad", Module="x"))
        assert (await message(reader)).endswith(b"Message: Permission denied\r\n\r\n")
    assert [(report.user, report.action) for report in reports] == [("dialer", "moduleload")]
    assert proxy.seen.refused == 1


async def test_a_port_in_use_is_named_with_what_to_do() -> None:
    """The error names the address and what to do."""
    async with ScriptedManager() as manager:
        proxy = AmiProxy(ProxySettings(port=manager.port), screen)
        with pytest.raises(DaemonError, match=f"127.0.0.1:{manager.port}.*set .ami_proxy. host and port"):
            await proxy.start()


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    """A certificate for 127.0.0.1 and its key."""
    return self_signed(tmp_path)


async def test_tls_on_both_sides_changes_nothing(certificate: Certificate) -> None:
    """Dialers may come by TLS, and Asterisk may be reached by it; everything else is the same."""
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=certificate[0])
    async with (
        ScriptedManager(serving) as manager,
        running(manager.port, listen_tls=serving, asterisk_tls=trusting) as proxy,
    ):
        reader, writer = await login(proxy, trusting)
        writer.write(call("0612345678") + call("0123456789") + PING * 1000)
        assert b"Originate failed" in await message(reader)
        assert b"done" in await message(reader)
        for _ in range(1000):
            assert await message(reader) == PONG
        manager.writers[0].write(EVENT * 1000)
        for _ in range(1000):
            assert await message(reader) == EVENT
        writer.close()
        await until(lambda: manager.ended[0])


async def test_a_dialer_lost_over_tls_may_be_closed_again(certificate: Certificate) -> None:
    """Where it was lost while it was given up, the proxy goes on."""
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=certificate[0])
    async with ScriptedManager() as manager, running(manager.port, listen_tls=serving) as proxy:
        _, writer = await login(proxy, trusting)
        (connection,) = proxy._connections
        transports.abort(writer.transport)
        await until(lambda: not proxy._connections)
        connection.close(abort=True)
        assert await login(proxy, trusting)


async def test_an_asterisk_with_a_wrong_certificate_gets_no_client(certificate: Certificate) -> None:
    """A certificate that is not trusted counts as no Asterisk."""
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(*certificate)
    async with (
        ScriptedManager(serving) as manager,
        running(manager.port, asterisk_tls=ssl.create_default_context()) as proxy,
    ):
        reader, _ = await connect(proxy)
        async with asyncio.timeout(60):
            assert await reader.read() == b""
        assert (proxy.seen.unreachable, manager.received) == (1, [])
