"""The manual page: all that docs/cli.md says, in the language of man(7)."""

import re
from pathlib import Path

import pytest

from package.manual import manual

CLI = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
PAGE = manual(CLI, "1.2")
MACROS = {"TH", "SH", "SS", "PP", "TP", "IP", "RS", "RE", "EX", "EE", "B", "I", "BR", "RI", "IR"}


def said(markdown: str) -> str:
    """What the page has between its own head and foot."""
    return manual(markdown, "").partition(".SH DESCRIPTION\n")[2].partition(".SH FILES\n")[0]


def test_it_has_every_section_in_its_order() -> None:
    """The sections of the document are those of the page."""
    headings = re.findall(r"^## `(.*)`$", CLI, re.MULTILINE)
    shown = [found.replace("\\-", "-") for found in re.findall(r"^\.SS (.*)$", PAGE, re.MULTILINE)]
    assert len(headings) > 40
    assert shown == headings


def test_each_option_is_as_it_is_typed() -> None:
    """With the hyphens of ASCII, which can be copied."""
    for option in set(re.findall(r"^\| `(--[a-z-]+)", CLI, re.MULTILINE)):
        assert ".TP\n\\fB" + option.replace("-", r"\-") in PAGE, option


def test_no_word_of_it_is_taken_for_a_request() -> None:
    """A line that begins with a dot is one of man's macros; none begins with the quote that breaks no line."""
    lines = PAGE.splitlines()
    assert {line[1:].split()[0] for line in lines if line.startswith(".")} <= MACROS
    assert not [line for line in lines if line.startswith("'")]
    assert not re.search(r"\*\*|\]\(|^\|---", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    ("markdown", "page"),
    [
        ("One `two` **three\n`four`**.", ".PP\nOne \\fBtwo\\fR \\fBthree \\fBfour\\fR\\fR.\n"),
        ("[here](x.md), [`b`](#b), [there](https://x.example)", ".PP\nhere, \\fBb\\fR, there (https://x.example)\n"),
        (".dot", ".PP\n\\&.dot\n"),
        ("'s\\n", ".PP\n\\(aqs\\en\n"),
        ("- one\n  two\n- three", ".IP \\(bu 2\none two\n.IP \\(bu 2\nthree\n"),
        ("| a | b |\n|---|---|\n| `x\\|y` | z |\n| `.` | |", ".TP\n\\fBx|y\\fR\nz\n.TP\n\\fB.\\fR\n\\&\n"),
        ("```\n.a\n\n'b -c\n```", ".PP\n.RS 4\n.EX\n\\&.a\n\n\\(aqb \\-c\n.EE\n.RE\n"),
        ("## `gatekeeper x`\n\ny", ".SH COMMANDS\n.SS gatekeeper x\n.PP\ny\n"),
    ],
)
def test_what_becomes_of_markdown(markdown: str, page: str) -> None:
    """Each mark that the document uses."""
    assert said(markdown) == page
