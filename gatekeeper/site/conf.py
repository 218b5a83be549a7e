r"""Asterisk's configuration files: sections, templates and includes, each line with the file and line it stands in.

As Asterisk's own reader does (main/config.c): `;` begins a comment, `\;` is a semicolon, `;--` to `--;` is a comment
of several lines, which may have others in it, `[name](template,+)` takes over a template's lines or goes on with a
section, `=>` is `=`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.site.tree import SiteTree
from gatekeeper.translation import phrase

_HEAD = re.compile(r"^\s*\[([^\]]*)\](?:\s*\(([^)]*)\))?")
_DIRECTIVE = re.compile(r"^\s*#\s*(include|tryinclude|exec)\s+(.+?)\s*$", re.IGNORECASE)
BYTE_ORDER_MARK: Final = "\ufeff"
"""What some editors put at the beginning of a file; Asterisk passes over it."""

_DEEPEST = 20
"""Includes within includes: more are a circle."""


class ConfLine(NamedTuple):
    """A line that sets something.

    Attributes:
        file: the file, as a path of the site.
        number: the line, from 1.
        key: what stands before `=` or `=>`.
        value: what stands behind it, without a comment.
    """

    file: Path
    number: int
    key: str
    value: str

    @property
    def place(self) -> str:
        """`/etc/asterisk/extensions.conf, line 12`."""
        return phrase("{file}, line {line}", file=self.file, line=self.number)


@dataclass
class ConfSection:
    """A section, with the lines of its templates before its own.

    Attributes:
        name: what stands in the brackets.
        template: whether it only serves others.
        lines: all lines, in the order in which they count.
        own: those that stand in it itself.
        head: where it begins.
    """

    name: str
    template: bool
    lines: list[ConfLine] = field(default_factory=list)
    own: list[ConfLine] = field(default_factory=list)
    head: ConfLine | None = None

    def get(self, key: str) -> str | None:
        """The value that counts, the last one; None where there is none."""
        return next((line.value for line in reversed(self.lines) if line.key.lower() == key), None)

    def all(self, key: str) -> list[str]:
        """Every value of a key that may stand there several times."""
        return [line.value for line in self.lines if line.key.lower() == key]


@dataclass
class ConfFile:
    """A configuration with all that it includes.

    Attributes:
        sections: in their order; a section that is gone on with (`+`) is one.
        files: every file that was read.
        programs: `#exec` lines, whose output nobody knows here.
        missing: files that an `#include` names and that are not there; Asterisk then refuses the whole configuration.
    """

    sections: list[ConfSection] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    programs: list[ConfLine] = field(default_factory=list)
    missing: list[ConfLine] = field(default_factory=list)

    def section(self, name: str) -> ConfSection | None:
        """The first section of a name."""
        return next((one for one in self.sections if one.name == name), None)

    def value(self, section: str, key: str) -> str | None:
        """The value that counts of a key, over all sections of that name."""
        found = [one.get(key) for one in self.sections if one.name == section]
        return next((value for value in reversed(found) if value is not None), None)


def read_conf(tree: SiteTree, folder: Path, name: str) -> ConfFile:
    """Read a configuration file with its includes.

    Args:
        tree: the site's files.
        folder: Asterisk's configuration folder.
        name: the file's name in it; where it is not there, the result is empty.
    """
    found = ConfFile()
    _Reader(tree, folder, found).read(folder / name, 0)
    return found


def code_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a file from 1, without comments; a line that is nothing but comment comes empty."""
    depth = 0
    for number, raw in enumerate(text.removeprefix(BYTE_ORDER_MARK).split("\n"), start=1):
        code, depth = _code(raw.rstrip("\r"), depth)
        yield number, code.strip()


def comment_depth(text: str) -> int:
    """In how many comments of several lines a text ends; below 0 where one was closed that nothing had opened."""
    depth = 0
    for line in text.removeprefix(BYTE_ORDER_MARK).split("\n"):
        _, depth = _code(line.rstrip("\r"), depth)
    return depth


def _code(line: str, depth: int) -> tuple[str, int]:
    """What counts of a line that begins so deep in comments, and how deep the next one does.

    Asterisk counts: `;--` goes one deeper, but for `;---`, and `--;` one up, below none, too. Only at 0 a line counts.
    """
    code, at = "", 0
    begins: int | None = None if depth else 0  # of what counts and is not in `code` yet
    while (found := line.find(";", at)) >= 0:
        if found > at and line[found - 1] == "\\":
            line = line[: found - 1] + line[found:]
            at = found
        elif line.startswith("--", found + 1) and line[found + 3 : found + 4] != "-":
            code += "" if begins is None else line[begins:found]
            begins, depth, at = None, depth + 1, found + 3
        elif line.endswith("--", at, found):
            depth, at = depth - 1, found + 1
            begins = begins if depth else at
        elif depth:
            at = found + 1
        else:
            return code + ("" if begins is None else line[begins:found]), depth
    return code + ("" if begins is None else line[begins:]), depth


def _has_all(section: ConfSection, wanted: str) -> bool:
    """Whether it is the section that `[name](+key=value&key=value)` goes on with: both are regular expressions."""
    pairs = [one.partition("=") for one in wanted.split("&") if one.strip()]
    return all(
        any(_fits(key, line.key) and _fits(value, line.value) for line in section.lines) for key, _, value in pairs
    )


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern.strip(), text) is not None
    except re.error:
        return pattern.strip() == text


class _Reader:
    def __init__(self, tree: SiteTree, folder: Path, found: ConfFile) -> None:
        self._tree = tree
        self._folder = folder
        self._found = found
        self._section: ConfSection | None = None

    def read(self, path: Path, depth: int) -> bool:
        text = self._tree.text(path) if depth <= _DEEPEST else None
        if text is None:
            return False
        self._found.files.append(path)
        for number, line in code_lines(text):
            if line:
                self._line(path, number, line, depth)
        return True

    def _line(self, path: Path, number: int, line: str, depth: int) -> None:
        directive = _DIRECTIVE.match(line)
        head = _HEAD.match(line)
        if directive:
            self._include(ConfLine(path, number, directive[1].lower(), directive[2].strip("\"'<> ")), depth)
        elif head:
            self._open(ConfLine(path, number, head[1].strip(), head[2] or ""))
        elif self._section is not None and "=" in line:
            key, _, value = line.partition("=")
            said = ConfLine(path, number, key.strip(), value.removeprefix(">").strip())
            self._section.lines.append(said)
            self._section.own.append(said)

    def _include(self, line: ConfLine, depth: int) -> None:
        if line.key == "exec":
            self._found.programs.append(line)
            return
        named = Path(line.value) if line.value.startswith("/") else self._folder / line.value
        paths = self._tree.glob(str(named)) if any(one in line.value for one in "*?[") else [named]
        read = [self.read(path, depth + 1) for path in paths]
        if line.key == "include" and not all(read):
            self._found.missing.append(line)

    def _open(self, head: ConfLine) -> None:
        words = [word.strip() for word in head.value.split(",") if word.strip()]
        more = next((word for word in words if word.startswith("+")), None)
        if more is not None:
            there = (one for one in self._found.sections if one.name == head.key and _has_all(one, more[1:]))
            self._section = next(there, None)
            if self._section is not None:
                return
        self._section = ConfSection(head.key, "!" in words, head=head)
        for word in words:
            of = self._found.section(word) if word != "!" and not word.startswith("+") else None
            self._section.lines += of.lines if of else []
        self._found.sections.append(self._section)
