"""Files over the interface: looked at, imported and rolled back, by who may, as large as they may be, once."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from gatekeeper.api.routes import imports
from gatekeeper.consents import ConsentStore
from gatekeeper.consents.extract import extract_of
from gatekeeper.consents.ledger import ConsentLedger
from gatekeeper.desk.daemon import DaemonLink
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.uploads import store as module
from gatekeeper.uploads.importing import UploadImports
from gatekeeper.uploads.store import MB
from tests.api.conftest import ApiSite

FILE = {"content-type": "application/octet-stream"}
HEADING = "number,principal,goods,collected_at,items,proof\n"
GIVEN = "wine,2026-08-20T10:00,all,ref:form-7\n"


async def sent(client: httpx.AsyncClient, body: bytes, where: str = "lists/uploaded", **query: str) -> httpx.Response:
    """Send a file."""
    asked = {"name": "november.csv", **({"zone": "Europe/Paris"} if where == "consents" else {}), **query}
    return await client.post(f"/v1/{where}/imports", params=asked, content=body, headers=FILE)


async def ended(client: httpx.AsyncClient, answer: httpx.Response) -> dict[str, Any]:
    """The import once what was begun has ended."""
    assert answer.status_code == 202, answer.text
    for _ in range(900):
        found = (await client.get(f"/v1/imports/{answer.json()['id']}")).json()
        if found["state"] not in {"looking", "importing"}:
            return dict(found)
        await asyncio.sleep(0.1)
    raise AssertionError(found)


def stored(site: ApiSite, content: bytes, name: str) -> int:
    """Put numbers on the list as an admin would; gives the version."""
    file = site.daemon.folder / name
    file.write_bytes(content)
    with ListStore(site.desk.settings.daemon.data_dir) as store:
        store.ensure("uploaded", ListKind.OPPOSITION)
        return store.import_file(file, "uploaded", options=ImportOptions(by="anna", accept=True)).version


def numbers(site: ApiSite, name: str = "uploaded") -> list[int]:
    """What is on a list."""
    with ListStore(site.desk.settings.daemon.data_dir) as store:
        return list(store.numbers(name))


def files(site: ApiSite) -> list[Path]:
    """What lies in the folder of uploads."""
    folder = site.desk.settings.daemon.data_dir / "desk" / "uploads"
    return sorted(folder.rglob("*")) if folder.exists() else []


@pytest.fixture(autouse=True)
def _nothing_is_left(api_site: ApiSite) -> None:
    """Every test begins without uploads."""
    for upload in list(api_site.desk.uploads._there.values()):
        api_site.desk.uploads.remove(upload)


async def test_a_list_is_imported_after_a_look_and_brought_back(api_site: ApiSite) -> None:
    """What the look says comes true, who did it and out of what is told, and an older version comes back."""
    before = stored(api_site, b"".join(b"06172%05d\n" % one for one in range(1200)), "many.csv")
    async with api_site.client("lists.import") as client, api_site.client("lists.read") as reader:
        looked = await ended(client, await sent(client, b"0617200002\nnothing\n0617100003\n", force="true"))
        assert (looked["state"], looked["file"], looked["list"]) == ("looked", "november.csv", "uploaded")
        report = looked["report"]
        counts = {"read": 3, "taken": 2, "rejected": 1, "added": 1, "dropped": 1199, "before": 1200, "after": 2}
        assert {name: report[name] for name in counts} == counts
        assert report["rejected_lines"] == [{"file": "november.csv", "line": 2, "detail": "a letter"}]
        rejects = await client.get(f"/v1/imports/{looked['id']}/rejects")
        assert rejects.headers["content-type"].startswith("text/csv")
        assert "attachment" in rejects.headers["content-disposition"]
        assert rejects.text == "file,line,reason,text\r\n,2,a letter,nothing\r\n"
        address = f"/v1/imports/{looked['id']}/commit"
        for body in ({}, {"note": ""}, {"note": "x", "accept": "yes"}, {"note": "x", "more": 1}):
            assert (await client.post(address, json=body)).status_code == 422
        doubted = await client.post(address, json={"note": "of November"})
        assert (doubted.status_code, doubted.json()["type"]) == (422, "/v1/docs#refused")
        assert report["warnings"][0] in doubted.json()["detail"]
        assert len(numbers(api_site)) == 1200
        accepted = {"json": {"note": "of November", "accept": True}, "headers": {"idempotency-key": "once"}}
        commits = await asyncio.gather(*(client.post(address, **accepted) for _ in range(3)))  # type: ignore[arg-type]
        assert len({(one.status_code, one.content) for one in commits}) == 1
        done = await ended(client, commits[0])
        assert (done["state"], done["report"]["version"]) == ("imported", before + 1)
        assert numbers(api_site) == [33617100003, 33617200002]
        newest = (await reader.get("/v1/lists/uploaded/versions")).json()["versions"][0]
        assert {name: newest[name] for name in ("version", "in_force", "imported_by", "file")} == {
            "version": before + 1, "in_force": True, "imported_by": "api:lists.import", "file": "november.csv",
        }  # fmt: skip
        back = {"version": before, "note": "it was cut off"}
        rolled = await client.post("/v1/lists/uploaded/rollbacks", json=back)
        assert rolled.json() == {"list": "uploaded", "version": before}
        assert len(numbers(api_site)) == 1200


@pytest.mark.parametrize(
    ("where", "body", "wait", "faults"),
    [
        (
            "lists/uploaded", b"0617100001\nnothing\n12\n", 60,
            [("november.csv", 2, "a letter"), ("november.csv", 3, "not a number")],
        ),
        ("lists/uploaded", b"nothing\n", 0, [("november.csv", 1, "a letter")]),
        (
            "consents", (HEADING + f"0617100001,ACME,{GIVEN.replace('all', 'everything')}").encode(), 60,
            [("november.csv", 2, "items: there is no item 'everything'")],
        ),
    ],
)  # fmt: skip
async def test_a_file_that_is_refused_is_told_line_by_line(
    api_site: ApiSite,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    body: bytes,
    wait: float,
    faults: list[tuple[str, int, str]],
) -> None:
    """At once or later, the problem names file, line and what would be right, and nothing of the server's folders."""
    monkeypatch.setattr(imports, "_WAIT_S", wait)
    async with api_site.client("all") as client:
        answer = await sent(client, body, where)
        if wait:
            told = answer.json()
            assert (answer.status_code, told["type"]) == (422, "/v1/docs#file-refused")
            assert answer.headers["content-type"] == "application/problem+json"
        else:
            found = await ended(client, answer)
            told = found["problem"]
            assert (found["state"], told["type"], told["status"]) == ("refused", "/v1/docs#file-refused", 422)
            commit = await client.post(f"/v1/imports/{found['id']}/commit", json={"note": "x"})
            assert (commit.status_code, commit.json()["errors"]) == (422, told["errors"])
        lines = [(one["file"], one["line"], one["detail"]) for one in told["errors"]]
        assert [one[:2] for one in lines] == [one[:2] for one in faults]
        assert all(one[2].startswith(two[2]) for one, two in zip(lines, faults, strict=True)), lines
        assert str(api_site.desk.settings.daemon.data_dir) not in str(told)
        assert "upload-" not in str(told)
    assert files(api_site) == []


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        (f"{HEADING}0617100001,ACME,{GIVEN}0617100001,ACME,{GIVEN.replace('all', 'everything')}", 3, "items"),
        (f"\n{HEADING.replace('proof', 'evidence')}0617100001,ACME,{GIVEN}", 2, "evidence"),
        (f"{HEADING.replace('proof', 'number')}0617100001,ACME,{GIVEN}", 1, "number"),
        ("principal,goods\nACME,wine\n", 1, ""),
        (json.dumps([{"number": "0617100001", "collected_at": "2026-08-20", "robot": "perhaps"}]), 1, "robot"),
        (json.dumps([{"number": "0617100001", "collected_at": "2026-08-20", "text": "none such"}]), 1, "text"),
        (json.dumps([{"number": "1", "collected_at": ""}, {"number": "0617100001", "day": "2026-08-20"}]), 2, "day"),
    ],
)
async def test_file_line_and_column_are_fields(
    api_site: ApiSite, monkeypatch: pytest.MonkeyPatch, body: str, line: int, column: str
) -> None:
    """They are the error's own, not read out of its text: a name that looks like a place is a name."""
    monkeypatch.setattr(imports, "_WAIT_S", 60)
    name = "crm, line 7: x.csv"
    async with api_site.client("all") as client:
        told = (await sent(client, body.encode(), "consents", name=name)).json()
    (fault,) = told["errors"]
    assert (fault["file"], fault["line"], fault.get("column", "")) == (name, line, column)
    assert name not in fault["detail"]
    assert fault["detail"].endswith(("nothing was imported", "nothing was changed"))
    assert files(api_site) == []


async def test_consents_of_a_key_for_one_principal_are_of_that_one(api_site: ApiSite) -> None:
    """A record without a principal is its own, one that names another is rejected; a key for all imports any."""
    body = HEADING + f"0617200001,acme,{GIVEN}0617200002,,{GIVEN}0617200003,Other SA,{GIVEN}"
    async with api_site.client("acme") as client:
        looked = await ended(client, await sent(client, body.encode(), "consents", force="true"))
        assert (looked["state"], looked["report"]["taken"], looked["report"]["incomplete"]) == ("looked", 2, 0)
        ((_, line, why),) = [tuple(one.values()) for one in looked["report"]["rejected_lines"]]
        assert (line, why) == (4, "it names another principal than the one that this import is for")
        done = await ended(client, await client.post(f"/v1/imports/{looked['id']}/commit", json={"note": "the CRM"}))
        assert done["state"] == "imported"
        refused = await sent(client, body.encode(), "consents", principal="Other SA")
        assert (refused.status_code, refused.json()["type"]) == (403, "/v1/docs#other-principal")
    assert [whose(api_site, 33617200000 + one) for one in (1, 2, 3)] == [["acme"], ["ACME"], []]


def whose(site: ApiSite, number: int) -> list[str]:
    """Whose consents a number has."""
    data_dir = site.desk.settings.daemon.data_dir
    with ConsentStore(data_dir) as store, closing(ConsentLedger.open(data_dir)) as ledger:
        return [one.principal for one in extract_of(ledger, store, number, "")]


async def test_a_key_for_one_principal_changes_no_list(api_site: ApiSite) -> None:
    """Neither by a file nor by going back, whatever kind of list; and it sees neither who imported nor from what."""
    async with api_site.client("acme") as acme:
        for name in ("uploaded", "bloctel", "customers", "red", "nothing"):
            for answer in (
                await sent(acme, b"0617100009\n", f"lists/{name}"),
                await acme.post(f"/v1/lists/{name}/rollbacks", json={"note": "x"}),
            ):
                assert (answer.status_code, answer.json()["type"]) == (403, "/v1/docs#other-principal")
        stored(api_site, b"0617100001\n", "secret.csv")
        told = (await acme.get("/v1/lists/uploaded/versions")).json()["versions"]
        assert {(one["imported_by"], one["file"]) for one in told} == {("", "")}
        hidden, none = [await acme.get(f"/v1/lists/{name}/versions") for name in ("customers", "nothing")]
        assert (hidden.status_code, hidden.content) == (404, none.content)
    assert files(api_site) == []


async def test_an_import_is_of_the_key_that_sent_it(api_site: ApiSite) -> None:
    """To every other key, and to the desk's own sessions, there is no such thing; nor once it is thrown away."""
    async with api_site.client("all") as client, api_site.client("lists.import") as other:
        key = api_site.desk.accounts.keys.find(api_site.keys["all"])
        assert key is not None
        with api_site.desk.uploads.begin(f"key:{key.id}", "list:uploaded") as receiving:
            receiving.stream.write(b"0617100001\n")
            looked = {"id": receiving.finish("x", {}).token}
        addresses = [("GET", ""), ("POST", "/commit"), ("DELETE", ""), ("GET", "/rejects")]
        for method, more in addresses:
            body = {"note": "x"} if method == "POST" else None
            theirs = await other.request(method, f"/v1/imports/{looked['id']}{more}", json=body)
            nothing = await other.request(method, f"/v1/imports/{'0' * 32}{more}", json=body)
            assert (theirs.status_code, theirs.content) == (404, nothing.content)
        assert (await client.delete(f"/v1/imports/{looked['id']}")).status_code == 200
        for method, more in addresses:
            body = {"note": "x"} if method == "POST" else None
            gone = await client.request(method, f"/v1/imports/{looked['id']}{more}", json=body)
            assert gone.status_code == 404
    assert files(api_site) == []


class Endless:
    """A body without an end; counts what was taken of it."""

    def __init__(self, most: int) -> None:
        self.taken = 0
        self.most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < self.most:
            self.taken += 1 << 16
            yield b"0" * (1 << 16)


@pytest.mark.parametrize("declared", [True, False])
async def test_what_is_too_large_is_cut_off(api_site: ApiSite, declared: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the desk's own bound for files, before the first byte where its size is said."""
    monkeypatch.setattr(api_site.desk.uploads, "most_bytes", MB)
    body = Endless(10 * MB)
    headers = {**FILE, **({"content-length": str(10 << 30)} if declared else {})}
    async with api_site.client() as client:
        address = "/v1/lists/uploaded/imports?name=x"
        answer = await client.post(address, content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "/v1/docs#too-large")
    assert body.taken < 3 * MB
    assert files(api_site) == []


async def test_a_file_is_never_in_memory_whole(api_site: ApiSite) -> None:
    """Of 48 MB a few pieces are, at a time."""
    async with api_site.client() as client:
        tracemalloc.start()
        try:
            answer = await sent(client, Endless(48 * MB), sha256="0" * 64)  # type: ignore[arg-type]  # an iterator
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert answer.json()["type"] == "/v1/docs#file-refused"
    assert peak < 8 * MB
    assert files(api_site) == []


@pytest.mark.parametrize(
    ("kind", "body", "query", "status", "code"),
    [
        ("multipart/form-data; boundary=x", b"--x--", {}, 415, "not-file"),
        ("application/json", b"[]", {}, 415, "not-file"),
        ("application/x-www-form-urlencoded", b"file=x", {}, 415, "not-file"),
        ("text/csv", b"", {}, 422, "invalid"),
        ("", b"0617100001\n", {"sha256": "0" * 64}, 422, "file-refused"),
        ("text/csv", b"0617100001\n", {"sha256": "0"}, 422, "invalid"),
        ("text/csv", b"0617100001\n", {"name": ""}, 422, "invalid"),
        ("text/csv", b"0617100001\n", {"name": "a\nb"}, 422, "invalid"),
        ("text/csv", b"0617100001\n", {"path": "/etc/passwd"}, 422, "invalid"),
        ("text/csv", b"0617100001\n", {"by": "anna"}, 422, "invalid"),
        ("text/csv", b"0617100001\n", {"dry_run": ""}, 422, "invalid"),
        ("text/csv", b"0617100001\n", {"force": "yes"}, 422, "invalid"),
        ("text/csv", b"0617100001\n", {"source_date": "2026-11-26"}, 422, "invalid"),
        ("text/csv", b"0617100001\n", {"source_date": "1764150000"}, 422, "invalid"),
        ("text/csv", b"0617100001\n", {"country": "FRA"}, 422, "invalid"),
    ],
)
async def test_what_is_no_file_or_not_understood_is_refused(
    api_site: ApiSite, kind: str, body: bytes, query: dict[str, str], status: int, code: str
) -> None:
    """And leaves nothing behind."""
    async with api_site.client("lists.import") as client:
        asked = {"name": "x.csv", **query}
        headers = {"content-type": kind} if kind else {}
        answer = await client.post("/v1/lists/uploaded/imports", params=asked, content=body, headers=headers)
        twice = await client.post("/v1/lists/uploaded/imports?name=x&name=y", content=body, headers=FILE)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/v1/docs#{code}")
    assert twice.status_code == 422
    assert files(api_site) == []


async def test_programs_leave_room_for_people(api_site: ApiSite) -> None:
    """However many keys send files: the pages take some yet, and keys are told to come again."""
    uploads = api_site.desk.uploads
    for place in range(module.MOST_WITH_PROGRAMS):
        with uploads.begin(f"key:{place}", "list:uploaded") as receiving:
            receiving.stream.write(b"x")
            receiving.finish("x", {})
    async with api_site.client("lists.import") as client:
        answer = await sent(client, b"0617100001\n")
        assert (answer.status_code, answer.json()["type"]) == (503, "/v1/docs#no-room")
    with uploads.begin("a session", "list:uploaded") as receiving:
        assert receiving.upload.file.exists()


async def test_the_same_idempotency_key_is_one_import(api_site: ApiSite) -> None:
    """Also where both come at once; another file, or another way to read it, wants another key."""
    async with api_site.client("lists.import") as client:
        key = {**FILE, "idempotency-key": "0d2b"}
        address = "/v1/lists/uploaded/imports?name=x"
        answers = await asyncio.gather(*(client.post(address, content=b"0617100001\n", headers=key) for _ in range(3)))
        assert {one.status_code for one in answers} == {202}
        assert len({one.json()["id"] for one in answers}) == 1
        assert len([one for one in files(api_site) if one.is_file() and one.name.startswith("upload-")]) == 1
        for other, body in ((address, b"0617100002\n"), (address + "&column=1", b"0617100001\n")):
            answer = await client.post(other, content=body, headers=key)
            assert (answer.status_code, answer.json()["type"]) == (422, "/v1/docs#idempotency-key-reused")


async def test_a_commit_is_answered_again_when_its_file_has_made_room(api_site: ApiSite) -> None:
    """The client that lost the answer learns that it was imported, whatever else was sent since."""
    async with api_site.client("all") as client:
        looked = await ended(client, await sent(client, b"0617400001\n"))
        address, key = f"/v1/imports/{looked['id']}/commit", {"idempotency-key": "committed"}
        first = await client.post(address, json={"note": "x", "accept": True}, headers=key)
        await ended(client, first)
        for place in range(4):
            await ended(client, await sent(client, b"061740001%d\n" % place))
        assert (await client.get(f"/v1/imports/{looked['id']}")).status_code == 404
        again = await client.post(address, json={"note": "x", "accept": True}, headers=key)
    assert (again.status_code, again.content) == (first.status_code, first.content) == (202, first.content)


async def test_what_may_pass_is_not_remembered(api_site: ApiSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without room on the disk, or a daemon, nothing is kept; the same request with the same key is then done."""
    desk, nobody = api_site.desk, DaemonLink(api_site.daemon.folder / "nobody")
    request = {"content": b"0617100001\n", "headers": {**FILE, "idempotency-key": "again"}}
    address = "/v1/lists/uploaded/imports?name=x"
    async with api_site.client("lists.import") as client:
        with monkeypatch.context() as full:
            full.setattr(module, "SPARE", 1 << 62)
            answer = await client.post(address, **request)  # type: ignore[arg-type]
            assert (answer.status_code, answer.json()["type"]) == (503, "/v1/docs#no-room")
            assert answer.headers["retry-after"] == "60"
        with monkeypatch.context() as down:
            made = UploadImports(nobody, desk.uploads, desk.works, desk.imports._states, desk.imports._look_up)
            down.setattr(desk, "imports", made)
            answer = await client.post(address, **request)  # type: ignore[arg-type]
            assert (answer.status_code, answer.json()["type"]) == (503, "/v1/docs#import-failed")
            assert "the daemon does not run" in answer.json()["detail"]
            back = await client.post("/v1/lists/uploaded/rollbacks", json={"note": "x"})
            assert (back.status_code, back.json()["type"]) == (503, "/v1/docs#import-failed")
        assert files(api_site) == []
        answer = await client.post(address, **request)  # type: ignore[arg-type]
        assert answer.status_code == 202
