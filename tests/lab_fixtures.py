"""Fixtures that run the real peers: Asterisk 22 and 16, and the SIPp carrier.

What a test started is ended with it; where a test fails, the ends of the logs of what it ran are in the report.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.processes import tail
from lab.roots import RELEASES, AsteriskRoot
from lab.roots import asterisk_root as find_asterisk

AsteriskFactory = Callable[..., AsteriskInstance]
CarrierFactory = Callable[..., Carrier]

_LOGS = pytest.StashKey[list[Path]]()


@pytest.fixture(scope="session", params=RELEASES, ids=[f"asterisk{release}" for release in RELEASES])
def asterisk_root(request: pytest.FixtureRequest) -> AsteriskRoot:
    """Each Asterisk in turn."""
    return find_asterisk(request.param)


@pytest.fixture(scope="session")
def asterisk_22() -> AsteriskRoot:
    """Asterisk 22 alone, for tests in which the release makes no difference."""
    return find_asterisk("22")


@pytest.fixture
def asterisk_factory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AsteriskFactory]:
    """Start an Asterisk with the arguments of :class:`AsteriskInstance` but the folder.

    Without ``root=`` it is of the release of ``asterisk_root`` where the test asks for that too, else 22.
    """
    with ExitStack() as running:
        count = 0

        def start(root: AsteriskRoot | None = None, **arguments: Any) -> AsteriskInstance:
            nonlocal count
            count += 1
            if root is None:
                wanted = "asterisk_root" if "asterisk_root" in request.fixturenames else "asterisk_22"
                root = request.getfixturevalue(wanted)
            instance = AsteriskInstance(root, tmp_path / f"asterisk-{count}", **arguments)
            _logs_of(request.node).append(instance.log_path)
            return running.enter_context(instance)

        yield start


@pytest.fixture
def carrier_factory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CarrierFactory]:
    """Start a carrier with the arguments of :class:`Carrier` but the folder."""
    with ExitStack() as running:
        count = 0

        def start(**arguments: Any) -> Carrier:
            nonlocal count
            count += 1
            carrier = Carrier(tmp_path / f"carrier-{count}", **arguments)
            _logs_of(request.node).append(carrier.folder / "errors.log")
            return running.enter_context(carrier)

        yield start


@pytest.fixture
def carrier(carrier_factory: CarrierFactory) -> Carrier:
    """Return a carrier that answers at once."""
    return carrier_factory()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the ends of the logs to the report of a test that failed."""
    report = yield
    if report.failed:
        for path in item.stash.get(_LOGS, []):
            if path.exists():
                report.sections.append((f"log {path.parent.parent.name}", tail(path)))
    return report


def _logs_of(item: pytest.Item) -> list[Path]:
    return item.stash.setdefault(_LOGS, [])
