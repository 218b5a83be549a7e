"""The wheel, as package indexes build it, for the tests of what it becomes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from package.deb import build
from package.voices import speak

REPOSITORY = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "gatekeeper", "dialplan", "asterisk")


def run(*command: str, cwd: Path, path: Path | None = None) -> str:
    """What a command writes; its errors are the test's."""
    environ = dict(os.environ) if path is None else {**os.environ, "PYTHONPATH": str(path)}
    ended = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network from the source archive, as package indexes and `build` do it."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    tree.mkdir()
    for name in SOURCES:
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(REPOSITORY / name, tree / name)
    speak(tree / "build" / "sounds")
    run(sys.executable, "-c", f"import setuptools.build_meta as b; b.build_sdist({str(folder)!r})", cwd=tree)
    (archive,) = folder.glob("*.tar.gz")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(
        *(*pip, "wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", str(folder), str(archive)),
        cwd=folder,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def package(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Debian package, not compressed."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is Debian's")
    return build(wheel, tmp_path_factory.mktemp("deb"), compression="none")
