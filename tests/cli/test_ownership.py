"""Who owns what the commands leave: always the data folder's owner, whoever ran them and with whatever umask."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.cli.app import command
from lab.site import REPOSITORY
from tests.cli.writing_commands import CONFIG, FILES, GOES_ON, TRIED_ELSEWHERE, WRITES, WRITES_NOT

OWNER, GROUP, MEMBER, OTHER = 12345, 12346, 23456, 23457
AS_ROOT = os.geteuid() == 0


def others_may_read(path: Path) -> bool:
    """Whether any user can come to what is in a folder."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


AS_SOMEBODY_ELSE = pytest.mark.skipif(
    not AS_ROOT or not all(map(others_may_read, (Path(sys.base_prefix).resolve(), REPOSITORY, Path(sys.prefix)))),
    reason="only root can run a command as somebody else, who has to be able to read this Python and this folder",
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can look into, which pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="gatekeeper-owned-"))
    made.chmod(0o755)
    (made / "g.toml").write_text(CONFIG.format(folder=made))
    for name, text in FILES.items():
        (made / name).write_text(text)
    (made / "data").mkdir()
    for path in made.iterdir():
        path.chmod(0o644 if path.is_file() else 0o750)
    yield made
    shutil.rmtree(made)


def run(folder: Path, umask: int, whom: str = "", names: Iterable[str] = ()) -> None:
    """Run all commands, or some, in a process of its own."""
    arguments = [sys.executable, "-m", "tests.cli.writing_commands", str(folder), *([whom, *names] if whom else [])]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=60, umask=umask)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout[-2000:] + done.stderr[-3000:]


def left(folder: Path) -> list[tuple[Path, os.stat_result]]:
    """All that is in the data folder."""
    return [(path, path.lstat()) for path in sorted((folder / "data").rglob("*"))]


def wrong(folder: Path, *, owners: set[int], files: int) -> list[str]:
    """What others may use, or the daemon may not."""
    found = []
    for path, state in left(folder):
        mode = stat.S_IMODE(state.st_mode)
        by_group = path.is_dir() or state.st_uid == (folder / "data").stat().st_uid or mode & 0o040
        if state.st_uid not in owners or mode & 0o007 or not by_group or (path.is_file() and mode & ~files):
            found.append(f"{path} {state.st_uid}:{state.st_gid} {mode:o}")
    return found


def leaves(one: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The commands of the command line."""
    if not hasattr(one, "commands"):
        yield " ".join(path)
        return
    for name, below in one.commands.items():
        yield from leaves(below, (*path, name))


def test_each_command_is_known_to_write_or_not() -> None:
    """A new command has to say on which side it is, and is tried if it writes."""
    assert set(leaves(command())) == {*WRITES, *WRITES_NOT, *TRIED_ELSEWHERE}


def test_an_open_umask_opens_nothing(folder: Path) -> None:
    """Under a umask of 0 nothing is readable for others, nor writable for a group that may only read."""
    run(folder, 0)
    assert not wrong(folder, owners={os.geteuid()}, files=0o640)
    assert {path.name for path, _ in left(folder)} >= {
        "lists.sqlite3",
        "journal.sqlite3",
        "consents.sqlite3",
        "1.bloom",
    }


@AS_SOMEBODY_ELSE
def test_what_root_leaves_is_the_owners(folder: Path) -> None:
    """With a umask of 027: the daemon's user can go on with all of it."""
    os.chown(folder / "data", OWNER, GROUP)
    run(folder, 0o027)
    assert not wrong(folder, owners={OWNER}, files=0o640)
    run(folder, 0o027, f"{OWNER}:{GROUP}", GOES_ON)


@AS_SOMEBODY_ELSE
@pytest.mark.parametrize("mode", [0o2770, 0o770])
def test_what_a_member_leaves_is_the_groups(folder: Path, mode: int) -> None:
    """Also where the folder does not pass its group on; databases can be written by all of the group."""
    os.chown(folder / "data", OWNER, GROUP)
    (folder / "data").chmod(mode)
    run(folder, 0o077, f"{MEMBER}:{OTHER}:{GROUP}")
    assert not wrong(folder, owners={MEMBER}, files=0o660)
    assert [str(path) for path, state in left(folder) if state.st_gid != GROUP] == []
    run(folder, 0o027, f"{OWNER}:{GROUP}", GOES_ON)


@pytest.mark.skipif(not AS_ROOT, reason="only root can give files away")
def test_init_puts_right_what_an_earlier_version_left(folder: Path) -> None:
    """Files of root's that nobody else may read are given to the owner; links are not followed."""
    run(folder, 0o027)
    (folder / "outside").write_text("")
    (folder / "data" / "link").symlink_to(folder / "outside")
    os.link(folder / "outside", folder / "data" / "second-name")
    for path, _ in left(folder):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o600)
    os.chown(folder / "data", OWNER, GROUP)
    arguments = [sys.executable, "-m", "gatekeeper", "--config", str(folder / "g.toml"), "init", "--keep"]
    subprocess.run(arguments, check=True, capture_output=True, timeout=60)
    assert (folder / "outside").stat().st_uid == 0
    for name in ("link", "second-name"):
        (folder / "data" / name).unlink()
    assert not wrong(folder, owners={OWNER}, files=0o640)
