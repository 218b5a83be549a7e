"""Fixtures of the SIP gate: both event loops, and a site with gated trunks of every kind, on each Asterisk."""

import asyncio
from collections.abc import Callable, Iterator, Mapping

import pytest
import uvloop

from lab.roots import AsteriskRoot
from tests.sip.site import Site, running_site


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loops (a hook of pytest-asyncio): the daemon falls back to asyncio's where there is no uvloop."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="package")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Both Asterisks in turn."""
    with running_site(asterisk_root, tmp_path_factory.mktemp("gated")) as running:
        yield running
