"""Labels: each from a set that code or configuration closes, so that none ever holds a number, whatever calls say."""

import asyncio
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from gatekeeper.config import load
from gatekeeper.daemon.assembly import build_parts
from gatekeeper.daemon.measuring import Observed
from gatekeeper.daemon.runtime import Runtime
from gatekeeper.metrics.exposition import render
from gatekeeper.metrics.families import FAMILIES, Measurement
from gatekeeper.policy import Gate, Reason, Verdict
from gatekeeper.screening import Question
from gatekeeper.screening.call import Said
from gatekeeper.screening.service import Screening
from lab.ports import free_port
from tests.metrics.site import CONFIG, samples_of

LISTS = {"red", "tps"}
DIGITS = re.compile(r"\d{5}")

NUMBERS = st.one_of(
    st.integers(100, 10**15).map(str),
    st.from_regex(r"(\+|00)?[0-9 .()-]{4,20}", fullmatch=True),
    st.sampled_from(["+33612345678", "112", "0612345678", "x" * 300, ""]),
    st.text(max_size=20),
)
QUESTIONS = st.builds(
    Question,
    dialled=NUMBERS,
    gate=st.sampled_from([gate for gate in Gate if gate is not Gate.WATCHDOG]),
    campaign=NUMBERS,
    principal=NUMBERS,
    caller_id=NUMBERS,
    channel=NUMBERS,
    uniqueid=NUMBERS,
    linkedid=NUMBERS,
    earlier=NUMBERS,
    refused=st.one_of(st.just(""), st.sampled_from(sorted(Reason)), NUMBERS),
    said=st.builds(Said, contact=NUMBERS, postcode=NUMBERS),
)


class Watched(NamedTuple):
    """Screening, and what is measured of it."""

    screening: Screening
    observed: Observed
    loop: asyncio.AbstractEventLoop


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """The daemon's screening, started as far as it decides and records."""
    folder = tmp_path_factory.mktemp("labels")
    (folder / "data").mkdir()
    file = folder / "gatekeeper.toml"
    file.write_text(CONFIG.format(folder=folder, metrics=free_port(), fastagi=free_port()))
    loop = asyncio.new_event_loop()
    configured = load(file, {})
    observed = Observed(configured.daemon.data_dir, configured.max_ages)
    runtime = Runtime(build_parts(configured, observed))
    loop.run_until_complete(runtime.__aenter__())
    yield Watched(observed.screening, observed, loop)
    loop.run_until_complete(runtime.__aexit__(None, None, None))
    loop.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=QUESTIONS)
def test_no_label_ever_holds_a_number(watched: Watched, question: Question) -> None:
    """Whatever is dialled and said of a call, every label is a word that was there before it."""
    watched.loop.run_until_complete(watched.screening.screen(question))
    closed = {
        "verdict": set(Verdict),
        "reason": set(Reason),
        "gate": set(Gate),
        "list": LISTS,
        "part": {part.name.removeprefix("the ") for part in watched.observed.parts},
    }
    readings = watched.observed.measure()
    for reading in readings:
        assert len(reading.labels) == len(reading.family.labels)
        for name, value in zip(reading.family.labels, reading.labels, strict=True):
            assert value in closed.get(name, {value})
            assert name == "version" or not DIGITS.search(value)
    said = {question.dialled, question.campaign, question.principal, question.caller_id, question.channel}
    shown, _ = render(readings, "application/openmetrics-text; version=1.0.0")
    labels = {
        value
        for family in text_string_to_metric_families(shown.decode())
        for sample in family.samples
        for name, value in sample.labels.items()
        if name != "le"
    }
    assert not {one for one in said if DIGITS.search(one)} & labels


READINGS = st.lists(
    st.sampled_from(FAMILIES).flatmap(
        lambda family: st.builds(
            Measurement,
            st.just(family),
            st.tuples(*(st.text(max_size=8) for _ in family.labels)),
            st.floats(allow_nan=False),
            st.just([("0.5", 1.0), ("+Inf", 2.0)] if family.kind == "histogram" else []),
        )
    ),
    unique_by=lambda reading: (reading.family.name, reading.labels),
    max_size=8,
)


@given(READINGS)
def test_prometheus_reads_back_what_was_measured(readings: list[Measurement]) -> None:
    """By its own parser: every reading, with its labels, whatever stands in them."""
    found = samples_of(render(readings)[0].decode())
    for reading in readings:
        name = f"{reading.family.name}_sum" if reading.buckets else reading.family.name
        labels = tuple(sorted(zip(reading.family.labels, reading.labels, strict=True)))
        assert found[name, labels] == reading.value
