"""What leads outside: contexts, extensions, and those of the site that only look like numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.ami.protocol.extensions import VICIDIAL_EXTENSIONS, demand_exact
from gatekeeper.ami.protocol.routes import Routes

SITE = Routes(inside_contexts=("agents",), inside_extensions=("123456789", "_9-99[5-7]ZN*X!", "_990009*."))
VICIDIAL = Routes(inside_extensions=VICIDIAL_EXTENSIONS)
TRANSFER = "CL_TESTCAMP_L__**12345**0612345678*6666*"


@pytest.mark.parametrize(
    ("extension", "outside"),
    [
        *(
            ("0612345678", True),
            ("-0612345678", True),
            ("06-12-34-56-78", True),
            ("+1", True),
            ("1001", False),
            ("", False),
        ),
        *(
            ("%2D0612345678", True),
            ("tel:0612345678", True),
            ("(06)12345678", True),
            ("*97", False),
            ("_0612345678", True),
        ),
        *(("\N{FULLWIDTH DIGIT ZERO}612345678", True), ("agent-123456789", False), ("8600051", False)),
        # named: exactly, as a pattern, with an open end
        *(("123456789", False), ("1234567890", True), ("12345678", False), ("1-23456789", False)),
        *(("999512*0", False), ("99-9512*0123", False), ("999512*0612345678", True), ("999812*01234", True)),
        *(("990009*" + "1" * 8, False), ("990009*0612345678", True), ("990009*-0612345678", True)),
        *(("990009*06-12-34-56-78", True), ("990009**0612345678", True)),
        ("990009*+33612345678", True),  # oldest-python: an extension, no pattern
        *(("990009*" + TRANSFER, False), ("990009*0612345678*x", True), ("990009*06.12.34.56.78_", True)),
    ],
)
def test_an_extension_leads_outside_if_it_looks_like_a_public_number(extension: str, outside: bool) -> None:
    """An extension leads outside if it looks like a public number, unless it is named and none is behind it."""
    assert SITE.leads_outside("default", extension) is outside
    assert not SITE.leads_outside("agents", extension)
    assert SITE.leads_outside("outbound", extension)


VICIDIALS_OWN = [
    *("8600051", "78600051", "58600051", "9600051", "148600051", "248600051", "349600051", "55558600051"),
    *("83047777777777", "999999999999", "85026666666666101", "473782178600051", "47378218600051"),
    *(f"{extension}*{TRANSFER}" for extension in ("8600051", "78600051", "90009", "990009")),
    "990009*CL_1001_L__**12345**0612345678*6666*",
]


@pytest.mark.parametrize("server", ["", "010*000*000*015*"])
@pytest.mark.parametrize("extension", VICIDIALS_OWN)
def test_vicidials_own_extensions_stay_inside(server: str, extension: str) -> None:
    """What VICIdial dials for itself is not asked about, on this server or another of the cluster."""
    assert not VICIDIAL.leads_outside("default", server + extension)


@pytest.mark.parametrize("server", ["", "010*000*000*015*"])
@pytest.mark.parametrize(
    "extension",
    [
        *("0612345678", "90612345678", "-0612345678", "+33612345678", "8600051*0612345678", "990009*0612345678"),
        *("8600051*CL_0612345678", "990009*CL_06-12-34-56-78", "47378210612345678", "850266666666660612345678"),
        *("86000510612345678", "1486000510612345678", "0612345678*8600051", "8304777777777", "9999999999999"),
    ],
)
def test_no_number_hides_behind_them(server: str, extension: str) -> None:
    """A number in front, behind, or in place of such an extension is asked about."""
    assert VICIDIAL.leads_outside("default", server + extension)


@given(
    st.sampled_from([*VICIDIALS_OWN, "010*000*000*015*", "990009*", "8600051*", "CL_"]),
    st.sampled_from(["0612345678", "612345678", "+33612345678", "0033612345678", "06-12-34-56-78"]),
    st.sampled_from(["{0}{1}", "{1}{0}", "{0}*{1}", "010*000*000*015*{1}", "8600051*CL_{1}", "990009*{1}*{0}"]),
)
def test_no_number_is_inside_whatever_stands_beside_it(own: str, number: str, form: str) -> None:
    """Only a number that VICIdial's transfers tell to its own script, behind letters, is none."""
    extension = form.format(own, number)
    if extension[0] != "C" and "*CL_TESTCAMP" not in extension and "*CL_1001" not in extension:
        assert VICIDIAL.leads_outside("default", extension)


@pytest.mark.parametrize(
    "pattern",
    [
        "_X.",
        "_.",
        "_!",
        "_06XXXXXXXX",
        "_061XXXXXXX",
        "_9999XXXXXX",
        "_999.9",
        "_999 1",
        "_999[",
        "_999[]",
        "_999(1)",
        "_9X9",
    ],
)
def test_patterns_that_are_not_exact(pattern: str) -> None:
    """A pattern that could stand for public numbers, or can't be read, is an error."""
    with pytest.raises(ValueError, match="_"):
        demand_exact(pattern)
