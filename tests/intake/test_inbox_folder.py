"""The inbox on disk: what is taken out of it, and what is left alone."""

import os
from pathlib import Path

import pytest

from gatekeeper.intake.inbox_folder import DONE, FAILED, REPORT, WORK, InboxFolder

PATTERNS = {"red": (), "bloctel": ("retour_*.csv", "*.OK"), "us": ("*.zip",)}


@pytest.fixture
def inbox(tmp_path: Path) -> InboxFolder:
    """One with its folders."""
    folder = InboxFolder(tmp_path / "inbox", PATTERNS)
    folder.prepare()
    return folder


def put(inbox: InboxFolder, name: str, content: bytes = b"0612345678\n") -> Path:
    """A file in it."""
    path = inbox.folder / name
    path.write_bytes(content)
    return path


NAMES = [
    # By pattern, in whatever case, and by folder.
    ("retour_2026.csv", "bloctel"),
    ("RETOUR_x.CSV", "bloctel"),
    ("x.ok", "bloctel"),
    ("a.zip", "us"),
    ("us/anything", "us"),
    ("red/retour_2026.csv", "red"),
    # Nobody's.
    ("list.csv", ""),
    # Odd names.
    ("us/ spaces ", "us"),
    ("us/-rf", "us"),
    ("us/a\nb\x1b[31m.txt", "us"),
    ("us/é\udcff.txt", "us"),
    ("us/" + "x" * 251 + ".txt", "us"),
    ("us/$(id);`id`'\"", "us"),
    ("us/*", "us"),
]


@pytest.mark.parametrize(("name", "owner"), NAMES)
def test_a_file_is_its_list_s_and_comes_through_with_its_report(inbox: InboxFolder, name: str, owner: str) -> None:
    """Whatever its name is made of."""
    path = put(inbox, name)
    (arrival,) = inbox.arrivals()
    assert (arrival.path, arrival.list, arrival.regular) == (path, owner, True)
    claim = inbox.claim(arrival)
    assert claim is not None
    assert (inbox.arrivals(), inbox.claimed()) == ([], [claim])
    moved = inbox.finish(claim, DONE, "good\udcff")
    assert moved.parent == inbox.folder / DONE
    assert moved.read_bytes() == b"0612345678\n"
    assert Path(str(moved) + REPORT).read_text().startswith("good")
    assert inbox.claimed() == []


@pytest.mark.parametrize(
    "name", [".hidden", "x.part", "x.tmp", "x.filepart", "x.crdownload", "x~", "done/x", "failed/x", "x.zip.sha256"]
)
def test_what_is_not_finished_or_not_for_us_is_left_alone(inbox: InboxFolder, name: str) -> None:
    """Names of uploads that are renamed at their end, checksums without their file, what was done."""
    put(inbox, name)
    assert inbox.arrivals() == []


def test_what_is_claimed_comes_back_oldest_first(inbox: InboxFolder) -> None:
    """As it arrived, whatever the names: a newer wash return must not come before an older one."""
    for age, name in enumerate(("retour_b.csv", "retour_c.csv", "retour_a.csv")):
        os.utime(put(inbox, name), (1_000_000 - age,) * 2)
    arrived = inbox.arrivals()
    assert [arrival.path.name for arrival in arrived] == ["retour_a.csv", "retour_c.csv", "retour_b.csv"]
    claims = [inbox.claim(arrival) for arrival in arrived]
    assert inbox.claimed() == claims


def test_a_link_is_no_file(inbox: InboxFolder, tmp_path: Path) -> None:
    """Nor is a pipe, nor a folder that is a link; what a link points to is not touched."""
    secret = tmp_path / "secret"
    secret.write_text("0612345678\n")
    (inbox.folder / "us" / "link").symlink_to(secret)
    os.mkfifo(inbox.folder / "us" / "pipe")
    (inbox.folder / "bloctel").rmdir()
    (inbox.folder / "bloctel").symlink_to(tmp_path)
    arrivals = inbox.arrivals()
    assert [arrival.regular for arrival in arrivals] == [False, False, False]
    for arrival in arrivals:
        claim = inbox.claim(arrival)
        assert claim is not None
        inbox.finish(claim, FAILED, "")
    assert secret.read_text() == "0612345678\n"
    assert not secret.is_symlink()


def test_a_file_that_vanishes_is_no_trouble(inbox: InboxFolder) -> None:
    """Before it is claimed, or after."""
    path = put(inbox, "us/a")
    (arrival,) = inbox.arrivals()
    path.unlink()
    assert inbox.claim(arrival) is None
    put(inbox, "us/a")
    claim = inbox.claim(inbox.arrivals()[0])
    assert claim is not None
    claim.path.unlink()
    with pytest.raises(FileNotFoundError):
        inbox.finish(claim, DONE, "")


def test_files_of_one_name_do_not_overwrite_each_other(inbox: InboxFolder) -> None:
    """Neither at work nor when they are done."""
    for content in (b"1", b"2", b"3"):
        put(inbox, "us/a.txt", content)
        (arrival,) = inbox.arrivals()
        claim = inbox.claim(arrival)
        assert claim is not None
        put(inbox, "us/a.txt", b"later")
        assert inbox.claim(inbox.arrivals()[0]) is None
        assert not inbox.give_back(claim)
        inbox.finish(claim, DONE, "")
        (inbox.folder / "us" / "a.txt").unlink()
    done = [path for path in (inbox.folder / DONE).iterdir() if not path.name.endswith(REPORT)]
    assert sorted(path.read_bytes() for path in done) == [b"1", b"2", b"3"]


def test_a_checksum_goes_where_its_file_goes(inbox: InboxFolder) -> None:
    """To work, back, and to done."""
    put(inbox, "us/a.zip")
    put(inbox, "us/a.zip.sha256", b"sum")
    (arrival,) = inbox.arrivals()
    assert inbox.has_sum(arrival.path)
    claim = inbox.claim(arrival)
    assert claim is not None
    assert (claim.path.parent / "a.zip.sha256").read_bytes() == b"sum"
    assert inbox.give_back(claim)
    assert (inbox.folder / "us" / "a.zip.sha256").read_bytes() == b"sum"
    claim = inbox.claim(inbox.arrivals()[0])
    assert claim is not None
    moved = inbox.finish(claim, DONE, "")
    assert moved.with_name(moved.name + ".sha256").read_bytes() == b"sum"


def test_work_is_for_the_daemon_alone(inbox: InboxFolder) -> None:
    """Nobody exchanges a file between the look at it and its import."""
    assert (inbox.folder / WORK).stat().st_mode & 0o077 == 0


def test_what_a_killed_daemon_had_claimed_is_found(inbox: InboxFolder) -> None:
    """By the next one, with its list."""
    put(inbox, "retour_1.csv")
    put(inbox, "list.csv")
    for arrival in inbox.arrivals():
        inbox.claim(arrival)
    again = InboxFolder(inbox.folder, PATTERNS)
    again.prepare()
    found = {(claim.path.name, claim.list) for claim in again.claimed()}
    assert found == {("retour_1.csv", "bloctel"), ("list.csv", "")}
