"""Builds the hooks; only a daemon that tells a program loads them."""

from gatekeeper.config import Settings
from gatekeeper.daemon.hooking import Hooking
from gatekeeper.hooks import HOOKS_FILE
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.journal.sqlite import SqliteReader


def build_hooking(settings: Settings) -> Hooking:
    """The hooks of a configuration.

    Raises:
        ConfigError: a secret is missing or wrong.
        DaemonError: a certificate can't be used.
    """
    data_dir = settings.daemon.data_dir
    channels = [section.as_channel(name) for name, section in settings.hooks.items()]
    scopes = {name: section.as_scope() for name, section in settings.hooks.items()}
    return Hooking(data_dir / HOOKS_FILE, channels, scopes, data_dir, SqliteReader(data_dir / JOURNAL_FILE))
