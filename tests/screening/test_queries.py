"""Registries that are asked number by number, over a real HTTP server."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gatekeeper.config import Settings
from gatekeeper.daemon.registry_queries import Asking
from gatekeeper.daemon.wiring import build_screening
from gatekeeper.eager import Done, begin
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.policy import Gate, Reason
from gatekeeper.registries.formats import find_format
from gatekeeper.screening import Answer, Question
from gatekeeper.screening.bulk import BulkScreening

YES, NO, ODD, SLOW, GONE = (f"+1305555010{n}" for n in range(5))
COVERED = "+12125550111"
HOUR = 3_600_000_000


class Registry:
    """Answers by the last digit; remembers what it was asked, and with which key."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.keys: set[str] = set()
        self.tasks: list[asyncio.Task[None]] = []

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.append(asyncio.create_task(self.serve(reader, writer)))

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        number = head.split()[1].rsplit("/", 1)[-1]
        self.asked.append(number)
        self.keys |= {line.partition(": ")[2] for line in head.splitlines() if line.lower().startswith("authorization")}
        if number.endswith("3"):
            try:
                await asyncio.sleep(1.5)
            finally:
                writer.close()
        word = {"0": "yes", "1": "no"}.get(number[-1], "maybe")
        body = json.dumps({"result": {"status": word}})
        status = "404 Not Found" if number.endswith("4") else "200 OK"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        writer.close()


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[tuple[Settings, ListIndex, Asking, Registry]]:
    """A registry, and a site that asks it about what its FTC list does not cover."""
    registry = Registry()
    server = await asyncio.start_server(registry.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    section = {
        "url": f"http://127.0.0.1:{port}/check/{{number}}",
        "header": "Authorization",
        "secret": "key",
        "field": "result.status",
        "listed": ("yes",),
        "callable": ("no",),
        "hold_hours": 2,
        "deadline_ms": 400,
    }
    settings = Settings.model_validate(
        {
            "daemon": {"data_dir": folder},
            "lists": {"ftc": {}, "asked": {"kind": "query"}},
            "queries": {"asked": section},
            "campaigns": {"both": {"lists": ("ftc", "asked")}, "alone": {"lists": ("asked",)}, "none": {"lists": ()}},
        }
    )
    with ListStore(folder) as store:
        store.ensure("ftc", ListKind.OPPOSITION)
        store.ensure("asked", ListKind.QUERY)
        (folder / "ftc.csv").write_text("212,5550100\n")
        store.import_file(folder / "ftc.csv", "ftc", options=ImportOptions(format=find_format("ftc")))
    index = ListIndex.open(folder)
    asking = Asking({name: one.as_query() for name, one in settings.queries.items()}, folder)
    try:
        yield settings, index, asking, registry
    finally:
        await asking.close()
        index.close()
        await registry.stop()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    ("campaign", "dialled", "reason", "asked"),
    [
        # What no other list covers is asked, and the answer decides.
        ("both", YES, Reason.LISTED, 1),
        ("both", NO, Reason.CLEAR, 1),
        ("alone", NO, Reason.CLEAR, 1),
        # No answer, no call.
        ("both", ODD, Reason.NOT_SCRUBBED, 1),
        ("both", SLOW, Reason.NOT_SCRUBBED, 1),
        ("both", GONE, Reason.NOT_SCRUBBED, 1),
        # What a list covers, and the calls of other campaigns, are nobody else's business.
        ("both", COVERED, Reason.CLEAR, 0),
        ("both", "112", Reason.EMERGENCY, 0),
        ("none", YES, Reason.CLEAR, 0),
    ],
)
async def test_a_registry_is_asked_within_its_deadline(
    tmp_path: Path, campaign: str, dialled: str, reason: Reason, asked: int
) -> None:
    """A registry is asked where it must be, with the key, within its deadline."""
    async with site(tmp_path) as (settings, index, asking, registry):
        screening = build_screening(settings, index, None, None, asking)
        started = time.monotonic()
        answer = await screening.screen(Question(dialled, Gate.CLI, campaign))
        assert time.monotonic() - started < 1.4
        assert answer.reason is reason
        assert len(registry.asked) == asked
        assert registry.keys == ({"key"} if asked else set())
        if asked:
            assert registry.asked == [dialled.removeprefix("+")]
            assert answer.list == ("" if reason is Reason.CLEAR else "asked")


async def test_a_question_begun_outside_of_any_task_is_asked(tmp_path: Path) -> None:
    """A question that the AMI proxy begins outside of any task is asked of the registry all the same."""
    async with site(tmp_path) as (settings, index, asking, registry):
        screening = build_screening(settings, index, None, None, asking)
        loop = asyncio.get_running_loop()
        begun: asyncio.Future[Done | Coroutine[Any, Any, Answer]] = loop.create_future()

        def on_data() -> None:
            begun.set_result(begin(screening.screen(Question(NO, Gate.AMI_PROXY, "both"))))

        loop.call_soon(on_data)
        rest = await begun
        assert not isinstance(rest, Done)
        answer = await asyncio.create_task(rest)
        assert answer.reason is Reason.CLEAR
        assert len(registry.asked) == 1


async def test_answers_are_kept_for_their_time(tmp_path: Path) -> None:
    """The second call is decided on without asking; when the answer is over, the registry is asked again."""
    async with site(tmp_path) as (settings, index, asking, registry):
        screening = build_screening(settings, index, None, None, asking)
        for _ in range(3):
            assert (await screening.screen(Question(YES, Gate.CLI, "both"))).reason is Reason.LISTED
            assert (await screening.screen(Question(NO, Gate.CLI, "both"))).reason is Reason.CLEAR
        assert len(registry.asked) == 2
        now = time.time_ns() // 1000
        for at in (now, now + 3 * HOUR):
            judge = BulkScreening(screening, Question("", Gate.CLI, "both"), at)
            numbers = [int(text[1:]) for text in (YES, NO, ODD, COVERED)]
            codes = judge.numbers(np.array(numbers, np.int64))
            for number, code in zip(numbers, codes.tolist(), strict=True):
                expected = screening.find(Question(f"+{number}", Gate.CLI, "both"), at).decision
                assert judge.decisions[code] == expected
            assert judge.decisions[codes[1]].reason is (Reason.CLEAR if at == now else Reason.NOT_SCRUBBED)
        assert len(registry.asked) == 2
