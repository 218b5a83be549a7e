"""`gatekeeper files`: what comes with Gatekeeper for Asterisk and systemd."""

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
FOLDERS = ("dialplan", "asterisk/agi-bin", "asterisk/observability", "asterisk/samples", "asterisk/systemd")
ALL = {
    path.relative_to(REPOSITORY).as_posix()
    for folder in FOLDERS
    for path in (REPOSITORY / folder).rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}
SCRIPT = "asterisk/agi-bin/gatekeeper_agi.py"
Command = Callable[[list[str]], Any]


def copied(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


ORIGINALS = {name: (REPOSITORY / name).read_bytes() for name in sorted(ALL)}
ORIGINALS[SCRIPT] = ORIGINALS[SCRIPT].replace(b"#!/usr/bin/env python3\n", f"#!{sys.executable}\n".encode())
"""The script names the interpreter that has its libraries."""


def test_every_file_is_listed_with_what_it_is_for(command: Command) -> None:
    """None that is installed is missing, and none is named that does not exist."""
    listed = [json.loads(line) for line in command(["files", "--json"]).out.splitlines()]
    assert {one["file"] for one in listed} == ALL
    assert all(one["purpose"].endswith(".") and Path(one["path"]).is_file() for one in listed)
    shown = command(["files"])
    assert shown.code == 0
    assert all(name in shown.out for name in ALL)


def test_all_are_copied_with_their_modes(tmp_path: Path, command: Command) -> None:
    """They are the same bytes, the script can be executed, and nothing else is left in the folder."""
    target = tmp_path / "new" / "folder"
    result = command(["files", "--to", str(target)])
    assert result.code == 0
    assert sorted(result.out.split()) == sorted(["copied"] * len(ALL) + [str(target / name) for name in ALL])
    assert copied(target) == ORIGINALS
    for name in ALL:
        assert stat.S_IMODE((target / name).stat().st_mode) == stat.S_IMODE((REPOSITORY / name).stat().st_mode)
    assert stat.S_IMODE((target / SCRIPT).stat().st_mode) & 0o111 == 0o111


def test_a_second_time_changes_nothing(tmp_path: Path, command: Command) -> None:
    """Files that are there and the same are no reason to refuse."""
    command(["files", "--to", str(tmp_path)])
    (tmp_path / SCRIPT).unlink()
    said = command(["files", "--to", str(tmp_path), "--json"])
    done = {json.loads(line)["path"]: json.loads(line)["done"] for line in said.out.splitlines()}
    assert done == {str(tmp_path / name): "copied" if name == SCRIPT else "unchanged" for name in ALL}


@pytest.mark.parametrize("kind", ["changed", "dangling link"])
def test_what_somebody_changed_is_kept(tmp_path: Path, command: Command, kind: str) -> None:
    """Without --force nothing at all is copied; with it that file is replaced."""
    mine = tmp_path / "asterisk" / "samples" / "manager.conf"
    mine.parent.mkdir(parents=True)
    if kind == "changed":
        mine.write_text("secret = mine\n")
    else:
        mine.symlink_to(tmp_path / "nowhere")
    refused = command(["files", "--to", str(tmp_path)])
    assert (refused.code, refused.out) == (2, "")
    assert str(mine) in refused.err
    assert "--force" in refused.err
    assert copied(tmp_path) == ({"asterisk/samples/manager.conf": b"secret = mine\n"} if kind == "changed" else {})
    forced = command(["files", "--to", str(tmp_path), "--force"])
    assert f"overwritten  {mine}" in forced.out
    assert copied(tmp_path) == ORIGINALS


def test_what_can_not_be_written_is_told(tmp_path: Path, command: Command) -> None:
    """A folder in a file's place, a file in a folder's place, and --force without a folder are errors of one line."""
    (tmp_path / "one" / SCRIPT).mkdir(parents=True)
    (tmp_path / "two").write_text("")
    for arguments in (["--to", str(tmp_path / "one")], ["--to", str(tmp_path / "two")], ["--force"]):
        result = command(["files", *arguments])
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
