"""Taking our lines out of a file that somebody has changed since they were put in; the rest stays byte for byte.

A block of ours is found where the file still has it, however often it stands there. What was edited is known by what
it does: an include of our files, and a Gosub that asks the gate, of which no call could be placed once these are gone.
"""

import difflib
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from gatekeeper.site.conf import code_lines
from gatekeeper.site.dialplan import split_arguments

_OURS: Final = "gatekeeper"
_INCLUDE: Final = re.compile(r"^\s*#\s*(?:try)?include\s+[\"<]?(?:\S*/)?(gatekeeper/[^\">\s]+)")
_ASKS: Final = re.compile(r"\bGosub(?:If)?\(.*(?<![\w-])gatekeeper(?:-[a-z]+)?\s*,\s*s\s*,\s*1\b", re.IGNORECASE)
_HEAD: Final = r"\s*(?:exten\s*=>?\s*[^,]+,|same\s*=>?\s*)\s*(?:n|\d+)\s*"
_GOSUB: Final = re.compile(
    rf"^(?P<head>{_HEAD}(?P<label>\([^)]*\))?\s*),\s*Gosub\(gatekeeper(?:-script)?\s*,\s*s\s*,\s*1"
    r"(?:\((?P<asked>.*)\))?\)\s*(?:;.*)?$",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(r"^\s*same\s*=>?\s*n\s*,\s*(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_OTHER: Final = re.compile(r"^\s*(?:\[|exten\b)", re.IGNORECASE)
_NUMBER: Final = "${GATEKEEPER_NUMBER}"


class PutBlock(NamedTuple):
    """A block that was put into a file.

    Attributes:
        old: the lines that stood there.
        new: those that were put in their place.
        at: where, in the file as it was afterwards.
    """

    old: list[str]
    new: list[str]
    at: int

    @property
    def is_named(self) -> bool:
        """Whether it says that it is ours, so that it is wherever it stands."""
        return _OURS in "".join(self.new).lower()


def without_ours(before: str, after: str, now: str) -> str:
    """A file of now without what was changed from before to after, as far as that is found in it."""
    old, new, lines = (text.splitlines(keepends=True) for text in (before, after, now))
    changes = [
        PutBlock(old[old_from:old_to], new[new_from:new_to], new_from)
        for kind, old_from, old_to, new_from, new_to in _opcodes(old, new)
        if kind in ("insert", "replace")
    ]
    lines = _in_their_places(changes, new, lines)
    for change in changes:
        if change.is_named:
            lines = _anywhere(change, lines)
    for change in changes:
        lines = _asked_otherwise(change, lines)
    theirs = set(old)
    included = {found[1] for line in new if line not in theirs and (found := _INCLUDE.match(line))}
    lines = [line for line in lines if not ((found := _INCLUDE.match(line)) and found[1] in included)]
    return "".join(_without_gosubs(lines, theirs))


def is_named_in(text: str, before: str) -> bool:
    """Whether a text has lines that name us, and that were not there before."""
    theirs = set(before.splitlines())
    return any(_OURS in line.lower() and line not in theirs for line in text.splitlines())


def includes_ours(text: str) -> bool:
    """Whether a configuration includes files of ours: without these Asterisk refuses all of it."""
    return any(_INCLUDE.match(code) for _, code in code_lines(text))


def asks_ours(text: str) -> bool:
    """Whether a dialplan calls the gate."""
    return any(_ASKS.search(code) for _, code in code_lines(text))


def _opcodes(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    yield from difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _in_their_places(changes: list[PutBlock], new: list[str], lines: list[str]) -> list[str]:
    """Without the blocks that stand between the same lines as they did: blocks that are alike are told apart so."""
    places = {
        new_from + step: from_ + step
        for kind, new_from, new_to, from_, _ in _opcodes(new, lines)
        if kind == "equal"
        for step in range(new_to - new_from)
    }
    left = list(lines)
    for change in reversed(changes):
        size = len(change.new)
        found = [places.get(change.at + step, -1) for step in range(size)]
        if found[0] >= 0 and found == list(range(found[0], found[0] + size)):
            left[found[0] : found[0] + size] = change.old
    return left


def _anywhere(change: PutBlock, lines: list[str]) -> list[str]:
    """Without a block that was moved or copied."""
    size, left, at = len(change.new), list[str](), 0
    while at < len(lines):
        is_it = lines[at : at + size] == change.new
        left += change.old if is_it else [lines[at]]
        at += size if is_it else 1
    return left


def _asked_otherwise(change: PutBlock, lines: list[str]) -> list[str]:
    """Without a Gosub whose arguments a person has edited, before a `Dial()` that is as we wrote it."""
    put = _GOSUB.match(change.new[0].rstrip()) if len(change.new) - 1 == len(change.old) == 1 else None
    if put is None:
        return lines
    left, at = list[str](), 0
    while at < len(lines):
        found = _GOSUB.match(lines[at].rstrip())
        is_it = found is not None and found["head"] == put["head"] and lines[at + 1 : at + 2] == change.new[1:]
        left += change.old if is_it else [lines[at]]
        at += 2 if is_it else 1
    return left


def _without_gosubs(lines: list[str], theirs: set[str]) -> list[str]:
    """Without what asks the gate and was not there before; what dials then dials the number that was asked about."""
    left = list(lines)
    at = 0
    while at < len(left):
        found = _GOSUB.match(left[at].rstrip()) if left[at] not in theirs else None
        if found is None:
            at += 1
            continue
        number = split_arguments(found["asked"] or "", ",")[0].strip() or "${EXTEN}"
        end = at + 1
        while end < len(left) and not _OTHER.match(left[end]) and not _GOSUB.match(left[end].rstrip()):
            left[end] = left[end].replace(_NUMBER, number)
            end += 1
        follows = _NEXT.match(left[at + 1]) if at + 1 < end else None
        if follows:
            left[at : at + 2] = [f"{found['head']},{follows['rest']}"]
        else:
            left[at] = f"{found['head']},NoOp()\n"
    return left
