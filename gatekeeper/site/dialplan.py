"""The dialplan of extensions.conf: contexts, extensions and what each priority runs, with file and line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.site.conf import ConfFile, ConfLine, read_conf
from gatekeeper.site.tree import SiteTree

_PRIORITY: Final = re.compile(r"^\s*(hint|n(?:\+\d+)?|s(?:\+\d+)?|\d+(?:\+\d+)?)\s*(?:\(([^)]*)\))?\s*$")
_COUNTED: Final = r"\s*(?:[2-9]|[1-9]\d+)\s*(?:[:)(]|$)"
"""A priority by its number; 1 stays where it is."""

_JUMP: Final = re.compile(
    r"\b(?:Goto|GotoIf|GotoIfTime|Gosub|GosubIf|ExecIf|ChannelRedirect)\s*\((?:.*[,?:(])?"
    + _COUNTED
    + r"|\b[GFbB]\((?:[^()^]*\^)*"
    + _COUNTED
    + r"|\bhangup_handler_(?:push|wipe)\)\s*=(?:.*,)?"
    + _COUNTED
    + r"|\bOriginate\s*\(.*,\s*exten\s*,(?:.*,)?"
    + _COUNTED,
    re.IGNORECASE,
)
"""A jump to a priority by its number, by an application, an option of `Dial()`, or a handler of a channel."""

SWITCHES: Final = ("switch", "lswitch", "eswitch")
"""Lines of a context that bring in another dialplan: of a database, a script, or another Asterisk."""


class DialplanLine(NamedTuple):
    """One priority of an extension.

    Attributes:
        context: its context.
        extension: its name or pattern.
        priority: 1, n, 7 ...
        label: the priority's name, or "".
        application: what is run.
        arguments: with what; without the brackets around.
        line: where it stands.
    """

    context: str
    extension: str
    priority: str
    label: str
    application: str
    arguments: str
    line: ConfLine


@dataclass
class Dialplan:
    """All contexts.

    Attributes:
        conf: the file with its includes.
        lines: every priority, in the order of the files.
        includes: by context the contexts that it includes.
        switches: the lines that bring in what other programs say.
    """

    conf: ConfFile
    lines: list[DialplanLine] = field(default_factory=list)
    includes: dict[str, list[ConfLine]] = field(default_factory=dict)
    switches: list[ConfLine] = field(default_factory=list)

    @property
    def variables(self) -> dict[str, str]:
        """The global variables, without those that the gate brings."""
        found: dict[str, str] = {}
        for section in self.conf.sections:
            if section.name == "globals":
                found |= {line.key: line.value for line in section.lines}
        return found

    def has_context(self, name: str) -> bool:
        """Whether there is a context of this name."""
        return self.conf.section(name) is not None

    def of(self, context: str, extension: str) -> list[DialplanLine]:
        """The priorities of an extension, in their order."""
        return [one for one in self.lines if one.context == context and one.extension == extension]

    def numbered(self, context: str, extension: str) -> list[tuple[int, DialplanLine]]:
        """The priorities of an extension with the numbers that Asterisk gives them, in the order in which they run.

        `n` is one more than the line before; `n+2` and `s+2` count from there, too; hints run never.
        """
        found: list[tuple[int, DialplanLine]] = []
        last = 0
        for one in self.of(context, extension):
            base, _, more = one.priority.partition("+")
            if base == "hint":
                continue
            last = {"n": last + 1, "s": last}.get(base) or int(base if base.isdigit() else 1)
            last += int(more or 1) - 1 if base == "n" and more else int(more or 0)
            found.append((last, one))
        return sorted(found, key=lambda pair: pair[0])

    def jumps_to_numbers(self, context: str) -> bool:
        """Whether a jump to a priority by its number leads into a context: then no line may be put between others."""
        near = self._near(context)
        for one in self.lines:
            code = f"{one.application}({one.arguments})"
            if (one.context in near or context in code) and _JUMP.search(code):
                return True
        return False

    def _near(self, context: str) -> set[str]:
        """It, and all from which a jump that names no context may come: contexts that include it, and what these do."""
        includes = {name: {line.value.split(",")[0].strip() for line in lines} for name, lines in self.includes.items()}
        near = {context}
        while more := {name for name, named in includes.items() if named & near} - near:
            near |= more
        while more := {one for name in near for one in includes.get(name, ())} - near:
            near |= more
        return near


def read_dialplan(tree: SiteTree, etc: Path) -> Dialplan:
    """Read extensions.conf with all that it includes."""
    found = Dialplan(read_conf(tree, etc, "extensions.conf"))
    for section in found.conf.sections:
        if section.name in ("general", "globals"):
            continue
        extension = ""
        for line in section.lines:
            key = line.key.lower()
            if key == "include":
                found.includes.setdefault(section.name, []).append(line)
            elif key in SWITCHES:
                found.switches.append(line)
            elif key in ("exten", "same"):
                rest = line.value
                if key == "exten":
                    parts = split_arguments(rest, ",", 2)
                    extension, rest = parts[0].strip(), parts[1] if len(parts) > 1 else ""
                found.lines += _priority(section.name, extension, rest, line)
    return found


def _priority(context: str, extension: str, rest: str, line: ConfLine) -> Iterator[DialplanLine]:
    parts = split_arguments(rest, ",", 2)
    head = _PRIORITY.match(parts[0])
    if head is None or len(parts) < 2:  # noqa: PLR2004 - priority and application
        return
    application, bracket, arguments = parts[1].strip().partition("(")
    arguments = arguments.rpartition(")")[0] if bracket else ""
    yield DialplanLine(context, extension, head[1], head[2] or "", application.strip(), arguments, line)


def split_arguments(text: str, by: str, most: int = 0) -> list[str]:
    """A text in parts, split where a separator stands outside of all brackets and quotes.

    Args:
        text: the text.
        by: the separator, one character.
        most: at most so many parts; 0: all.
    """
    parts: list[str] = []
    depth, start, quoted = 0, 0, False
    for at, letter in enumerate(text):
        if letter == '"' and not text[:at].endswith("\\"):
            quoted = not quoted
        elif quoted:
            continue
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth = max(0, depth - 1)
        elif letter == by and depth == 0 and len(parts) + 1 != most:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]
