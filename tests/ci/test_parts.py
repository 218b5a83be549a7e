"""The parts of `.ci/run`, one by one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / ".ci"
SHOW = """
import os, resource
print(os.getuid(), resource.getrlimit(resource.RLIMIT_NOFILE)[0], os.getcwd(), *sorted(os.environ))
open("written", "w").close()
"""


def checkout(folder: Path) -> Path:
    """A checkout as small as can be."""
    made = folder / "checkout"
    (made / "build").mkdir(parents=True)
    (made / "build" / "large").touch()
    shutil.copytree(CI, made / ".ci")
    (made / "pyproject.toml").write_text('"Programming Language :: Python :: 3.11",\n')
    return made


def shown(made: Path, place: Path, **environment: str) -> list[str]:
    """What a command sees."""
    command = [made / ".ci" / "as-ordinary-user", place, "/usr/bin/env", "python3", "-c", SHOW]
    result = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    return result.stdout.split()


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may reach: pytest's own are their user's."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder) / "place"


def test_a_command_runs_as_an_ordinary_user(tmp_path: Path, place: Path) -> None:
    """Few open files, an environment with nothing but what is passed on; root becomes somebody else, with a copy."""
    made = checkout(tmp_path)
    place.mkdir(mode=0o755)
    place.parent.chmod(0o755)
    user, files, where, *names = shown(made, place, http_proxy="http://proxy", SECRET="x", CI="")
    assert int(user) != 0
    assert int(files) <= 1024
    assert {"HOME", "PATH", "http_proxy"} <= set(names)
    assert not {"SECRET", "CI", "PYTHONPATH"} & set(names)
    if os.geteuid() == 0:
        assert where == str(place / "checkout")
        assert (place / "checkout" / "written").exists()
        assert not (place / "checkout" / "build").exists()
    else:
        assert (int(user), where) == (os.getuid(), str(made))


def test_the_newest_python_is_found(tmp_path: Path) -> None:
    """On PATH and among pyenv's; one that can't run is passed over, and one that the project does not name."""
    made = checkout(tmp_path)
    (made / "pyproject.toml").write_text(
        "".join(f'"Programming Language :: Python :: 3.{minor}",\n' for minor in (11, 12, 13))
    )
    programs = tmp_path / "bin"
    pyenv = tmp_path / "pyenv" / "versions" / "3.12.9" / "bin"
    programs.mkdir()
    pyenv.mkdir(parents=True)

    def program(path: Path, text: str) -> None:
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def found() -> str:
        environment = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "HOME": str(tmp_path),
            "PYENV_ROOT": str(tmp_path / "pyenv"),
        }
        result = subprocess.run(
            [made / ".ci" / "newest-python"], env=environment, capture_output=True, text=True, check=True
        )
        return result.stdout.strip()

    program(programs / "python3.14", "exit 0")
    program(programs / "python3.13", "exit 1")
    program(programs / "python3.12", "exit 1")
    program(programs / "python3.11", "exit 0")
    assert found() == str(programs / "python3.11")
    program(pyenv / "python3", "exit 0")
    assert found() == str(pyenv / "python3")
    program(programs / "python3.13", "exit 0")
    assert found() == str(programs / "python3.13")
