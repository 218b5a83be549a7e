"""A site of its own for each test: configuration, data folder and databases, and the command line to work on it."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from gatekeeper.cli.app import main

CONFIG = """\
[daemon]
data_dir = "{data}"

[law]
default = "lists-only"

[lists.bloctel]
title = "Bloctel"

[campaigns.survey]
lists = []
principal = "Sondages SA"
"""


class Result(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


class Site:
    """A configured site.

    Args:
        folder: where everything is.
        run: runs the command line within this process.
    """

    def __init__(self, folder: Path, run: Callable[[list[str]], Result]) -> None:
        self.folder = folder
        self.config = folder / "gatekeeper.toml"
        self.data = folder / "data"
        self._run = run

    def run(self, *arguments: str) -> Result:
        """A command of this site."""
        return self._run(["--config", str(self.config), *arguments])

    def start(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """A command of this site in a process of its own."""
        command = [sys.executable, "-m", "gatekeeper", "--config", str(self.config), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)

    def file(self, text: str, name: str = "list.csv") -> str:
        """A file with this text."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], Result]:
    """Runs the command line within this process, on 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(arguments: list[str]) -> Result:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        captured = capsys.readouterr()
        code = ended.value.code
        return Result(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def empty_stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a site after `gatekeeper init`."""
    folder = tmp_path_factory.mktemp("site")
    config = folder / "gatekeeper.toml"
    config.write_text(CONFIG.format(data=folder / "data"), encoding="utf-8")
    command = [sys.executable, "-m", "gatekeeper", "--config", str(config), "init", "--keep"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return folder / "data"


@pytest.fixture
def site(tmp_path: Path, command: Callable[[list[str]], Result], empty_stores: Path) -> Site:
    """A site as `gatekeeper init` leaves it."""
    made = Site(tmp_path, command)
    made.config.write_text(CONFIG.format(data=made.data), encoding="utf-8")
    shutil.copytree(empty_stores, made.data)
    return made
