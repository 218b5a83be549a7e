"""Imports while the desk is started anew: what was begun is known to the next one, and what came of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from gatekeeper.config import load
from gatekeeper.desk.desk import Desk
from gatekeeper.lists import ListStore
from tests.api.conftest import ApiSite
from tests.api.test_imports import ended, files, sent


@asynccontextmanager
async def restarted(site: ApiSite) -> AsyncIterator[ApiSite]:
    """The site with the next desk; behind it, what that one has under way is left as where a process ends."""
    desk = Desk(load(site.daemon.config_path, {}))
    try:
        desk.imports.resume()
        yield replace(site, desk=desk)
    finally:
        tasks = list(desk.works._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        desk.close()


async def test_an_import_is_known_to_the_next_desk(api_site: ApiSite) -> None:
    """Looked at: it can be imported yet. Begun: it is followed to its end. Done: it is told as before, to its key."""
    body = b"".join(b"06191%05d\n" % one for one in range(5000))
    async with restarted(api_site) as first, first.client("all") as client:
        looked = await ended(client, await sent(client, body))
    async with restarted(api_site) as second, second.client("all") as client, second.client("lists.import") as other:
        where = f"/v1/imports/{looked['id']}"
        assert (await client.get(where)).json() == looked
        assert (await other.get(where)).status_code == 404
        upload = second.desk.uploads._there[looked["id"]]
        assert second.desk.imports.take(upload, {"by": "api:all", "via": "api"}, "of November", accept=True)
        while not upload.done or not upload.done.job:  # noqa: ASYNC110 - the daemon has been asked
            await asyncio.sleep(0.01)
    async with restarted(api_site) as third, third.client("all") as client:
        done = await ended(client, await client.post(f"{where}/commit", json={"note": "again", "accept": True}))
        assert (done["state"], done["report"]["after"]) == ("imported", 5000)
    async with restarted(api_site) as fourth, fourth.client("all") as client:
        assert (await client.get(where)).json() == done
        assert not [one for one in files(api_site) if looked["id"] in str(one)]
        await client.delete(where)
    async with restarted(api_site) as fifth, fifth.client("all") as client:
        assert (await client.get(where)).status_code == 404


@pytest.mark.parametrize("lost", ["its answer", "the question", "its record"])
async def test_what_was_done_is_told_though_nobody_heard_of_it(api_site: ApiSite, lost: str) -> None:
    """A desk that ended before the daemon's answer, or before its own question; a daemon that knows no such job."""
    body = f"06193{sum(lost.encode()):05}\n".encode()
    async with restarted(api_site) as first, first.client("all") as client:
        looked = await ended(client, await sent(client, body))
        upload = first.desk.uploads._there[looked["id"]]
        assert first.desk.imports.take(upload, {"by": "api:all", "via": "api"}, lost, accept=True)
        assert upload.done is not None
        if lost == "the question":
            for task in list(first.desk.works._tasks):
                task.cancel()
        else:
            await upload.done.wait(30)
            assert upload.done.state == "done", upload.done
        job = "0" * 26 if lost == "its record" else ""
        upload.done = replace(upload.done, state="running", job=job, report={}, _ended=asyncio.Event())
        upload.file.parent.mkdir(exist_ok=True)
        upload.file.write_bytes(body)
        first.desk.imports._states.write(upload)
    async with restarted(api_site) as second, second.client("all") as client:
        answer = await client.post(f"/v1/imports/{looked['id']}/commit", json={"note": "again", "accept": True})
        found = await ended(client, answer)
        assert (found["state"], found["problem"], found["report"]["after"]) == ("imported", None, 1)
        await client.delete(f"/v1/imports/{looked['id']}")
    with ListStore(api_site.desk.settings.daemon.data_dir) as store:
        assert [one.note for one in store.activations("uploaded")].count(lost) == 1


async def test_what_nobody_can_know_is_said_plainly(api_site: ApiSite) -> None:
    """A desk of an earlier version that ended between question and answer; a daemon that knows no such job."""
    for job, told in (("", "started anew while it asked"), ("0" * 26, "no such job is known")):
        async with restarted(api_site) as first, first.client("all") as client:
            looked = await ended(client, await sent(client, b"0619200001\n"))
            upload = first.desk.uploads._there[looked["id"]]
            assert upload.look is not None
            upload.done = replace(upload.look, state="running", job=job, report={}, asked={}, begun=0)
            first.desk.imports._states.write(upload)
        async with restarted(api_site) as second, second.client("all") as client:
            answer = await client.post(f"/v1/imports/{looked['id']}/commit", json={"note": "again", "accept": True})
            found = await ended(client, answer)
            assert (found["state"], found["problem"]["status"]) == ("failed", 503)
            assert found["problem"]["type"] == "/v1/docs#import-unknown"
            assert told in found["problem"]["detail"]
            assert not [one for one in files(api_site) if looked["id"] in str(one)]
