"""Bodies and readers made to keep the interface busy: refused before they cost anything, and let go of in time."""

import asyncio
import time
from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message

from gatekeeper.api.batches import BatchesUnderWay
from gatekeeper.api.bodies import MOST_PARTS, parse_json
from gatekeeper.api.door import BATCH
from gatekeeper.api.routes import check
from gatekeeper.desk.app import build_app
from gatekeeper.errors import ProblemError
from tests.api.conftest import ApiSite

_M = BATCH - 100

HOSTILE = {
    "empty objects": b'{"intent":"ask","attempts":[' + b"{}," * (_M // 3) + b"{}]}",
    "empty arrays": b"[" + b"[]," * (_M // 3) + b"0]",
    "zeros": b'{"intent":"ask","attempts":[' + b"0," * (_M // 2) + b"0]}",
    "unknown fields": b'{"intent":"ask",' + b",".join(b'"%x":0' % number for number in range(800_000)) + b"}",
    "one name": b"{" + b'"a":0,' * (_M // 6) + b'"a":1}',
    "deep": b"[" * _M,
    "deep objects": b'{"a":' * (_M // 5),
    "a long number": b"1" * _M,
    "not UTF-8": b'"' + b"\xff" * _M + b'"',
}


@pytest.mark.parametrize("case", HOSTILE)
def test_no_body_keeps_a_processor_busy(case: str) -> None:
    """What takes a second or two to read is not read: everybody else would wait for it."""
    begun = time.process_time()
    with pytest.raises(ProblemError):
        parse_json(HOSTILE[case])
    assert time.process_time() - begun < 0.3


async def test_a_full_batch_is_no_hostile_body(api_site: ApiSite) -> None:
    """Ten thousand attempts with every field, commas in them, are read."""
    attempt = {
        name: "a, b: c" for name in check.AttemptIn.model_fields if name not in {"purpose", "dial_mode", "callee"}
    } | {"number": "0617000001", "purpose": None, "dial_mode": None, "callee": None, "principal": ""}
    body = {"intent": "ask", "attempts": [attempt] * 10_000}
    async with api_site.client() as client:
        request = client.build_request("POST", "/v1/check", json=body)
        text = request.content
    assert len(text) < BATCH
    assert sum(map(text.count, (b"[", b"{", b",", b":"))) < MOST_PARTS
    assert parse_json(text) == body


async def test_who_leaves_before_he_has_sent_all_is_no_fault(
    api_site: ApiSite, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is written down: else a log would be what strangers like."""
    port = api_site.desk.settings.desk.port
    headers = {"host": f"127.0.0.1:{port}", "authorization": f"Bearer {api_site.keys['all']}"}
    scope = {
        "type": "http", "method": "POST", "scheme": "http", "path": "/v1/check", "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()]
        + [(b"content-type", b"application/json")],
    }  # fmt: skip
    comes: list[Message] = [
        {"type": "http.request", "body": b'{"number"', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return comes.pop(0)

    async def send(_: Message) -> None:
        pass

    await build_app(api_site.desk)(scope, receive, send)
    assert not comes
    assert not caplog.records


async def test_who_takes_no_answers_does_not_keep_the_place_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the few batches under way one ends in time, however little its reader takes at a time."""
    monkeypatch.setattr(check, "_LONGEST_S", 0.1)
    closed = False

    async def lines() -> AsyncGenerator[bytes, None]:
        nonlocal closed
        try:
            while True:
                yield b"{}\n"
        finally:
            closed = True

    async def slow(_: Message) -> None:
        await asyncio.sleep(0.06)

    async def stays() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    batches = BatchesUnderWay()
    scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
    async with asyncio.timeout(60):
        await check._Streamed(lines(), batches.enter("key"))(scope, stays, slow)
    assert closed
    batches.enter("key")


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ({"name": ""}, "is not empty"),
        ({"name": "x" * 300}, "has at most 200 characters"),
        ({"name": "x", "delimiter": "\0"}, "is not written as the description of this address has it"),
        ({"name": "x", "delimiter": "x" * 30}, "has at most 16 characters"),
        ({"name": "x", "force": "yes"}, "is 'true' or 'false'"),
    ],
)
async def test_what_would_be_right_is_said_in_words(api_site: ApiSite, query: dict[str, str], right: str) -> None:
    """Not in those of the library that reads bodies."""
    async with api_site.client() as client:
        headers = {"content-type": "application/octet-stream"}
        answer = await client.post("/v1/lists/uploaded/imports", params=query, content=b"1", headers=headers)
    assert [one["detail"] for one in answer.json()["errors"]] == [right]
