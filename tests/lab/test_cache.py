"""Fetching: once, whole, from the machine's own mirror, with errors that say what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.apt import machine_mirror, unpack
from lab.cache import cached
from lab.errors import LabError

FETCH_SMALL = """
import sys
from lab.apt import unpack
from lab.cache import cached
def fill(folder, scratch):
    print("filled", flush=True)
    unpack("bullseye", ["hostname"], folder, scratch, "hostname")
print(cached("small", fill), flush=True)
"""


def test_two_processes_that_fetch_at_once_share_one_fetch(tmp_path: Path) -> None:
    """Of two processes that want the same at once, one fetches, the other waits, both get it, nothing else is left."""
    environment = {
        **os.environ,
        "GATEKEEPER_LAB_CACHE": str(tmp_path / "cache"),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = [sys.executable, "-c", FETCH_SMALL]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    printed = [line for output, _ in outputs for line in output.splitlines()]
    assert sorted(printed) == sorted(["filled", *[str(tmp_path / "cache" / "small")] * 2])
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == [".small.lock", "small"]
    program = tmp_path / "cache" / "small" / "bin" / "hostname"
    assert program.stat().st_mode & 0o111
    assert list((tmp_path / "cache" / "small" / "lib").glob("*-linux-gnu/libc.so.6")), "its libraries came along"


def test_an_interrupted_fetch_leaves_no_half_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fetch that fails leaves nothing under its name, and the next one starts afresh."""
    monkeypatch.setenv("GATEKEEPER_LAB_CACHE", str(tmp_path))
    (tmp_path / ".thing.new-killed").mkdir()

    def failing(folder: Path, _scratch: Path) -> None:
        (folder / "half").touch()
        raise LabError("the line is cut")

    with pytest.raises(LabError, match="the line is cut"):
        cached("thing", failing)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".thing.lock"]
    folder = cached("thing", lambda folder, _scratch: (folder / "whole").touch())
    assert [path.name for path in folder.iterdir()] == ["whole"]


def test_a_suite_that_the_mirror_does_not_have_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the suite, says how often it was tried, and quotes apt."""
    monkeypatch.setattr("lab.apt.time.sleep", lambda _seconds: None)
    with pytest.raises(LabError, match=r"Debian nosuchsuite failed 3 times(.|\n)*nosuchsuite Release"):
        unpack("nosuchsuite", ["hostname"], tmp_path / "root", tmp_path, "hostname")


def test_without_apt_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without apt the reader is told to install the program or to bring a cache."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError, match=r"apt-get(.|\n)*GATEKEEPER_LAB_CACHE"):
        unpack("bullseye", ["hostname"], tmp_path / "root", tmp_path, "hostname")


def test_the_mirror_is_the_machines_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is that of Debian's main archive in apt's configuration, not its security archive nor another's."""
    sources = tmp_path / "sources.list"
    sources.write_text(
        "deb http://127.0.0.1/other stable main\n"
        "deb http://127.0.0.1/debian-security trixie-security main\n"
        "deb http://127.0.0.1/debian trixie main\n"
    )
    (tmp_path / "none").mkdir()
    (tmp_path / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{sources}";\nDir::Etc::sourceparts "{tmp_path / "none"}";\nDir::State "{tmp_path}";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    assert machine_mirror() == "http://127.0.0.1/debian/"
    sources.write_text("deb http://127.0.0.1/ubuntu noble main\n")
    with pytest.raises(LabError, match="no Debian mirror"):
        machine_mirror()
