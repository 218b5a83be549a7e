"""Exposition of the readings: Prometheus' text format, or OpenMetrics where the scraper asks for it.

Whoever renders is a thread, and the event loop decides on calls meanwhile: between two families the thread lets go of
the interpreter, so that a call waits for one family at most and not for all of them.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gatekeeper.metrics.families import FAMILIES, Measurement, MetricFamily, MetricKind


class _Measurements(Collector):
    """Gives readings to the encoder, family by family."""

    def __init__(self, readings: Iterable[Measurement]) -> None:
        self._by_family: defaultdict[MetricFamily, list[Measurement]] = defaultdict(list)
        for reading in readings:
            self._by_family[reading.family].append(reading)

    def collect(self) -> Iterator[Metric]:
        """Every family that has a reading."""
        for family in FAMILIES:
            if found := self._by_family.get(family):
                yield _metric(family, found)
                time.sleep(0)

    def describe(self) -> Iterator[Metric]:
        """Nothing: the names are known to be distinct."""
        return iter(())


def _metric(family: MetricFamily, readings: Iterable[Measurement]) -> Metric:
    if family.kind is MetricKind.HISTOGRAM:
        histogram = HistogramMetricFamily(family.name, family.says, labels=family.labels)
        for reading in readings:
            histogram.add_metric(reading.labels, list(reading.buckets), reading.value)
        return histogram
    kind = CounterMetricFamily if family.kind is MetricKind.COUNTER else GaugeMetricFamily
    metric = kind(family.name, family.says, labels=family.labels)
    for reading in readings:
        metric.add_metric(reading.labels, reading.value)
    return metric


def render(readings: Iterable[Measurement], accept: str = "") -> tuple[bytes, str]:
    """The readings, and those of the process, as a scraper takes them.

    Args:
        readings: what was measured.
        accept: the header of the scraper's request.

    Returns:
        The body, and its media type.
    """
    encode, media_type = choose_encoder(accept)
    # One of our own: the library's global one would bring in what other code in the process has put there.
    registry = CollectorRegistry()
    registry.register(_Measurements(readings))
    ProcessCollector(registry=registry)
    return encode(registry), media_type
