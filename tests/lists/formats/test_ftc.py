"""The registry of the United States."""

import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lists.formats.reading import accounted, mutated, read, refusal

A, B, C = 12125550123, 13105550199, 12125550177
PAIRS = b"212,5550123\n310,5550199\n212,5550177\n"
TEN = b"2125550123\n3105550199\n2125550177\n"
CHANGES = b"212,5550123,2026-11-01,A\n310,5550199,2026-11-02,D\n212,5550177,2026-11-03,A\n"
XML = b"""<?xml version="1.0"?><list type="full" level="state" val="NY"><ac val="212"><ph val="5550123"/>
<ph val="5550177"/></ac><ac val="310"><ph val="5550199"/></ac></list>"""


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_both_layouts_are_the_same_list() -> None:
    """Area code and number apart or together, and both in one file."""
    quoted = b'"212","5550123"\n' + PAIRS[12:]
    for content in (PAIRS, TEN, PAIRS[:12] + TEN[11:], PAIRS.replace(b"\n", b"\r\n"), quoted):
        found = read(content, "ftc")
        assert (found.listed, found.rejects) == ([A, B, C], [])


def test_a_zip_by_area_code_covers_those_area_codes() -> None:
    """And no others."""
    found = read(zipped({"212.txt": b"212,5550123\n212,5550177\n", "310.txt": b"3105550199\n"}), "ftc")
    assert sorted(found.listed) == sorted([A, B, C])
    assert found.reader.prefixes == ("1212", "1310")


def test_a_change_list_adds_and_deletes() -> None:
    """Whichever column says it, in whatever case."""
    for content in (
        CHANGES,
        CHANGES.lower(),
        b"2125550123,A\n3105550199,D\n2125550177,A\n",
        b"212,5550123,A,2026-11-01\n310,5550199,D,2026-11-01\n212,5550177,A,2026-11-01\n",
    ):
        found = read(content, "ftc-changes")
        assert (found.listed, found.removed, found.rejects) == ([A, C], [B], [])


def test_what_a_change_list_does_not_say_is_set_aside() -> None:
    """A word that is neither changes nothing."""
    found = read(CHANGES + b"212,5550144,2026-11-01,X\n212,5550145,2026-11-01\n", "ftc-changes")
    assert [reject.line for reject in found.rejects] == [4, 5]
    assert found.records == 5


def test_a_change_list_does_not_replace_the_list_nor_the_other_way_round() -> None:
    """Either would list the wrong people."""
    assert "ftc-changes" in refusal(CHANGES, "ftc")
    assert "no column of answers" in refusal(PAIRS, "ftc-changes")


def test_xml_is_read_too() -> None:
    """The registry offers both."""
    found = read(XML, "ftc")
    assert sorted(found.listed) == sorted([A, B, C])
    changes = XML.replace(b'val="5550123"', b'val="5550123" chtype="A"').replace(b'"5550177"', b'"5550177" chtype="D"')
    found = read(changes.replace(b'"5550199"', b'"5550199" x="a"'), "ftc-changes")
    assert (sorted(found.listed), found.removed) == ([A, B], [C])


def test_numbers_of_ten_digits_are_american_whatever_the_site() -> None:
    """The format knows its country."""
    assert read(TEN, "ftc", country="FR").listed == [A, B, C]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from([(PAIRS * 3, "ftc"), (TEN * 3, "ftc"), (CHANGES * 3, "ftc-changes")]))
def test_no_line_is_lost(data: st.DataObject, case: tuple[bytes, str]) -> None:
    """However it is damaged."""
    accounted(data.draw(mutated(case[0])), case[1])
