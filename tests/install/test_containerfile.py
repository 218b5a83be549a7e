"""The Containerfile: read strictly, what it copies is there, and what it runs runs in a Debian of that release.

No container is built: its base image is on a registry. What its second stage runs, on the files of its first, is run.
"""

import json
import os
import shlex
import shutil
import zipfile
from pathlib import Path

import pytest

from lab.debian import new_system, why_not
from tests.install.building import REPOSITORY
from tests.install.containerfile import Stage, read

FILE = REPOSITORY / "asterisk" / "package" / "Containerfile"
MADE = "build/dist/*.whl"
"""What `make dist` makes, which its first line says to run before."""


@pytest.fixture(scope="module")
def stages() -> list[Stage]:
    """Its stages."""
    return read(FILE)


@pytest.mark.parametrize(
    "line", ["ADD x /", "RUN", "FROM python", "FROM python:3 as BUILD X", "run true", "MAINTAINER x"]
)
def test_what_is_not_understood_is_refused(tmp_path: Path, line: str) -> None:
    """Another instruction, an image of no release, small letters."""
    (tmp_path / "Containerfile").write_text(f"FROM python:3.13-slim AS build\n{line}\n")
    with pytest.raises(ValueError, match="Containerfile"):
        read(tmp_path / "Containerfile")


def test_what_it_copies_is_there(stages: list[Stage], wheel: Path) -> None:
    """From this checkout, from `make dist`, and from an earlier stage's folder that this stage's commands made."""
    assert "make dist" in FILE.read_text().splitlines()[1]
    earlier: dict[str, Stage] = {}
    for stage in stages:
        for text in stage.said("COPY"):
            words = shlex.split(text)
            source = words[0].removeprefix("--from=") if words[0].startswith("--from=") else None
            for name in words[1 if source else 0 : -1]:
                if source:
                    assert any(name in run for run in earlier[source].said("RUN")), name
                else:
                    assert name == MADE or (REPOSITORY / name).is_file(), name
        earlier[stage.name] = stage
    assert wheel.match("*.whl")


def test_its_pythons_are_one_and_the_project_s(stages: list[Stage]) -> None:
    """A virtual environment is of no use to another Python than the one that made it."""
    assert len({stage.image for stage in stages}) == 1
    minor = stages[0].image.partition(":")[2].partition("-")[0]
    assert f'"Programming Language :: Python :: {minor}"' in (REPOSITORY / "pyproject.toml").read_text()


def test_its_program_is_the_wheel_s(stages: list[Stage], wheel: Path) -> None:
    """What it starts is a program of the wheel, in the environment that it copies, by a command that there is."""
    (entry,) = (Path(json.loads(text)[0]) for text in stages[-1].said("ENTRYPOINT"))
    with zipfile.ZipFile(wheel) as packed:
        (points,) = (packed.read(name).decode() for name in packed.namelist() if name.endswith("entry_points.txt"))
    assert f"\n{entry.name} = " in points
    assert any(text.endswith(f" {entry.parents[1]}") for text in stages[-1].said("COPY"))
    assert [json.loads(text) for text in stages[-1].said("CMD")] == [["serve"]]


@pytest.mark.skipif(bool(why_not()) and "CI" not in os.environ, reason=why_not() or "it can")
def test_what_its_last_stage_runs_runs(stages: list[Stage], tmp_path: Path) -> None:
    """In Debian 12, on which its image is built: user and folders are made, for the daemon to write where it has to."""
    last = stages[-1]
    assert last.image.endswith("-bookworm")
    system = new_system(tmp_path / "system", "bookworm")
    try:
        done = system.run("sh", "-ec", "; ".join(last.said("RUN")))
        assert done.returncode == 0, done.stderr
        folders = sorted({*json.loads(last.said("VOLUME")[0]), "/run/gatekeeper"})
        said = system.run("stat", "-c", "%U:%G %a %n", *folders).stdout.splitlines()
        (user,) = last.said("USER")
        assert said == [
            f"root:{user} 750 /etc/gatekeeper",
            f"{user}:{user} 755 /run/gatekeeper",
            f"{user}:{user} 750 /var/lib/gatekeeper",
        ]
    finally:
        shutil.rmtree(system.root, ignore_errors=True)
