"""How the tests are shared out to workers, and where their files lie."""

from pathlib import Path

import pytest

from tests.distribution import LONG, ONE_PACKAGE, PACKAGE, by_turns, unit_of
from tests.memory_folder import suits

TESTS = Path(__file__).parent


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
        # Files that share the package.
        ("tests/install/test_deb.py::test_1[bookworm]", "tests/install/test_wheel.py::test_2", True),
        ("tests/install/test_deb.py::test_1", "tests/install/test_install.py::test_2", False),
    ],
)
def test_what_shares_a_site_is_run_by_one_worker(one: str, other: str, together: bool) -> None:
    """Tests are kept together by what they share, and apart else."""
    assert (unit_of(one) == unit_of(other)) is together


@pytest.mark.parametrize(("waiting", "computing"), [(1, 9), (9, 1), (4, 4), (83, 351), (0, 3), (3, 0)])
def test_what_waits_and_what_computes_go_by_turns(waiting: int, computing: int) -> None:
    """At any time as many of each have begun as is their share; each sort keeps its order; the long ones come first."""
    sorts = {f"w{place:03}": True for place in range(waiting)} | {f"c{place:03}": False for place in range(computing)}
    places = by_turns({**sorts, LONG[0]: False})
    first, *others = sorted((unit for unit in places if unit in sorts or unit == LONG[0]), key=places.__getitem__)
    assert first == LONG[0]
    for kind in "wc":
        units = [unit for unit in others if unit[0] == kind]
        assert units == sorted(units)
    begun = 0
    for place, unit in enumerate(others, 1):
        begun += sorts[unit]
        assert abs(begun - place * waiting / len(sorts)) <= 1


def test_the_units_that_begin_first_are_there() -> None:
    """None has another name by now."""
    files = [unit.partition(" ")[0] for unit in LONG if unit != PACKAGE]
    assert [name for name in (*files, *ONE_PACKAGE) if not (TESTS.parent / name).exists()] == []


def test_a_folder_that_cannot_hold_the_files_is_not_chosen(tmp_path: Path) -> None:
    """One that is not there, and one that only shows the kernel's own files."""
    assert not suits(tmp_path / "none")
    assert not suits(Path("/proc"))
