"""The stores that all tables of the law's cases are asked over."""

from collections.abc import Iterator

import pytest

from tests.law.countries import CaseWorld


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseWorld]:
    """Answers cases."""
    made = CaseWorld(tmp_path_factory.mktemp("cases"))
    yield made
    made.close()
