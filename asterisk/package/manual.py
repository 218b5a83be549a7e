"""The manual page gatekeeper(8), made of `docs/cli.md`: headings, paragraphs, lists, tables and samples for man(7)."""

import re
from collections.abc import Iterator
from typing import Final

NAME: Final = "gatekeeper.8"

_HEAD: Final = """\
.TH GATEKEEPER 8 "" "Gatekeeper {version}" "System administration"
.SH NAME
gatekeeper \\- stops an Asterisk dialer's call to a person who must not be called
.SH SYNOPSIS
.B gatekeeper
.RI [ \\-\\-config
.IR FILE ]
.I COMMAND
.RI [ OPTIONS ]
.SH DESCRIPTION
"""
_COMMANDS: Final = ".SH COMMANDS\n"
_FOOT: Final = """\
.SH FILES
.TP
.I /etc/gatekeeper/gatekeeper.toml
The configuration.
.TP
.I /var/lib/gatekeeper
The data folder, with the lists and the journal.
.SH SEE ALSO
.BR asterisk (8)
.PP
The other documents come with the project's source, below
.IR docs .
"""
_INLINE: Final = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<bold>.+?)\*\*|!?\[(?P<text>(?:`[^`]*`|[^\]])*)\]\((?P<to>[^)]*)\)|(?P<plain>[^`*!\[]+|.)"
)
_NOTHING: Final = "\\&\n"
_CELLS: Final = re.compile(r"(?<!\\)\|")
_RULE: Final = re.compile(r"\|[-|: ]+\|")


def manual(markdown: str, version: str) -> str:
    """The page.

    Args:
        markdown: what `docs/cli.md` says.
        version: Gatekeeper's.
    """
    begun = False
    page = [_HEAD.replace("{version}", version)]
    for block in _blocks(markdown):
        first = block[0]
        if first.startswith("# "):
            continue  # the page has a head of its own
        if first.startswith("## ") and not begun:
            begun = True
            page.append(_COMMANDS)
        page.append(_block(block))
    return "".join([*page, _FOOT])


def _blocks(markdown: str) -> Iterator[list[str]]:
    """Lines that belong together: a heading, a paragraph, a list, a table, or a sample with its fences."""
    block: list[str] = []
    fenced = False
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("```"):
            fenced = not fenced
        if line or fenced:
            block.append(line)
        elif block:
            yield block
            block = []


def _block(lines: list[str]) -> str:
    first = lines[0]
    if first.startswith("#"):
        return f".SS {_text(first.lstrip('# ').replace('`', ''))}\n"
    if first.startswith("```"):
        sample = "\n".join(_line(_escaped(line)) for line in lines[1:-1])
        return f".PP\n.RS 4\n.EX\n{sample}\n.EE\n.RE\n"
    if first.startswith("|"):
        return "".join(_row(line) for line in lines[2:])
    if first.startswith("- "):
        points = re.split(r"^- ", "\n".join(lines), flags=re.MULTILINE)[1:]
        return "".join(f".IP \\(bu 2\n{_paragraph(point)}" for point in points)
    return f".PP\n{_paragraph(' '.join(lines))}"


def _row(line: str) -> str:
    term, *rest = [cell.strip().replace("\\|", "|") for cell in _CELLS.split(line)[1:-1]]
    told = "; ".join(cell for cell in rest if cell)
    return f".TP\n{_line(_text(term))}\n{_paragraph(told) if told else _NOTHING}"


def _paragraph(text: str) -> str:
    return _line(_text(" ".join(text.split()))) + "\n"


def _text(text: str) -> str:
    """A text with its code, emphasis and links; of a link into another document nothing but its words."""
    return "".join(_run(found) for found in _INLINE.finditer(text))


def _run(found: re.Match[str]) -> str:
    if found["code"] is not None:
        return f"\\fB{_escaped(found['code'])}\\fR"
    if found["bold"] is not None:
        return f"\\fB{_text(found['bold'])}\\fR"
    if found["to"] is not None:
        shown = _text(found["text"])
        return f"{shown} ({_escaped(found['to'])})" if "://" in found["to"] else shown
    return _escaped(found["plain"])


def _escaped(text: str) -> str:
    """What groff_char(7) has another meaning for, as it is read: copied from the page, an option works."""
    for mark, as_it_is in (("\\", "\\e"), ("-", "\\-"), ("'", "\\(aq"), ("^", "\\(ha"), ("`", "\\(ga"), ("~", "\\(ti")):
        text = text.replace(mark, as_it_is)
    return text


def _line(text: str) -> str:
    """A line that is no request, whatever it begins with."""
    return f"\\&{text}" if text.startswith(".") else text
