"""The tests of the AMI run on both event loops: the daemon falls back to asyncio's where there is no uvloop."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loops (a hook of pytest-asyncio)."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
