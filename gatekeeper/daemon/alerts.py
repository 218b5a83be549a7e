"""Builds the alerts; only a daemon that tells somebody loads them."""

from pathlib import Path

from gatekeeper.alerts import ALERTS_FILE
from gatekeeper.config import Settings
from gatekeeper.daemon.alerting import Alerting
from gatekeeper.daemon.measuring import Observed
from gatekeeper.daemon.occasions import AlertScope, ScrubTerm
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.journal.sqlite import SqliteReader


def build_alerting(settings: Settings, observed: Observed) -> Alerting:
    """The alerts of a configuration.

    Args:
        settings: the configuration.
        observed: what is watched.

    Raises:
        ConfigError: the webhook's secret is missing or wrong.
        DaemonError: a certificate can't be used.
    """
    section, data_dir = settings.alerts, settings.daemon.data_dir
    scrubs = {name: ScrubTerm(one.as_folder(name, data_dir), one.at_most_days) for name, one in settings.scrubs.items()}
    scope = AlertScope(
        data_dir,
        section.disk_percent,
        Path(settings.inbox.folder) if settings.inbox.enabled else None,
        scrubs,
        section.as_language(),
    )
    reader = SqliteReader(data_dir / JOURNAL_FILE)
    return Alerting(data_dir / ALERTS_FILE, section.as_channels(), observed, scope, reader)
