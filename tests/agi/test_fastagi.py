import asyncio
import logging
import socket
from contextlib import suppress

import pytest

from gatekeeper.agi import FastAgiServer, GateRequest, set_variable
from gatekeeper.agi.protocol.exchange import commands_of, refusal_without_decision
from gatekeeper.errors import DaemonError
from gatekeeper.net.limits import Limits
from gatekeeper.policy import Gate
from gatekeeper.screening import Answer, Question
from tests.agi.environments import environment
from tests.agi.gate import ANSWER, BLOCKED, REPLIES, Refusing, Screen, call, heard, send, serving
from tests.waiting import until

QUICK = Limits(environment_s=0.3, answer_s=0.3)


async def settled(server: FastAgiServer, **expected: int) -> None:
    """Wait until the counters are as expected."""
    await until(lambda: all(getattr(server.seen, name) == count for name, count in expected.items()))


@pytest.mark.parametrize("answer", [ANSWER, BLOCKED])
async def test_a_call_gets_its_answer(answer: Answer) -> None:
    """All commands come at once, then the end, before any reply was sent."""
    screen = Screen(answer)
    async with serving(FastAgiServer(screen)) as server:
        assert await call(server.port, environment("0612345678", "sales", "", "gosub")) == commands_of(answer)
        assert (screen.asked[0].dialled, screen.asked[0].campaign, screen.asked[0].gate) == (
            "0612345678",
            "sales",
            Gate.GOSUB,
        )
        await settled(server, accepted=1, answered=1, gone=0, malformed=0)


async def test_an_environment_may_come_in_pieces() -> None:
    """Line by line, as Asterisk writes it, and byte by byte."""
    async with serving(FastAgiServer(Screen())) as server:
        for size in (1, 40):
            data = environment("0612345678")
            reader, writer = await send(server.port, b"")
            for start in range(0, len(data), size):
                writer.write(data[start : start + size])
                await asyncio.sleep(0)
            assert await heard(reader) == commands_of(ANSWER)
            writer.close()


async def test_a_hangup_in_between_is_no_fault() -> None:
    """A caller who hangs up while the answer is set changes nothing for the server."""
    async with serving(FastAgiServer(Screen())) as server:
        dead = b"HANGUP\n" + b"511 Command Not Permitted on a dead channel or intercept routine\n"
        await call(server.port, replies=dead)
        await settled(server, answered=1, malformed=0)


@pytest.mark.parametrize(
    "data",
    [
        environment("0612345678", agi_network_script="other"),
        environment("0612345678", agi_network_script=""),
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\n\n",
        b"x" * 100_000,
    ],
)
async def test_a_stranger_gets_no_answer(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Who does not ask as the dialplan does is closed without a word, and logged without the number."""
    screen = Screen()
    async with serving(FastAgiServer(screen)) as server:
        assert await call(server.port, data) == b""
        await settled(server, malformed=1, answered=0)
        assert "0612345678" not in caplog.text
        assert not screen.asked
        assert await call(server.port) == commands_of(ANSWER)


SPOILT = {
    "a second number": environment("0612345678", agi_calleridname="x\nagi_arg_1: 0699999999"),
    "an early end": environment("0612345678", agi_calleridname="x\n\nagi_x: 1"),
    "a URL that says otherwise": environment("0699999999", agi_network_script="screen?0612345678"),
    "no number": environment("", agi_extension=""),
    "a NUL": environment("0612345678", agi_calleridname="\0"),
    "a long number": environment("0" * 1025, agi_network_script="screen?0612345678"),
    "a long campaign": environment("0612345678", "x" * 20_000),
    "many arguments": environment("0612345678", *["x" * 1000] * 70),
    "a hundred thousand bytes": environment("0612345678", agi_calleridname="x" * 100_000),
    "what follows it": environment("0612345678") + b"agi_rest: 1\n\n",
    "half of it": environment("0612345678")[:300],
}


@pytest.mark.parametrize("data", SPOILT.values(), ids=SPOILT.keys())
@pytest.mark.parametrize("ends", [True, False])
async def test_what_can_not_be_relied_on_is_refused(
    data: bytes, caplog: pytest.LogCaptureFixture, *, ends: bool
) -> None:
    """A refusal is what the gate asks for, and what Asterisk is told; a closed connection would say that it is down."""
    screen = Refusing()
    async with serving(FastAgiServer(screen, limits=QUICK)) as server:
        reader, writer = await send(server.port, data)
        if ends:
            writer.write_eof()
        assert await heard(reader) == commands_of(BLOCKED)
        if not ends:
            writer.write(REPLIES)
        writer.close()
        (question,) = screen.asked
        assert question.refused == "GATE_ERROR"
        assert question.dialled in ("0612345678", "0699999999", "")
        await settled(server, malformed=1)
        assert "0612345678" not in caplog.text
        assert "0699999999" not in caplog.text
        assert await call(server.port) == commands_of(ANSWER)


@pytest.mark.parametrize("name", ["agi_calleridname", "agi_dnid", "agi_rdnis", "agi_accountcode"])
@pytest.mark.parametrize("value", ["x" * 1500, "é" * 4000, b"\xff" * 9000, "x" * 50_000])
async def test_a_call_is_answered_however_long_its_names_are(name: str, value: str | bytes) -> None:
    """What nobody reads does not decide on a call."""
    async with serving(FastAgiServer(Screen())) as server:
        assert await call(server.port, environment("0612345678", **{name: value})) == commands_of(ANSWER)
        await settled(server, answered=1, malformed=0)


async def test_what_follows_the_environment_takes_the_answer_back() -> None:
    """More from Asterisk before it was answered shows that what ended the environment was a value: a refusal."""
    screen = Refusing()
    screen.open.clear()
    async with serving(FastAgiServer(screen)) as server:
        reader, writer = await send(server.port, environment("0699999999"))
        await asyncio.sleep(0.05)
        writer.write(b"agi_callingpres: 0\nagi_arg_1: 0612345678\n\n")
        await asyncio.sleep(0.05)
        screen.open.set()
        assert await heard(reader) == commands_of(BLOCKED)
        assert [(asked.refused, asked.earlier) for asked in screen.asked] == [("", ""), ("GATE_ERROR", ANSWER.id)]
        await settled(server, malformed=1)
        writer.close()


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_question_of_a_call_that_is_over_makes_no_row(*, leaves: bool) -> None:
    """Asterisk left while the daemon stood still, and its dialplan has refused. Who is still there is answered."""
    screen = Refusing()
    async with serving(FastAgiServer(screen)) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as peer:
            peer.setblocking(False)
            # In one turn of the loop, as a daemon that stood still finds it.
            peer.send(environment("0612345678") + b"HANGUP\n" * 2)
            if leaves:
                peer.shutdown(socket.SHUT_WR)
            await until(lambda: server.seen.accepted == 1)
            await asyncio.sleep(0.1)
        assert [asked.refused for asked in screen.asked] == ([] if leaves else ["GATE_ERROR"])


async def test_replies_that_are_none_are_noticed() -> None:
    """They are counted and logged as a broken protocol, and the answer stands: Asterisk has yet to read it."""
    async with serving(FastAgiServer(Screen())) as server:
        reader, writer = await send(server.port, environment("0612345678"))
        writer.write(b"agi_callingpres: 0\n\n" * 5000)
        await writer.drain()
        assert await heard(reader) == commands_of(ANSWER)
        writer.close()
        await settled(server, malformed=1, answered=0, gone=0)


async def test_a_fault_touches_its_own_connection_only(caplog: pytest.LogCaptureFixture) -> None:
    """An unforeseen error refuses that call without a decision; the log does not repeat its text."""

    async def screen(question: Question) -> Answer:
        if question.campaign == "bad":
            raise RuntimeError(f"can't do {question.dialled}")
        return ANSWER

    async with serving(FastAgiServer(screen)) as server:
        assert await call(server.port, environment("0612345678", "bad")) == refusal_without_decision()
        assert await call(server.port) == commands_of(ANSWER)
        await settled(server, failed=1, answered=1)
        assert "RuntimeError" in caplog.text
        assert "0612345678" not in caplog.text


async def test_a_late_answer_is_none() -> None:
    """Past the deadline the call is refused without a decision and the work on it is cancelled."""
    screen = Screen()
    screen.open.clear()
    async with serving(FastAgiServer(screen, limits=QUICK)) as server:
        started = asyncio.get_running_loop().time()
        assert await call(server.port) == refusal_without_decision()
        assert 0.25 < asyncio.get_running_loop().time() - started < 20
        await settled(server, late=1)
        assert screen.cancelled == 1


async def test_a_peer_that_does_not_take_its_answer_is_left() -> None:
    """One that never replies, nor closes, is closed at the deadline."""
    async with serving(FastAgiServer(Screen(), limits=QUICK)) as server:
        _, writer = await send(server.port, environment("0612345678"))
        await settled(server, late=1, answered=0)
        writer.close()


async def test_a_peer_that_is_not_allowed_is_not_heard() -> None:
    """Its connection is closed at once, whatever it sends."""
    screen = Screen()
    async with serving(FastAgiServer(screen, allow=["192.0.2.0/24", "2001:db8::1"])) as server:
        assert await call(server.port) == b""
        await settled(server, refused=1, accepted=0)
        assert not screen.asked


@pytest.mark.parametrize("allow", [["127.0.0.0/8"], ["127.0.0.1"], ["::ffff:127.0.0.1", "127.0.0.1/32"]])
async def test_allowed_peers_are_named_by_address_or_network(allow: list[str]) -> None:
    """As an address or as a network."""
    async with serving(FastAgiServer(Screen(), allow=allow)) as server:
        assert await call(server.port) == commands_of(ANSWER)


async def test_allow_must_name_networks() -> None:
    """Anything else is an error at once."""
    with pytest.raises(ValueError, match="pbx"):
        FastAgiServer(Screen(), allow=["pbx.example"])


async def test_a_taken_port_is_an_error_that_says_so() -> None:
    """With the address and what to set."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DaemonError, match=rf"127.0.0.1:{port}.*\[fastagi\]"):
            await FastAgiServer(Screen(), port=port).start()


async def test_newcomers_take_the_place_of_those_who_do_not_ask() -> None:
    """With all places taken by silent peers, a call is answered and the oldest of them is closed."""
    async with serving(FastAgiServer(Screen(), limits=Limits(max_connections=5, environment_s=30))) as server:
        silent = [await send(server.port, b"agi_") for _ in range(5)]
        await settled(server, accepted=5)
        assert await call(server.port) == commands_of(ANSWER)
        assert await heard(silent[0][0]) == b""
        await settled(server, evicted=1, answered=1)
        for _, writer in silent:
            writer.close()


async def test_those_who_are_being_answered_keep_their_places() -> None:
    """With all places taken by them, a newcomer is turned away at once; they get their answers."""
    screen = Screen()
    screen.open.clear()
    async with serving(FastAgiServer(screen, limits=Limits(max_connections=5, answer_s=30))) as server:
        calls = [asyncio.create_task(call(server.port)) for _ in range(5)]
        await until(lambda: len(screen.asked) == 5)
        assert await asyncio.wait_for(call(server.port), 20) == b""
        screen.open.set()
        assert await asyncio.gather(*calls) == [commands_of(ANSWER)] * 5
        assert server.seen.turned_away == 1


async def test_stopping_lets_running_answers_end() -> None:
    """Those that have asked are answered, those that have not are closed, nobody new comes in."""
    screen = Screen()
    screen.open.clear()
    server = FastAgiServer(screen, port=0)
    await server.start()
    silent, closing = await send(server.port, b"agi_")
    running = asyncio.create_task(call(server.port))
    await settled(server, accepted=2)
    await until(lambda: screen.asked)  # accepted is not asked yet
    stopping = asyncio.create_task(server.stop(5))
    assert await heard(silent) == b""
    closing.close()
    with pytest.raises(OSError, match=r"."):
        await send(server.port, b"")
    screen.open.set()
    assert await running == commands_of(ANSWER)
    await asyncio.wait_for(stopping, 20)


async def test_stopping_does_not_wait_longer_than_its_grace() -> None:
    """An answer that does not come is cancelled."""
    screen = Screen()
    screen.open.clear()
    server = FastAgiServer(screen, port=0, limits=Limits(answer_s=60))
    await server.start()
    running = asyncio.create_task(call(server.port))
    await settled(server, accepted=1)
    await until(lambda: bool(screen.asked))
    await asyncio.wait_for(server.stop(0.2), 30)
    assert await running == b""
    assert screen.cancelled == 1


async def test_more_routes_can_be_added() -> None:
    """The application is panoramisk's: a path of its own for each endpoint."""

    async def other(request: GateRequest) -> None:
        request.answer(set_variable("HELLO", request.agi.argument(1)), 1)

    async with serving(FastAgiServer(Screen())) as server:
        server.application.add_route("other", other)
        data = environment("world", agi_network_script="other")
        assert await call(server.port, data, b"200 result=1\n") == b'SET VARIABLE HELLO "world"\n'
        with pytest.raises(ValueError, match="route"):
            server.application.add_route("other", other)
        with pytest.raises(TypeError):
            server.application.add_route("plain", lambda _: None)  # type: ignore[arg-type, return-value]


async def test_a_burst_is_taken_whole() -> None:
    """400 calls at once are all answered."""
    async with serving(FastAgiServer(Screen())) as server:
        answers = await asyncio.gather(*(call(server.port) for _ in range(400)))
        assert answers == [commands_of(ANSWER)] * 400


async def test_a_small_accept_queue_of_the_kernel_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """A backlog longer than the kernel keeps is explained once, at the start."""
    with caplog.at_level(logging.WARNING):
        async with serving(FastAgiServer(Screen(), limits=Limits(backlog=1 << 20))):
            assert "net.core.somaxconn" in caplog.text


async def test_cancelling_the_server_task_is_not_swallowed() -> None:
    """An endpoint that is cancelled ends, and its connection is closed without an answer."""
    screen = Screen()
    screen.open.clear()
    async with serving(FastAgiServer(screen)) as server:
        running = asyncio.create_task(call(server.port))
        await settled(server, accepted=1)
        await until(lambda: bool(screen.asked))
        (task,) = server._listener._tasks
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()
        assert await running == b""
