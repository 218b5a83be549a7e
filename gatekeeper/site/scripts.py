"""Dialplans in AEL and Lua, as far as they can be read: what dials a trunk that the site knows, with file and line.

Their files are read as text: comments are blanked, the calls of what dials are found, and the gate is looked for before
them in the same extension (AEL) or function (Lua). What is put together by their code is not followed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.site.dialplan import split_arguments
from gatekeeper.site.outside import Leads, target_of
from gatekeeper.site.tree import SiteTree
from gatekeeper.site.trunks import Peer
from gatekeeper.translation import phrase
from gatekeeper.vocabulary import ChannelVariable

_CALLS: Final = {
    "extensions.ael": re.compile(r"\b(retrydial|dial|page|originate)\s*\(", re.IGNORECASE),
    "extensions.lua": re.compile(r"\bapp(?:\.|\[[\"'])(retrydial|dial|page|originate)(?:[\"']\])?\s*\(", re.IGNORECASE),
}
"""By file, the calls of what dials."""

_AEL_COMMENT: Final = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LUA_COMMENT: Final = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|--\[\[.*?\]\]|--[^\n]*", re.DOTALL)
_LUA_TOKEN: Final = re.compile(r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|(,)|\.\.|\s+|([^,\"'.\s]+|\.)")
_INCLUDED: Final = re.compile(r'^\s*#include\s+["<]([^">]+)[">]', re.MULTILINE)
_ASKS: Final = re.compile(r"gosub\(gatekeeper(-check)?(?:-script)?,s,1\b", re.IGNORECASE)
_PREDIAL: Final = re.compile(r"b\(gatekeeper-predial(?:-script)?\^s\^1\b")
_RETRIES: Final = 3
"""What RetryDial dials stands behind announcement, seconds and tries."""

_MOST_FILES: Final = 100


class ScriptedDial(NamedTuple):
    """A call of what dials a trunk, with no gate before it.

    Attributes:
        place: its file and line.
        code: the call, as it is written.
        trunk: the trunk.
        file: the file's name.
    """

    place: str
    code: str
    trunk: str
    file: str


def scripted_dials(tree: SiteTree, etc: Path, peers: tuple[Peer, ...]) -> Iterator[ScriptedDial]:
    """Every one, in the order of the files.

    Args:
        tree: the site's files.
        etc: the folder of Asterisk's configuration.
        peers: what can be dialled.
    """
    known = {(peer.technology.lower(), peer.name): peer.is_trunk for peer in peers}
    waiting, read = [etc / name for name in _CALLS], set[Path]()
    while waiting and len(read) < _MOST_FILES:
        file = waiting.pop(0)
        text = tree.text(file) if file not in read else None
        read.add(file)
        if text is None:
            continue
        lua = file.suffix == ".lua"
        code = _blanked(text, _LUA_COMMENT if lua else _AEL_COMMENT)
        if not lua:
            waiting += [etc / name for name in _INCLUDED.findall(code)]
        for found in _CALLS[f"extensions.{'lua' if lua else 'ael'}"].finditer(code):
            arguments = _arguments(code, found.end())
            trunk = _trunk(_of_lua(arguments) if lua else arguments, found[1].lower(), known)
            if trunk and not _is_guarded(_before(code, found.start(), lua=lua), arguments):
                line = code.count("\n", 0, found.start()) + 1
                shown = " ".join(f"{found[0]}{arguments})".split())
                yield ScriptedDial(phrase("{file}, line {line}", file=file, line=line), shown, trunk, file.name)


def _blanked(text: str, comment: re.Pattern[str]) -> str:
    """The text with its comments blanked: every character stays where it is. Quoted texts are none."""
    return comment.sub(lambda found: found[0] if found[0][0] in "\"'" else re.sub(r"[^\n]", " ", found[0]), text)


def _arguments(code: str, start: int) -> str:
    """What stands between the bracket that opens before `start` and the one that closes it."""
    depth = 1
    for at in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if not depth:
            return code[start:at]
    return code[start:]


def _of_lua(arguments: str) -> str:
    """Lua's arguments as a dialplan would have them: texts as they are, everything else as a variable."""
    made: list[str] = []
    for double, single, comma, other in _LUA_TOKEN.findall(arguments):
        made.append(double or single or comma or ("${lua}" if other and made[-1:] != ["${lua}"] else ""))
    return "".join(made)


def _trunk(arguments: str, application: str, known: dict[tuple[str, str], bool]) -> str:
    """The trunk of the site that is dialled; "" where it is none, or nobody can tell."""
    place = _RETRIES if application == "retrydial" else 0
    targets = "".join(split_arguments(arguments, ",")[place : place + 1])
    trunks = {name for (_, name), is_trunk in known.items() if is_trunk}
    for part in split_arguments(targets, "&"):
        target = target_of(part.strip().strip('"'), known, {})
        if target.leads is Leads.OUTSIDE and target.trunk in trunks:
            return target.trunk
    return ""


def _before(code: str, at: int, *, lua: bool) -> str:
    """What runs before it: of its function, or of its extension, which stands in the braces of a context."""
    if lua:
        return code[max(code.rfind("function", 0, at), 0) : at]
    depth, start = 0, 0
    for place in range(at):
        depth += {"{": 1, "}": -1}.get(code[place], 0)
        if depth == 1 and code.startswith("=>", place):
            start = place
    return code[start:at]


def _is_guarded(before: str, arguments: str) -> bool:
    if _PREDIAL.search(arguments):
        return True
    asked = [found[1] for found in _ASKS.finditer(re.sub(r"[\s\"']", "", before).replace("app.", ""))]
    return any(not check or ChannelVariable.VERDICT in before for check in asked)
