"""Requests that go on for long: who has lost his session, or his key, meanwhile gets no more, and nothing is done."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.api import door
from gatekeeper.desk import session_recheck
from gatekeeper.desk.app import build_app
from gatekeeper.desk.page import changed, needs
from tests.desk.site import PASSWORD, DeskSite

_MB = 1 << 20

Ending = Callable[[DeskSite], object]
_ENDINGS: dict[str, Ending] = {
    "ended": lambda site: site.desk.accounts.users.end("officer"),
    "lowered": lambda site: site.desk.accounts.users.set_role("officer", Role.READER),
    "signed out": lambda site: site.desk.accounts.sessions.end_all(site.desk.accounts.users.by_name("officer")),
}


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that was looked for holds for a tenth of a second, and a key, too."""
    monkeypatch.setattr(session_recheck, "AGAIN_S", 0.1)
    monkeypatch.setattr(door, "_TRUSTED_S", 0.1)


@pytest.fixture
async def officer(desk_site: DeskSite) -> AsyncIterator[httpx.AsyncClient]:
    """An officer at a desk that has a large file, and a form that writes down what it was sent."""
    file = desk_site.folder / "large"
    with file.open("wb") as out:
        out.truncate(64 * _MB)

    async def large(_: Request) -> Response:
        return FileResponse(file)

    async def act(request: Request) -> Response:
        form = await request.form()
        await changed(request, "list.add", str(form.get("what")), "why")
        return Response()

    app = build_app(desk_site.desk)
    app.router.routes += [
        Route("/large", needs(Role.OFFICER)(large)),
        Route("/act", needs(Role.OFFICER)(act), methods=["POST"]),
    ]
    async with (
        desk_site.serving_here(app) as url,
        httpx.AsyncClient(base_url=url, trust_env=False, headers={"origin": url}, timeout=60) as client,
    ):
        assert (await client.post("/sign-in", data={"name": "officer", "password": PASSWORD})).status_code == 303
        yield client


@pytest.mark.parametrize("ending", ["", *_ENDINGS])
async def test_a_download_ends_with_its_session(desk_site: DeskSite, officer: httpx.AsyncClient, ending: str) -> None:
    """However slowly it is taken: what was on its way comes, and no more; one who stays has all of it."""
    came = 0
    with contextlib.suppress(httpx.TransportError):
        async with officer.stream("GET", "/large") as answer:
            async for part in answer.aiter_raw(_MB):
                came += len(part)
                if came == 4 * _MB:
                    _ENDINGS.get(ending, lambda _: None)(desk_site)
                    await asyncio.sleep(0.3)
    assert (came == 64 * _MB) is (not ending)
    assert ending == "" or came < 32 * _MB


@pytest.mark.parametrize("ending", ["", "ended"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_a_form_of_which_the_end_is_kept_back_does_nothing(
    desk_site: DeskSite, officer: httpx.AsyncClient, ending: str, kind: str
) -> None:
    """Who begins to send one while he may, and ends when he may not, has done nothing."""
    begins, ends = b"what=kept-", b"back"
    if "multipart" in kind:
        begins, ends = b'--x\r\nContent-Disposition: form-data; name="what"\r\n\r\nkept-', b"back\r\n--x--\r\n"

    async def slow() -> AsyncIterator[bytes]:
        yield begins
        await asyncio.sleep(0.15)
        _ENDINGS.get(ending, lambda _: None)(desk_site)
        yield ends

    answer = await officer.post("/act", content=slow(), headers={"content-type": kind})
    done = [one.what for one in desk_site.desk.accounts.actions.page() if one.action == "list.add"]
    assert (answer.status_code, done) == ((401, []) if ending else (200, ["kept-back"]))


async def test_who_has_lost_his_session_is_told_so_to_the_end(
    desk_site: DeskSite, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the session is looked for before each part of an answer, the one that says 401 is not cut off."""
    monkeypatch.setattr(session_recheck, "AGAIN_S", 0.0)

    async def slow() -> AsyncIterator[bytes]:
        yield b"what="
        await asyncio.sleep(0.15)
        _ENDINGS["ended"](desk_site)
        yield b"x"

    answer = await officer.post("/act", content=slow(), headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 401
    assert answer.text.rstrip().endswith("</html>")


@pytest.mark.parametrize("ended", [True, False])
async def test_a_request_of_a_key_that_is_ended_before_its_end_is_refused(
    desk_site: DeskSite, officer: httpx.AsyncClient, ended: bool
) -> None:
    """The interface, too: a body that trickles in while its key is ended asks for nothing."""
    keys = desk_site.desk.accounts.keys
    key, text = keys.add("k", ["lists.read"], by="test")

    async def slow() -> AsyncIterator[bytes]:
        yield b'{"number": "0612'
        await asyncio.sleep(0.15)
        if ended:
            keys.end(key.id)
        yield b'345678"}'

    headers = {"content-type": "application/json", "authorization": f"Bearer {text}"}
    answer = await officer.post("/v1/red-list/search", content=slow(), headers=headers)
    assert answer.status_code == (401 if ended else 200)
