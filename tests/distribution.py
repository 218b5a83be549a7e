"""Distribution of the tests over workers, where pytest-xdist runs them side by side (`--dist loadfile`).

The tests of a file share its fixtures and stay together. Those of one Asterisk and those of the other share none: each
release is a unit of work of its own. Files that share what takes long to make (a running Asterisk with all that belongs
to it; the wheel and the package) are one unit: it is made once, and not once in each worker that gets one of them.

Units that take longest go first. Of the others some mostly wait, for calls, and some mostly compute: they go by turns,
so that the cores have work at any time. In the order of collection all that need an Asterisk would come first.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pytest
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

ONE_SITE: Final = ("tests/dialplan/",)
"""Folders whose files share a site to a release."""

PACKAGE: Final = "tests/install/ package"
ONE_PACKAGE: Final = tuple(f"tests/install/test_{name}.py" for name in ("containerfile", "deb", "started", "wheel"))
"""Files that share the wheel, and the Debian package made of it: the unit of this name."""

LONG: Final = (
    "tests/dialplan/ asterisk22",
    "tests/dialplan/ asterisk16",
    PACKAGE,
    "tests/bench/test_short_form.py",
    "tests/soak/test_short.py",
    "tests/e2e/test_demo.py",
    "tests/e2e/test_in_force_at_once.py",
    "tests/e2e/test_killed_under_load.py",
)
"""The units that take longest, in the order in which they begin: begun last, they would be waited for alone."""

WAITING: Final = frozenset({"asterisk_root", "asterisk_22", "browser", "carrier"})
"""Fixtures of tests that mostly wait for others: Asterisk, a carrier, a browser."""

_RELEASE: Final = re.compile(r"[\[-](asterisk\d+)[]-]")


class SiteScheduling(LoadFileScheduling):
    """pytest-xdist's distribution by files, by sites and releases where tests have them."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


@pytest.hookimpl(optionalhook=True)  # not where pytest-xdist is turned off
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> SiteScheduling | None:
    """Distribute by sites in place of files (a hook of pytest-xdist)."""
    return SiteScheduling(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the units into their order; within each, the tests stay in theirs (a hook of pytest)."""
    units = [unit_of(item.nodeid) for item in items]
    waits = dict.fromkeys(units, False)
    for item, unit in zip(items, units, strict=True):
        waits[unit] = waits[unit] or not WAITING.isdisjoint(getattr(item, "fixturenames", ()))
    places = by_turns(waits)
    items[:] = [item for _, item in sorted(zip(units, items, strict=True), key=lambda pair: places[pair[0]])]


def by_turns(waits: Mapping[str, bool]) -> dict[str, tuple[float, bool]]:
    """The place of each unit: the long ones before all, the others of each sort evenly over the whole.

    Args:
        waits: of each unit, whether it mostly waits; in the order of collection, which those of a sort keep.
    """
    places = {unit: (float(place - len(LONG)), True) for place, unit in enumerate(LONG)}
    for sort in (True, False):
        units = [unit for unit in waits if waits[unit] is sort and unit not in LONG]
        places |= {unit: ((place + 0.5) / len(units), sort) for place, unit in enumerate(units)}
    return places


def unit_of(nodeid: str) -> str:
    """The unit of work that a test belongs to: all of its tests are run by one worker."""
    file = nodeid.partition("::")[0]
    if file in ONE_PACKAGE:
        return PACKAGE
    release = _RELEASE.search(nodeid)
    if release is None:
        return file
    place = next((folder for folder in ONE_SITE if file.startswith(folder)), file)
    return f"{place} {release[1]}"
