"""A consent ledger of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.consents import ConsentLedger, ConsentStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConsentStore]:
    """The ledger, to be written."""
    with ConsentStore(tmp_path) as opened:
        yield opened


@pytest.fixture
def ledger(store: ConsentStore) -> Iterator[ConsentLedger]:
    """The same, as the daemon reads it."""
    opened = ConsentLedger.open(store.layout.data_dir)
    yield opened
    opened.close()
