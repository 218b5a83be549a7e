"""The wheel and the Debian package, for the tests of what they become."""

import shutil
from pathlib import Path

import pytest

from package.deb import build
from tests.install.building import build_wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def package(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Debian package, not compressed."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is Debian's")
    return build(wheel, tmp_path_factory.mktemp("deb"), compression="none")
