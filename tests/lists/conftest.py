"""Fixtures of the lists' tests: a store in a folder of its own, and numbers that are valid in France."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gatekeeper.lists import LISTS_FILE, ImportOptions, ImportReport, ListKind, ListStore

FIRST = 33612000000


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its schema, to copy: making one anew for each test takes longer than the tests."""
    folder = tmp_path_factory.mktemp("migrated")
    ListStore(folder).close()
    return folder / LISTS_FILE


@pytest.fixture
def data_dir(tmp_path: Path, migrated: Path) -> Path:
    """A data folder with an empty database."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(migrated, folder)
    return folder


@pytest.fixture
def store(data_dir: Path) -> Iterator[ListStore]:
    """A store with the red list and an opposition list."""
    with ListStore(data_dir) as opened:
        opened.ensure("bloctel", ListKind.OPPOSITION, "Bloctel")
        yield opened


@pytest.fixture
def load(store: ListStore, tmp_path: Path) -> Callable[..., ImportReport]:
    """Import bytes into a list."""

    def run(content: bytes, name: str = "bloctel", file: str = "list.txt", **options: object) -> ImportReport:
        path = tmp_path / file
        path.write_bytes(content)
        return store.import_file(path, name, options=ImportOptions(**options))  # type: ignore[arg-type]

    return run


@pytest.fixture
def national() -> Callable[..., bytes]:
    """So many numbers from 0612000000 on, one a line."""

    def lines(count: int, start: int = 0) -> bytes:
        return b"".join(b"0%d\n" % (612000000 + start + index) for index in range(count))

    return lines
