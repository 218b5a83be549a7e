"""The door: keys, scopes, rates and sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.api.bucket import TokenBucket
from gatekeeper.api.door import BATCH, BODY, ApiDoor
from tests.api.conftest import ApiSite

QUESTION = {"number": "0617000001", "intent": "ask"}


@pytest.mark.parametrize("key", ["", "x", "gk_" + "x" * 43, "é" * 9])
async def test_nobody_comes_in_without_a_key(api_site: ApiSite, key: str) -> None:
    """401 with a challenge, whatever is asked for, also of what is not there; only the description is open."""
    shown = {"authorization": f"Bearer {key}".encode()} if key else {}
    async with api_site.client_of("") as client:
        for path in (
            "/v1",
            "/v1/",
            "/v1/check",
            "/v1/outcomes",
            "/v1/nothing",
            "/v1//docs",
            "/v1/docs/",
            "/v1/x%0Ay",
            "/v1/%0A",
        ):
            answer = await client.post(path, json=QUESTION, headers=shown)
            assert (answer.status_code, answer.headers["www-authenticate"][:6]) == (401, "Bearer"), path
        assert (await client.get("/v1/openapi.json")).json()["openapi"] == "3.1.0"
        page = await client.get("/v1/docs")
        assert page.status_code == 200
        assert not {"<script", "<style", "style=", "http://", "https://"} & set(page.text.split())
        assert "<script" not in page.text
        assert "https://" not in page.text


async def test_a_key_is_for_its_scopes(api_site: ApiSite) -> None:
    """To ask and to place calls are two; other keys do neither."""
    call = {**QUESTION, "intent": "call"}
    many = {"intent": "call", "attempts": [{"number": "0617000001"}]}
    for key, body, status in (
        ("check", QUESTION, 200),
        ("call", call, 200),
        ("check", call, 403),
        ("call", QUESTION, 403),
        ("check", many, 403),
        ("call", many, 200),
        ("journal.read", QUESTION, 403),
        ("lists.write", call, 403),
    ):
        async with api_site.client(key) as client:
            answer = await client.post("/v1/check", json=body)
        assert answer.status_code == status, (key, body)
    async with api_site.client("check") as client:
        told = await client.post("/v1/outcomes", json={"decision": "x", "outcome": "made"})
        assert (told.status_code, told.json()["type"]) == (403, "/v1/docs#scope-missing")


async def test_a_key_that_is_ended_opens_nothing(api_site: ApiSite) -> None:
    """After a second at the latest."""
    made, text = api_site.desk.accounts.keys.add("short", ["check"], by="test")
    now = [0.0]
    async with api_site.client_of(text) as client:
        door = _door(client._transport.app)  # type: ignore[attr-defined]  # httpx's own
        door._clock = lambda: now[0]
        assert (await client.post("/v1/check", json=QUESTION)).status_code == 200
        api_site.desk.accounts.keys.end(made.id)
        now[0] = 1.1
        assert (await client.post("/v1/check", json=QUESTION)).status_code == 401


async def test_a_key_makes_so_many_requests(api_site: ApiSite) -> None:
    """What is left is said each time; then it is told when to come again, and a batch costs more than one."""
    now = [0.0]
    async with api_site.client("all") as client:
        door = _door(client._transport.app)  # type: ignore[attr-defined]  # httpx's own
        door._clock = lambda: now[0]
        door._per_minute = 60
        answers = [await client.post("/v1/check", json=QUESTION) for _ in range(8)]
        assert [one.status_code for one in answers] == [200] * 6 + [429] * 2
        assert answers[0].headers["ratelimit-policy"] == '"key";q=60;w=60'
        assert [one.headers["ratelimit"] for one in answers[4:7]] == ['"key";r=1;t=0', '"key";r=0;t=1', '"key";r=0;t=1']
        assert answers[-1].headers["retry-after"] == "1"
        now[0] = 6.0
        many = {"intent": "ask", "attempts": [{"number": "0617000001"}] * 900}
        assert (await client.post("/v1/check", json=many)).status_code == 200
        assert (await client.post("/v1/check", json=QUESTION)).headers["retry-after"] == "5"


@given(st.integers(1, 10_000), st.lists(st.floats(0, 5), max_size=300))
def test_a_bucket_never_gives_more_than_it_has(per_minute: int, waits: list[float]) -> None:
    """Over any time no more than what it began with and what came; who waits as told is served."""
    bucket, now, given_out = TokenBucket(per_minute, 0.0), 0.0, 0
    for wait in waits:
        now += wait
        taken = bucket.take(now)
        given_out += taken.allowed
        assert given_out <= bucket.most + now * per_minute / 60 + 1e-6
        if not taken.allowed:
            now += taken.wait_s
            assert bucket.take(now + 1e-6).allowed
            given_out += 1


@pytest.mark.parametrize("path", ["/v1/check", "/v1/outcomes", "/v1/nothing"])
@pytest.mark.parametrize("declared", [True, False])
async def test_no_more_is_read_than_may_be_sent(api_site: ApiSite, path: str, declared: bool) -> None:
    """Whether the size is said before or not."""
    most = BATCH if path == "/v1/check" else BODY
    sent = 0

    async def body() -> object:
        nonlocal sent
        for _ in range(2 * most // 32_768):
            sent += 32_768
            yield b" " * 32_768

    headers = {"content-type": "application/json", **({"content-length": str(2 * most)} if declared else {})}
    async with api_site.client() as client:
        answer = await client.post(path, content=body(), headers=headers)  # type: ignore[arg-type]  # an iterator
    if path == "/v1/nothing" and not declared:
        assert answer.status_code == 404
    else:
        assert (answer.status_code, answer.json()["type"]) == (413, "/v1/docs#too-large")
    assert sent <= most + 65_536


def _door(app: object) -> ApiDoor:
    """The door of an application."""
    routes = app.routes  # type: ignore[attr-defined]  # Starlette's
    (door,) = [route.app for route in routes if isinstance(getattr(route, "app", None), ApiDoor)]
    assert isinstance(door, ApiDoor)
    return door
