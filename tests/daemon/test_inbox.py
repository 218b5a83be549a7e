"""The watched inbox, with real imports in processes of their own."""

import asyncio
import contextlib
import errno
import io
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from gatekeeper.config import Settings, load
from gatekeeper.daemon.inbox import build_inbox
from gatekeeper.intake import inbox as inbox_module
from gatekeeper.intake.inbox_folder import REPORT, Claim, InboxFolder
from gatekeeper.lists import ListIndex, ListStore
from gatekeeper.storage import FileLock
from gatekeeper.words import NARROW
from lab.daemon import GatekeeperDaemon
from lab.processes import wait_until
from tests.standing_clock import StandingClock

CONFIG = """
[inbox]
enabled = true
folder = "{folder}"
settle_seconds = 2

[lists.bloctel]
kind = "opposition"

[lists.us]
format = "ftc"
inbox = ["us-*"]
changes = ["us-changes-*"]
changes_format = "ftc-changes"

[lists.washed]
kind = "wash"
format = "bloctel-return"

[lists.hk]
format = "hongkong"

[lists.be]
format = "belgium"
"""
A, B = 33612345678, 33761234567


class Site:
    """A configuration with its inbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "inbox"
        self.data_dir = folder / "data"
        path = folder / "gatekeeper.toml"
        path.write_text(f'[daemon]\ndata_dir = "{self.data_dir}"\n' + CONFIG.format(folder=self.folder))
        self.settings: Settings = load(path, {})
        self.clock = StandingClock(1000.0)
        self.inbox = build_inbox(self.settings, self.clock)
        self.round()

    def round(self, seconds: float = 0.0) -> None:
        """Look at the inbox after so much time."""
        self.clock.now += seconds
        asyncio.run(self.inbox.round())

    def put(self, name: str, content: bytes = b"0612345678\n0761234567\n") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def names(self, folder: str) -> list[str]:
        """Of the files in `done` or `failed`, without the time before them and without reports."""
        return sorted(p.name.partition("-")[2] for p in (self.folder / folder).iterdir() if not p.name.endswith(REPORT))

    def report(self, folder: str) -> str:
        (path,) = (self.folder / folder).glob("*" + REPORT)
        return path.read_text()

    def numbers(self, name: str) -> list[int]:
        with ListStore(self.data_dir) as store:
            return list(store.numbers(name))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """One with nothing in it."""
    return Site(tmp_path)


def test_a_file_is_imported_when_it_has_settled(site: Site) -> None:
    """Into the list of its folder, with a report in `done`."""
    site.put("bloctel/list.txt")
    site.round()
    site.round(1.0)
    assert site.names("done") == []
    site.round(1.0)
    assert site.names("done") == ["list.txt"]
    assert site.numbers("bloctel") == [A, B]
    report = site.report("done")
    assert "imported / importé" in report
    assert "pourquoi" not in report
    assert "bloctel" in report


def test_a_file_that_still_grows_is_waited_for(site: Site) -> None:
    """Every change begins its time anew."""
    path = site.put("bloctel/list.txt")
    for step in range(4):
        site.round(1.5)
        with path.open("ab") as file:
            file.write(b"06%08d\n" % (99000000 + step))
    site.round(1.5)
    assert site.names("done") == []
    site.round(2.0)
    assert len(site.numbers("bloctel")) == 6


@pytest.mark.parametrize(
    "name",
    [
        "lists.sqlite3",
        "lists.sqlite3-wal",
        "lists.sqlite3.migrate-lock",
        "lists.bell",
        "serve.lock",
        "x.writer-lock",
        "3.bloom",
    ],
)
def test_databases_and_locks_are_never_taken(site: Site, name: str) -> None:
    """Whatever folder somebody has made the inbox."""
    path = site.put(name)
    site.round()
    site.round(2.0)
    assert path.exists()


def test_a_delivery_that_is_named_after_a_database_is_taken(site: Site) -> None:
    """Only what ends as one of the stores' files is left alone."""
    path = site.put("bloctel.sqlite3.csv")
    site.round()
    site.round(2.0)
    assert not path.exists()


def test_the_format_is_that_of_the_list(site: Site) -> None:
    """Found by the pattern of its name."""
    site.put("us-2026-11.txt", b"212,5550123\n")
    site.round()
    site.round(2.0)
    assert site.numbers("us") == [12125550123]


def test_change_lists_are_laid_over_the_list(site: Site) -> None:
    """Those that the list's patterns name, in the order in which they came."""
    site.put("us-full.txt", b"212,5550123\n212,5550124\n")
    site.round()
    site.round(2.0)
    site.put("us-changes-1.txt", b"212,5550125,A\n212,5550123,D\n")
    site.round()
    site.round(2.0)
    assert site.numbers("us") == [12125550124, 12125550125]
    site.put("us/us-changes-2.txt", b"212,5550124,D\n212,5550126,A\n")
    site.round()
    site.round(2.0)
    assert site.numbers("us") == [12125550125, 12125550126]
    assert site.names("failed") == []


def test_a_change_list_that_is_not_named_as_one_does_not_replace_the_list(site: Site) -> None:
    """The report says what it is, and with which format it would be taken."""
    site.put("us-full.txt", b"212,5550123\n212,5550124\n")
    site.round()
    site.round(2.0)
    site.put("us-daily.txt", b"212,5550125,A\n212,5550123,D\n")
    site.round()
    site.round(2.0)
    assert site.numbers("us") == [12125550123, 12125550124]
    assert "ftc-changes" in site.report("failed")


def test_a_wash_return_clears_its_numbers(site: Site) -> None:
    """A number that came back as callable may be called; one that came back marked is listed."""
    site.put("washed/retour.csv", b"Telephone;Identifiant;Statut\n0612345678;1;OK\n0761234567;2;KO\n")
    site.round()
    site.round(2.0)
    assert site.names("done") == ["retour.csv"]
    now = time.time_ns() // 1000
    with contextlib.closing(ListIndex.open(site.data_dir)) as index:
        assert index.cleared(A, "washed", now)
        assert not index.cleared(B, "washed", now)
        assert index.find(B, ("washed",)) is not None


def test_a_list_that_shrinks_beyond_its_limit_fails(site: Site) -> None:
    """It takes a person to accept that; the list in force stays."""
    site.put("bloctel/full.txt", b"".join(b"06%08d\n" % (10_000_000 + n) for n in range(2000)))
    site.round()
    site.round(2.0)
    site.put("bloctel/half.txt", b"".join(b"06%08d\n" % (10_000_000 + n) for n in range(1000)))
    site.round()
    site.round(2.0)
    assert len(site.numbers("bloctel")) == 2000
    assert site.names("failed") == ["half.txt"]
    assert "shrinks by 50.0%" in site.report("failed")
    assert re.search(rf"\n {{42}} .*diminue de 50,0{NARROW}%", site.report("failed"))


def test_a_file_that_can_not_be_imported_fails_with_its_reason(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """And the list in force stays; the log says so, on one line, without escapes."""
    site.put("bloctel/good.txt")
    site.round()
    site.round(2.0)
    site.put("bloctel/\x1b[31mbad\n.pdf", b"%PDF-1.7")
    site.round()
    site.round(2.0)
    assert site.numbers("bloctel") == [A, B]
    assert "is a PDF" in site.report("failed")
    assert "est un PDF" in site.report("failed")
    failure = next(record.getMessage() for record in caplog.records if record.levelname == "ERROR")
    assert "is a PDF" in failure
    assert "\x1b" not in failure
    assert "\n" not in failure


def test_a_full_disk_is_not_filled_with_reports(site: Site) -> None:
    """Where a report finds no room, nothing is left of it: each would be told as a file that failed."""
    claim, folder = Claim(site.put("bloctel/file.csv"), "bloctel"), InboxFolder(site.folder, {})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            folder.finish(claim, "failed", "x" * 200_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list((site.folder / "failed").iterdir()) == []
    assert claim.path.exists()


def test_the_name_of_a_file_that_can_not_be_moved_is_shown_on_one_line(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As all names are: it could forge a line of the log, and of what is told of the daemon's health."""

    def refuse() -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", "/inbox/a\nb\udcff.csv")

    monkeypatch.setattr(site.inbox._folder, "prepare", refuse)
    with contextlib.suppress(TimeoutError):
        asyncio.run(asyncio.wait_for(site.inbox.watch(), 0.05))
    (told,) = [record.getMessage() for record in caplog.records if "can't be used" in record.getMessage()]
    assert told.endswith(r"/inbox/a\x0ab\udcff.csv: Operation not permitted")


def test_a_file_of_no_list_fails_with_what_to_do(site: Site) -> None:
    """Rather than lie there unseen."""
    site.put("stray.csv")
    site.round()
    site.round(2.0)
    assert site.names("failed") == ["stray.csv"]
    assert "no list has a pattern for its name" in site.report("failed")
    assert "aucune liste n’a de motif pour ce nom" in site.report("failed")


def test_a_link_fails_and_what_it_points_to_is_not_read(site: Site, tmp_path: Path) -> None:
    """Nobody who may write to the inbox has the daemon read another file."""
    (tmp_path / "secret").write_text("0612345678\n")
    (site.folder / "bloctel" / "x.txt").symlink_to(tmp_path / "secret")
    site.round()
    site.round(2.0)
    assert "it is a link or a device" in site.report("failed")
    with ListStore(site.data_dir) as store:
        assert all(status.name == "red" for status in store.status())


def test_an_import_that_runs_already_is_waited_for(site: Site) -> None:
    """The file is not at fault, and is imported later."""
    site.put("bloctel/first.txt", b"0612345678\n")
    site.round()
    site.round(2.0)
    lock = FileLock(site.data_dir / "lists" / "bloctel" / "import.lock")
    assert lock.take(wait=False)
    site.put("bloctel/second.txt")
    site.round()
    site.round(2.0)
    assert (site.names("failed"), site.numbers("bloctel")) == ([], [A])
    lock.release()
    site.round(1.0)
    assert site.numbers("bloctel") == [A]
    site.round(inbox_module.RETRY_SECONDS)
    assert site.numbers("bloctel") == [A, B]


def test_what_a_killed_daemon_had_begun_is_begun_anew(site: Site) -> None:
    """A file that was claimed is imported at the next start."""
    site.put("bloctel/list.txt")
    work = site.folder / ".work" / "bloctel"
    work.mkdir()
    (site.folder / "bloctel" / "list.txt").rename(work / "list.txt")
    site.round()
    assert site.names("done") == ["list.txt"]
    assert site.numbers("bloctel") == [A, B]


def test_a_file_waits_for_the_sum_that_its_format_demands(site: Site) -> None:
    """For a while; without it, it fails."""
    import hashlib

    text = b"21234567,20240315\n90123456,20240401\n"
    site.put("hk/a.txt", text)
    site.round()
    site.round(10.0)
    assert (site.names("done"), site.names("failed")) == ([], [])
    site.put("hk/a.txt.sha256", hashlib.sha256(text).hexdigest().encode())
    site.round()
    assert site.names("done") == ["a.txt", "a.txt.sha256"]
    site.put("hk/b.txt", text)
    site.round()
    site.round(inbox_module.SUM_SECONDS)
    assert "must come with its SHA-256" in site.report("failed")


def test_a_file_that_is_written_to_while_it_is_read_is_not_put_in_force(site: Site) -> None:
    """Its writer may hold it open, whatever its name is by now."""
    path = site.folder / ".work" / "big.txt"
    path.write_bytes(b"".join(b"06%08d\n" % number for number in range(2_000_000)))
    request = {"config": str(site.settings.file), "list": "bloctel", "file": str(path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "gatekeeper.daemon.importing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    started = time.monotonic()
    while process.poll() is None and time.monotonic() - started < 60:
        with path.open("ab") as file:
            file.write(b"0612345678\n")
        time.sleep(0.05)
    assert json.loads(process.stdout.read())["ending"] == "changed"
    process.stdin.close()
    process.stdout.close()
    process.wait()
    with ListStore(site.data_dir) as store:
        assert next(status.version for status in store.status() if status.name == "bloctel") == 0


def test_a_real_daemon_imports_and_goes_on_after_being_killed(tmp_path: Path) -> None:
    """Killed with SIGKILL in the middle of an import: its child is gone too, and the next daemon imports the file."""
    folder = tmp_path / "inbox"
    with GatekeeperDaemon(tmp_path / "gk", config=CONFIG.format(folder=folder).replace("= 2", "= 1")) as daemon:
        wait_until((folder / "bloctel").is_dir, 30, "the inbox to be there")
        aside = folder / "bloctel" / "list.txt.part"
        aside.write_bytes(b"".join(b"06%08d\n" % number for number in range(10_000_000, 13_000_000)))
        aside.rename(folder / "bloctel" / "list.txt")
        wait_until((folder / ".work" / "bloctel" / "list.txt").exists, 30, "the file to be claimed")
        wait_until(lambda: bool(children(daemon.pid)), 60, "the child")
        (child,) = children(daemon.pid)
        daemon.kill()
        wait_until(lambda: not alive(child), 60, "the child to be gone")
        assert list((folder / "done").iterdir()) == []
        daemon.start()
        wait_until(lambda: len(list((folder / "done").iterdir())) == 2, 120, "the file to be imported")
        daemon.stop()
        with ListStore(daemon.data_dir) as store:
            assert [status.count for status in store.status() if status.name == "bloctel"] == [3_000_000]


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(text) for text in found.stdout.split()]


def alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize(
    ("folder", "content", "says"),
    [
        (
            "bloctel",
            b"tel;x\n" + b"0612345678;\n" * 300 + b"0612345678;0761234567\n",
            "1 number in column 'x' (1) was not taken",
        ),
        ("be", b"0470123456;2062-01-01\n", "every date in it is to come"),
        ("bloctel", b"change,number\nadded,+33612345678\n", "--format changes"),
    ],
)
def test_what_the_command_refuses_the_inbox_refuses(site: Site, folder: str, content: bytes, says: str) -> None:
    """With the same words in its report."""
    site.put(f"{folder}/x.csv", content)
    site.round()
    site.round(3)
    assert says in next((site.folder / "failed").glob("*.report.txt")).read_text()


def test_the_report_tells_what_the_command_tells(site: Site) -> None:
    """Of when the source is, and what was not read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("README.txt", "Read me")
        archive.writestr("list.dat", "0470123456;2024-06-28\nx;2024-06-27\n")
        archive.writestr("more", "".join(f"04701234{n};2024-06-28\n" for n in range(57, 80)))
    site.put("be/list.zip", buffer.getvalue())
    site.round()
    site.round(3)
    report = next((site.folder / "done").glob("*.report.txt")).read_text()
    assert re.search(r"not read / non lus +README.txt\n", report)
    assert re.search(
        r"to know / à savoir +the source is of 2024-06-28, the latest date in it\n"
        r" {42} la source est du 2024-06-28, .*\n",
        report,
    )
    assert re.search(r"set aside / mises de côté +1\n", report)
    with ListStore(site.data_dir) as store:
        assert store.versions("be")[0].source_date is not None
