"""Building of the wheel, as package indexes and `build` do it: from the source archive, without a network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from package.voices import speak

REPOSITORY = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "gatekeeper", "dialplan", "asterisk")


def run(*command: str, cwd: Path, path: Path | None = None) -> str:
    """What a command writes; its errors are the test's."""
    environ = dict(os.environ) if path is None else {**os.environ, "PYTHONPATH": str(path)}
    ended = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False, timeout=600)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def build_wheel(folder: Path) -> Path:
    """Build it in a folder."""
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
