"""The wheel and the Debian package, for the tests of what they become."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from package.deb import build
from tests.install.building import build_wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return _made_once("wheel", build_wheel, tmp_path_factory)


@pytest.fixture(scope="session")
def package(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Debian package, not compressed."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is Debian's")
    return _made_once("deb", lambda folder: build(wheel, folder, compression="none"), tmp_path_factory)


def _made_once(name: str, make: Callable[[Path], Path], factory: pytest.TempPathFactory) -> Path:
    """What takes seconds to make is made by the first of the workers that needs it; the others wait for it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return make(factory.mktemp(name))
    folder = factory.getbasetemp().parent / f"{name}-{run}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = folder / "told"
        if not told.exists():
            told.write_text(str(make(Path(tempfile.mkdtemp(dir=folder)))))
        return Path(told.read_text())
