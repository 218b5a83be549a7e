"""Builds the metrics server; only a daemon that serves metrics loads it, and prometheus-client with it."""

from gatekeeper.config import Settings
from gatekeeper.daemon.measuring import Observed
from gatekeeper.metrics.server import MetricsServer
from gatekeeper.metrics.source import MetricsSource


def build_metrics(settings: Settings, observed: Observed) -> MetricsServer:
    """The metrics server of a configuration.

    Args:
        settings: the configuration.
        observed: what is measured.
    """
    section = settings.metrics
    source = MetricsSource(observed.measure, observed.measure_disk, observed.readiness)
    return MetricsServer(source, host=section.host, port=section.port, allow=section.allow)
