"""Canada's list, and the lenient reading of its XML."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.registries.reading.markup import xml_lines
from tests.lists.formats.reading import accounted, mutated, read, refusal

A, B, C = 14165550123, 14165550177, 16045550199
CSV = b"416,5550123\n416,5550177\n604,5550199\n"
XML = (
    b"<list type='full' level='ac' val='x'><ac val='416'><ph val='5550123'/><ph val='5550177'/></ac>"
    b"<ac val='604'><ph val='5550199'/></ac></list>"
)

MALFORMED = [
    # As published, and as it might be.
    ("attributes without values", XML.replace(b"type='full' level='ac' val='x'", b"type level val")),
    ("no quotes", XML.replace(b"'", b"")),
    ("double quotes", XML.replace(b"'", b'"')),
    ("capitals", XML.upper()),
    ("elements not closed", XML.replace(b"/>", b">")),
    ("area codes not closed", XML.replace(b"</ac>", b"")),
    ("closed twice", XML.replace(b"</ac>", b"</ac></ac>")),
    ("a closing bracket missing", XML.replace(b"<ph val='5550177'/>", b"<ph val='5550177'")),
    ("spaces", XML.replace(b"=", b" = ").replace(b"<ph", b"< ph")),
    ("one element a line", XML.replace(b"<", b"\n <")),
    ("CR LF", XML.replace(b"<", b"\r\n<")),
    ("text for attributes", re.sub(rb"<ph val='(\d+)'/>", rb"<ph>\1</ph>", XML)),
    ("a namespace", XML.replace(b"<ph", b"<x:ph").replace(b"<ac", b"<x:ac")),
    ("stray ampersands", XML.replace(b"<ac", b" & &nbsp; &#0; <ac")),
    ("comments", XML.replace(b"<ac", b"<!-- <ph val='9999999'/> --><ac")),
    ("a comment never closed", XML.replace(b"<list", b"<!-- <list")),
    ("a declaration", b"<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE list>\n" + XML),
    ("UTF-16", XML.decode().encode("utf-16")),
]


def test_csv_is_read_as_area_code_and_number() -> None:
    """Area code and number."""
    found = read(CSV, "canada")
    assert (found.listed, found.rejects) == ([A, B, C], [])
    assert found.reader.prefixes == ("1416", "1604")


@pytest.mark.parametrize("content", [content for _, content in MALFORMED], ids=[name for name, _ in MALFORMED])
def test_malformed_xml_is_read_as_it_is_meant(content: bytes) -> None:
    """No XML parser would take these."""
    found = read(content, "canada")
    assert (found.listed, found.rejects) == ([A, B, C], [])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_xml_may_come_in_any_pieces(size: int) -> None:
    """Tags and comments are cut anywhere."""
    content = b"<!-- <ph val='1'/> -->" + XML
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert b"".join(xml_lines(pieces, "x")) == CSV


def test_xml_that_is_cut_off_is_refused() -> None:
    """Who is missing from it would be called; forcing takes what is there."""
    assert "cut off" in refusal(XML[:-12], "canada")
    assert read(XML[:-12], "canada", force=True).listed == [A, B, C]


def test_entities_are_not_understood() -> None:
    """A bomb of entities is text that nobody reads."""
    bomb = b"<!DOCTYPE l [" + b"".join(
        b'<!ENTITY e%d "%s">' % (step, b"&e%d;" % (step - 1) * 50) for step in range(1, 30)
    )
    started = time.process_time()
    found = read(bomb + b"]>" + XML.replace(b"</list>", b"<ph val='&e29;'/></list>"), "canada", force=True)
    assert found.listed == [A, B, C]
    assert len(found.rejects) == 1
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "evil",
    [b"<" * 3_000_000, b"< " * 1_000_000, b"<!--" * 500_000, b"<" + b" " * 3_000_000, b"<a" + b"b" * 3_000_000],
    ids=["brackets", "brackets and blanks", "comments", "blanks", "one word"],
)
def test_xml_that_is_made_to_take_long_does_not(evil: bytes) -> None:
    """The time is that of its length."""
    started = time.process_time()
    list(xml_lines([evil[at : at + 100_000] for at in range(0, len(evil), 100_000)], "x", complete=False))
    assert time.process_time() - started < 20


def test_xml_without_a_format_is_asked_about() -> None:
    """Its numbers could be of two countries."""
    assert "--format ftc or canada" in refusal(XML)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_element_is_lost(data: st.DataObject) -> None:
    """Every `ph` that is left in a damaged file is a record."""
    content = data.draw(mutated(XML))
    count = len(re.findall(rb"<\s*(?:[A-Za-z_][\w.-]*:)?ph(?![\w])", content, re.IGNORECASE))
    lines = b"".join(xml_lines([content], "x", complete=False))
    assert lines.count(b"\n") == count


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_line_is_lost(data: st.DataObject) -> None:
    """However the CSV is damaged."""
    accounted(data.draw(mutated(CSV * 3)), "canada")
