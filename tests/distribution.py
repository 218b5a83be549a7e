"""Distribution of the tests over workers, where pytest-xdist runs them side by side (`--dist loadfile`).

The tests of a file share its fixtures and stay together. Those of one Asterisk and those of the other share none: each
release is a unit of work of its own. Folders whose files share a site (a running Asterisk with all that belongs to it)
are one unit to a release: it is booted once, and not once in each worker that gets one of their files.
"""

import re
from typing import TYPE_CHECKING, Final

import pytest
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

ONE_SITE: Final = ("tests/dialplan/",)
"""Folders whose files share a site to a release."""

LONG: Final = (
    "tests/bench/test_short_form.py",
    "tests/soak/test_short.py",
)
"""What takes longest goes first: begun last, it would be waited for when all else is done."""

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
    """Put the long ones first; all else stays in its order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def unit_of(nodeid: str) -> str:
    """The unit of work that a test belongs to: all of its tests are run by one worker."""
    file = nodeid.partition("::")[0]
    release = _RELEASE.search(nodeid)
    if release is None:
        return file
    place = next((folder for folder in ONE_SITE if file.startswith(folder)), file)
    return f"{place} {release[1]}"
