"""What holds for every list file, drawn by Hypothesis."""

import csv
import io
from collections.abc import Iterator
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.errors import ImportRefused
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from gatekeeper.registries.reading.dialect import ListDialect
from gatekeeper.registries.reading.extract import Extractor
from gatekeeper.registries.reading.records import without_quotes
from gatekeeper.registries.reading.text import Block, unix_lines, whole_lines

NORMALISER = Normaliser(DialPlan(prefixes=(), emergency=frozenset({"112"})))
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

number = st.integers(612_000_000, 612_000_400).map(lambda n: f"0{n}")
spelled = st.one_of(
    number,
    number.map(lambda n: "+33" + n[1:]),
    number.map(lambda n: " ".join([n[:2], n[2:4], n[4:6], n[6:8], n[8:]])),
    number.map(lambda n: ".".join([n[:2], n[2:6], n[6:]])),
)
junk = st.one_of(
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=20), st.just("112")
)
cell = st.one_of(spelled, spelled, junk)


@pytest.fixture(scope="module")
def everyday(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ListStore]:
    """One store for all the examples."""
    with ListStore(tmp_path_factory.mktemp("everyday")) as store:
        store.ensure("l", ListKind.OPPOSITION)
        yield store


@SLOW
@given(st.lists(cell, min_size=1, max_size=60), st.sampled_from(["\n", "\r\n"]), st.data())
def test_no_line_is_lost(everyday: ListStore, cells: list[str], end: str, data: st.DataObject) -> None:
    """Read == imported + duplicates + rejected, and blank lines are the rest, whatever was done to the file."""
    content = bytearray(end.join(cells).encode())
    for _ in range(data.draw(st.integers(0, 5), label="mutations")):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    options = ImportOptions(force=True, header=False, delimiter=data.draw(st.sampled_from([None, ";", ","])), column=1)
    try:
        report = everyday.import_file(io.BytesIO(bytes(content)), "l", options=options)
    except ImportRefused:
        return
    listed = list(everyday.numbers("l"))
    assert report.read == report.imported + report.duplicates + report.rejected
    assert report.imported == len(listed) == len(set(listed))
    rejected = 0
    if report.rejects_file:
        with report.rejects_file.open(newline="", encoding="utf-8") as file:
            rejected = len(list(csv.reader(file))) - 1
    assert report.rejected == rejected


@SLOW
@given(st.lists(cell, max_size=60))
def test_numbers_are_those_that_the_normaliser_finds_one_by_one(cells: list[str]) -> None:
    """NumPy, grouping and the csv reader change nothing about what a line means."""
    wanted = []
    for text in cells:
        found = NORMALISER.normalise(text.encode().decode("utf-8", "replace").strip())
        if found.kind is NumberKind.E164:
            wanted.append(found.e164)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";", lineterminator="\n").writerows([("x", text, 'a "b" ; c') for text in cells])
    extract = Extractor(NORMALISER, ListDialect(b";", 1, 3, header=False)).read(Block(buffer.getvalue().encode(), 1))
    assert sorted(extract.numbers.tolist()) == sorted(wanted)
    assert extract.records == len(extract.numbers) + len(extract.rejects) == len(cells)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(601_000_000, 699_000_000), st.lists(st.integers(1, 9), max_size=4)), min_size=5),
    st.sampled_from(" .-"),
)
def test_grouped_numbers_are_what_the_normaliser_says(drawn: list[tuple[int, list[int]]], separator: str) -> None:
    """The quick way for numbers in groups, taken where there are many, is no other way of understanding them."""
    lines = []
    for value, cuts in drawn:
        text = f"0{value}"
        for cut in sorted(set(cuts), reverse=True):
            text = text[:cut] + separator + text[cut:]
        lines.append(text)
    lines = (lines * (5000 // len(lines) + 1))[:5000]
    wanted = [NORMALISER.normalise(line).e164 for line in lines]
    extract = Extractor(NORMALISER, ListDialect(b"", 0, 1, header=False)).read(Block("\n".join(lines).encode(), 1))
    assert sorted(extract.numbers.tolist()) == sorted(found for found in wanted if found)


@given(st.lists(st.binary(max_size=40), max_size=20), st.booleans())
def test_blocks_of_lines_are_the_text(parts: list[bytes], quotes: bool) -> None:
    """Cutting at line ends loses and doubles nothing, and line numbers count on."""
    text = b"".join(parts)
    blocks = list(whole_lines(iter(parts), quotes=quotes))
    assert b"".join(block.data for block in blocks) == text
    line = 1
    for block in blocks:
        assert block.line == line
        line += block.data.count(b"\n")


@given(st.lists(st.tuples(st.text("a0", max_size=3), st.sampled_from(["\n", "\r\n", "\r"])), max_size=20), st.data())
def test_every_line_end_ends_a_line_wherever_blocks_are_cut(
    written: list[tuple[str, str]], data: st.DataObject
) -> None:
    """LF, CR LF and a lone CR beside each other; no other byte is changed."""
    text = "".join(line + end for line, end in written).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6), label="cuts"))
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert b"".join(unix_lines(parts)).replace(b"\r\n", b"\n") == text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


@given(
    st.lists(st.lists(st.text('ab;" 0\n', max_size=6), min_size=2, max_size=2), min_size=1, max_size=6), st.booleans()
)
def test_quotes_are_only_taken_off_where_csv_would_do_just_that(rows: list[list[str]], everything: bool) -> None:
    """The quick way round the csv reader gives what it gives, or declines."""
    buffer = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if everything else csv.QUOTE_MINIMAL
    csv.writer(buffer, delimiter=";", lineterminator="\n", quoting=quoting).writerows(rows)
    simple = without_quotes(buffer.getvalue().encode(), b";")
    if simple is not None:
        assert [line.split(";") for line in simple.decode().split("\n")[:-1]] == rows
