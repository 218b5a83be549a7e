"""Uploads: bounded while they are read, named at random, of one session, and gone after use, an hour, or a restart."""

import asyncio
import contextlib
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gatekeeper.desk.desk import Desk
from gatekeeper.errors import FormError
from gatekeeper.uploads import store as module
from gatekeeper.uploads.store import MB, Uploads, shown_name
from gatekeeper.uploads.work import DeskWork
from tests.desk.site import DeskSite, heading

BOUNDARY = "b0undary"
MULTIPART = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def opening(filename: str = "x.csv") -> bytes:
    """How a form with a file begins."""
    disposition = f'Content-Disposition: form-data; name="file"; filename="{filename}"'
    return f"--{BOUNDARY}\r\n{disposition}\r\n\r\n".encode()


class Endless:
    """A body without an end; counts what was taken of it."""

    def __init__(self, most: int) -> None:
        self.taken = 0
        self.most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield opening()
        while self.taken < self.most:
            self.taken += 1 << 16
            yield b"0" * (1 << 16)


@pytest.fixture
def small(desk_site: DeskSite) -> DeskSite:
    """A site whose bound is a megabyte."""
    desk_site.desk.uploads.most_bytes = MB
    return desk_site


def files(site: DeskSite) -> list[Path]:
    """What lies in the folder of uploads."""
    folder = site.settings.daemon.data_dir / "desk" / "uploads"
    return sorted(folder.rglob("*")) if folder.exists() else []


async def test_what_says_that_it_is_too_large_is_not_read(small: DeskSite) -> None:
    """Ten gigabytes are refused before their first byte."""
    body = Endless(0)
    async with small.visiting("officer") as client:
        headers = {**MULTIPART, "content-length": str(10 << 30)}
        answer = await client.post("/lists/red/imports", headers=headers, content=body)
    assert (answer.status_code, heading(answer.text)) == (422, "This did not work")
    assert "the file is larger than this desk takes" in answer.text
    assert files(small) == []


async def test_what_does_not_say_so_is_cut_at_the_bound(small: DeskSite) -> None:
    """A body without an end is read no further than the bound, and leaves nothing."""
    body = Endless(1 << 30)
    async with small.visiting("officer") as client:
        answer = await client.post("/lists/red/imports", headers=MULTIPART, content=body)
    assert answer.status_code == 422
    assert body.taken < 3 * MB
    assert files(small) == []


async def test_a_real_desk_cuts_it_off_while_it_comes(small: DeskSite, tmp_path: Path) -> None:
    """The process answers, closes the connection, keeps nothing on the disk, and serves the next page."""
    small.config.write_text(small.config.read_text() + "max_upload_mb = 1\n")
    with small.serving() as url:
        async with httpx.AsyncClient(base_url=url, headers={"origin": url}, trust_env=False) as client:
            form = {"name": "officer", "password": "four unrelated words here"}
            assert (await client.post("/sign-in", data=form)).status_code == 303
            body = Endless(10 << 30)
            try:
                answer = await client.post("/lists/red/imports", headers=MULTIPART, content=body, timeout=60)
            except httpx.TransportError:
                pass  # it closed while we wrote, and the kernel says no more
            else:
                assert answer.status_code == 422
            assert body.taken < 64 * MB
            assert (await client.get("/lists")).status_code == 200
    assert files(small) == []


BODIES = {
    "no file": (b'--b0undary\r\nContent-Disposition: form-data; name="why"\r\n\r\nx\r\n--b0undary--\r\n', 422),
    "empty": (opening() + b"\r\n--b0undary--\r\n", 422),
    "cut off": (opening() + b"0612345678\n", 422),
    "no form": (b"nothing of the kind", 400),
    "two files": (opening() + b"x\r\n" + opening() + b"y\r\n--b0undary--\r\n", 400),
    "a long field": (
        b'--b0undary\r\nContent-Disposition: form-data; name="x"\r\n\r\n' + b"y" * 100_000 + b"\r\n--b0undary--\r\n",
        400,
    ),
    "many fields": (
        b'--b0undary\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n' * 40 + b"--b0undary--\r\n",
        400,
    ),
    "long headers": (b"--b0undary\r\n" + b"X: y\r\n" * 100_000 + b"\r\n", 400),
    "no name": (b"--b0undary\r\nContent-Disposition: form-data\r\n\r\ny\r\n--b0undary--\r\n", 400),
}


@pytest.mark.parametrize("case", BODIES)
async def test_what_is_no_form_with_a_file_is_refused(desk_site: DeskSite, case: str) -> None:
    """And leaves nothing behind."""
    body, status = BODIES[case]
    async with desk_site.visiting("officer") as client:
        answer = await client.post("/lists/red/imports", headers=MULTIPART, content=body)
        assert answer.status_code == status
        other = await client.post("/lists/red/imports", data={"file": "x"})
        assert (other.status_code, "as a form with a file in it" in other.text) == (415, True)
        unread = {"zone": "Europe/Paris", "delimiter": "x" * 9}
        wrong = await client.post("/consents/imports", files={"file": ("x.csv", b"number\n")}, data=unread)
        assert wrong.status_code == 422
    assert files(desk_site) == []


@pytest.mark.parametrize(
    "name", ["../../../stray", "/etc/stray", "..\\..\\stray", "a\0b", "x" * 3000, "<script>alert(1)</script>.csv", ""]
)
async def test_a_file_name_is_no_path(desk_site: DeskSite, name: str) -> None:
    """Whatever it is, the file lies where uploads lie, and the page shows its name escaped."""
    async with desk_site.visiting("officer") as client:
        sent = {"file": (name or "x", b"0612345678\n")}
        answer = await client.post("/lists/red/imports", files=sent)
        assert answer.status_code == 303
        page = await client.get(answer.headers["location"])
    assert "<script>" not in page.text
    assert not list(desk_site.folder.rglob("stray*"))
    (upload,) = desk_site.desk.uploads._there.values()
    assert upload.file.parent == desk_site.settings.daemon.data_dir / "desk" / "uploads" / upload.token
    assert upload.file.name == f"upload-{upload.token[:12]}"
    # No daemon could look at it, so it is of no use.
    assert files(desk_site) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("november.csv", "november.csv"),
        ("C:\\Users\\anna\\november.csv", "november.csv"),
        ("a/b/../c", "c"),
        ("x\r\ny\x1b[31m\u202etxt", "x y [31m txt"),
        ("/", "upload"),
        ("é" * 500, "é" * 120),
    ],
)
def test_a_file_name_as_it_is_shown(name: str, shown: str) -> None:
    """Its last part, without what can't be seen."""
    assert shown_name(name) == shown


async def test_an_upload_is_of_its_session(desk_site: DeskSite) -> None:
    """Nobody else sees it, nor the same person who has signed in once more; nor is it of another list."""
    async with desk_site.visiting("officer") as client, desk_site.visiting("officer") as second:
        answer = await client.post("/lists/red/imports", files={"file": ("x", b"0612345678\n")})
        where = answer.headers["location"]
        assert (await client.get(where)).status_code == 200
        for other, address in ((second, where), (client, where.replace("red", "blue")), (client, where[:-1] + "0z")):
            for got in (await other.get(address), await other.post(address, data={"why": "x"})):
                assert got.status_code == 404
        async with desk_site.visiting("admin") as third:
            assert (await third.get(where)).status_code == 404
        async with desk_site.visiting("reader") as fourth:
            assert (await fourth.get(where)).status_code == 403


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    """Those of a desk that keeps them for a moment."""
    return Uploads(tmp_path / "desk" / "uploads", MB, hold_s=0.05)


def put(uploads: Uploads, content: bytes = b"x", owner: str = "s", purpose: str = "p") -> Any:
    """Deliver something."""
    with uploads.begin(owner, purpose) as receiving:
        receiving.stream.write(content)
        return receiving.finish("x", {})


async def test_it_is_removed_after_its_time(uploads: Uploads) -> None:
    """Unless somebody works with it: then when that has ended."""
    kept, busy = put(uploads), put(uploads)
    assert kept.file.parent.stat().st_mode & 0o077 == kept.file.stat().st_mode & 0o077 == 0
    busy.look = DeskWork()
    await asyncio.sleep(0.08)
    assert not kept.file.exists()
    assert uploads.find(kept.token, "s", "p") is None
    assert busy.file.exists()
    busy.look.end("done")
    await asyncio.sleep(0.08)
    assert not busy.file.exists()


async def test_what_an_earlier_process_left_is_removed_at_the_start(desk_site: DeskSite) -> None:
    """Links are removed, and not followed."""
    kept = put(desk_site.desk.uploads)
    outside = desk_site.folder / "outside"
    outside.mkdir()
    (outside / "file").touch()
    kept.file.parent.with_name("link").symlink_to(outside)
    (kept.file.parent / "inner").symlink_to(outside)
    Desk(desk_site.settings).close()
    assert files(desk_site) == []
    assert (outside / "file").exists()


async def test_a_session_has_some_and_all_together_have_some(uploads: Uploads) -> None:
    """The oldest of one's own makes room; somebody else's does not."""
    own = [put(uploads) for _ in range(module.MOST_OF_ONE + 1)]
    assert [one.file.exists() for one in own] == [False] + [True] * module.MOST_OF_ONE
    for place in range(module.MOST - module.MOST_OF_ONE):
        put(uploads, owner=f"other {place}")
    with pytest.raises(FormError, match="too many files"):
        put(uploads, owner="late")
    put(uploads)


async def test_a_session_has_no_more_files_on_their_way_than_it_may_keep(uploads: Uploads) -> None:
    """One person's slow line keeps nobody else from delivering."""
    with contextlib.ExitStack() as coming:
        for _ in range(module.MOST_OF_ONE):
            coming.enter_context(uploads.begin("s", "p"))
        with pytest.raises(FormError, match="are coming already"):
            uploads.begin("s", "p")
        put(uploads, owner="other")
    put(uploads)


async def test_the_disk_keeps_room_for_the_journal(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is none, nothing is taken; also where it goes while a file comes."""
    put(uploads)
    monkeypatch.setattr(module, "_LOOK_EVERY", 10)
    with uploads.begin("s", "p") as receiving:
        monkeypatch.setattr(module, "SPARE", 1 << 62)
        with pytest.raises(FormError, match="no room"):
            receiving.check(100)
    with pytest.raises(FormError, match="no room"):
        put(uploads)


def workbook() -> bytes:
    """A zip that is one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
    return buffer.getvalue()


@pytest.mark.parametrize(("content", "ending"), [(workbook(), ".xlsx"), (b"PK\3\4 nothing", ""), (b"a;b\n", "")])
async def test_a_workbook_is_known_by_what_is_in_it(uploads: Uploads, content: bytes, ending: str) -> None:
    """And not by its name: readers of contacts go by the ending."""
    assert put(uploads, content).file.suffix == ending
