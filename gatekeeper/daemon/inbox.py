"""Builds the watched inbox; its files are imported by `gatekeeper.daemon.importing`, a process for each."""

import sys
import time
from collections.abc import Callable

from gatekeeper.config import Settings
from gatekeeper.config.list_rules import configured_lists
from gatekeeper.intake.import_process import ImportProcess
from gatekeeper.intake.inbox import Inbox

_COMMAND = (sys.executable, "-m", "gatekeeper.daemon.importing")


def build_inbox(settings: Settings, clock: Callable[[], float] = time.monotonic) -> Inbox:
    """The inbox of a configuration.

    Args:
        settings: the configuration.
        clock: seconds, monotonic.
    """
    section = settings.inbox
    lists = configured_lists(settings).values()
    return Inbox(section.folder, lists, build_import_process(settings).run, float(section.settle_seconds), clock)


def build_import_process(settings: Settings) -> ImportProcess:
    """What makes imports in a process of their own, whoever asks for them."""
    return ImportProcess(_COMMAND, settings.file, settings.inbox.timeout_minutes * 60.0)
