"""Fixtures for all tests."""

import gc
import os
import signal
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

from gatekeeper.translation import speaking
from gatekeeper.words import Language

pytest_plugins = ["tests.desk.browser", "tests.distribution", "tests.lab_fixtures", "tests.memory_folder"]

# The same commit has the same result: properties are tried with the same draws each time, and by `make soak` with new
# ones, and more of them. None has a deadline: a busy machine is slow at times.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("GATEKEEPER_DRAWS", "same"))

# What commands tell is in the locale's language: that of whoever runs the tests is none of theirs.
os.environ["LC_ALL"] = "C.UTF-8"

# A shell that runs us in the background has us ignore SIGINT; programs that a test starts and interrupts would, too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage, which would take a quarter of the time: nothing of the tests becomes any."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A command that a test runs in this very process says to the end of it what it says in French."""
    with speaking(Language.EN):
        yield
