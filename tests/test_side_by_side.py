"""How the tests are shared out to workers, and where their files lie."""

from pathlib import Path

import pytest

from tests.distribution import unit_of
from tests.memory_folder import suits


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        # A file's tests share its fixtures.
        ("tests/a/test_x.py::test_1", "tests/a/test_x.py::test_2[b-c]", True),
        ("tests/a/test_x.py::test_1", "tests/a/test_y.py::test_1", False),
        # The two releases share none.
        ("tests/a/test_x.py::test_1[asterisk22]", "tests/a/test_x.py::test_2[b-asterisk22-c]", True),
        ("tests/a/test_x.py::test_1[asterisk22]", "tests/a/test_x.py::test_1[asterisk16]", False),
        ("tests/a/test_x.py::test_1[asterisk22]", "tests/a/test_x.py::test_1[asterisks]", False),
        # Files that share a site, a release each.
        ("tests/dialplan/test_x.py::test_1[asterisk16]", "tests/dialplan/test_y.py::test_2[asterisk16]", True),
        ("tests/dialplan/test_x.py::test_1[asterisk16]", "tests/dialplan/test_y.py::test_2[asterisk22]", False),
        ("tests/dialplan/test_x.py::test_1", "tests/dialplan/test_y.py::test_2", False),
    ],
)
def test_what_shares_a_site_is_run_by_one_worker(one: str, other: str, together: bool) -> None:
    """Tests are kept together by what they share, and apart else."""
    assert (unit_of(one) == unit_of(other)) is together


def test_a_folder_that_cannot_hold_the_files_is_not_chosen(tmp_path: Path) -> None:
    """One that is not there, and one that only shows the kernel's own files."""
    assert not suits(tmp_path / "none")
    assert not suits(Path("/proc"))
