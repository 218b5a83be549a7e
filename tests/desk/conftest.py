"""Fixtures of the desk's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.accounts import ACCOUNTS_FILE, Accounts, Role
from tests.desk.site import PASSWORD, DeskSite, make_site


@pytest.fixture(scope="session")
def accounts_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the accounts of `desk_site`: made once, for each password takes its time."""
    folder = tmp_path_factory.mktemp("accounts")
    with Accounts(folder) as accounts:
        for role in Role:
            accounts.users.add(role.word, PASSWORD, role, by="test")
        accounts.users.add("acme", PASSWORD, Role.READER, by="test", principals=["ACME"])
    return folder / ACCOUNTS_FILE


@pytest.fixture
def desk_site(tmp_path: Path, accounts_of_tests: Path) -> Iterator[DeskSite]:
    """A site with a reader, an officer and an admin, called like their roles, and a reader of ACME's rows alone."""
    site = make_site(tmp_path, accounts=accounts_of_tests)
    yield site
    site.desk.close()
