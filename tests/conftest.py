"""Fixtures for all tests."""

import signal

pytest_plugins = ["tests.desk.browser", "tests.distribution", "tests.lab_fixtures", "tests.memory_folder"]

# A shell that runs us in the background has us ignore SIGINT; programs that a test starts and interrupts would, too.
signal.signal(signal.SIGINT, signal.default_int_handler)
