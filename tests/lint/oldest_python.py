"""Oldest Python: refuses what the oldest Python that is supported gets wrong, Debian 12's 3.11.2 (part of `make lint`).

- **Possessive quantifiers and atomic groups** (`a*+`, `(?>a)`): `re` of 3.11.0 to 3.11.4 compiles them wrongly, and
  matches less, or other things, without a word (https://github.com/python/cpython/issues/106052). Every string but a
  docstring is looked at, put together from its parts as far as they are known here.
- **Closing a transport elsewhere than in `gatekeeper/transports.py`**: asyncio's TLS transport raises on it there.
- **Syntax** of a newer Python, whichever Python runs this.

A line that is right all the same says why: `# oldest-python: this is no pattern`.

    python tests/lint/oldest_python.py gatekeeper asterisk tests
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

OLDEST: Final = (3, 11)
CLOSES: Final = "gatekeeper/transports.py"
"""The one module that may close a transport."""

_EXCUSE: Final = "# oldest-python: "
_UNKNOWN: Final = "x"
"""Stands in a pattern for a part that only a run knows."""

_ATOMIC: Final = "(?>"  # oldest-python: what is looked for
_COMMENT: Final = re.compile(r"\(\?#[^)]*\)")
_REPEAT: Final = re.compile(r"[*+?]|\{(?:\d+(?:,\d*)?|,\d*)\}")
_CLASS: Final = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)


class Fault(NamedTuple):
    """Something that is refused.

    Attributes:
        line: where.
        text: what it is, and what to do instead.
    """

    line: int
    text: str


def pattern_fault(pattern: str) -> str | None:
    """What in a pattern 3.11.2 compiles wrongly: `a++` or `(?>`; None where there is nothing."""
    at, repeatable = 0, False
    while at < len(pattern):
        if pattern.startswith(_ATOMIC, at):
            return _ATOMIC
        if pattern[at] == "\\":
            at, repeatable = at + 2, True
        elif comment := _COMMENT.match(pattern, at):
            at = comment.end()
        elif pattern[at] == "[" and (many := _CLASS.match(pattern, at)):
            at, repeatable = many.end(), True
        elif repeatable and (repeat := _REPEAT.match(pattern, at)):
            if pattern.startswith("+", repeat.end()):
                return repeat[0] + "+"
            at, repeatable = repeat.end() + pattern.startswith("?", repeat.end()), False
        else:
            repeatable = pattern[at] not in "(|"  # what stands behind these repeats nothing
            at += 1
    return None


def faults_of(source: str, name: str) -> list[Fault]:
    """What is refused in a module's source. Its name is its path, as it stands in the tree."""
    try:
        tree = ast.parse(source, name, feature_version=OLDEST)
    except SyntaxError as error:
        return [Fault(error.lineno or 0, f"Python {OLDEST[0]}.{OLDEST[1]} can't read this: {error.msg}")]
    found = list(_patterns(tree))
    if not name.endswith(CLOSES):
        found += _closings(tree)
    lines = source.splitlines()
    return sorted(fault for fault in set(found) if _EXCUSE not in lines[fault.line - 1])


def _patterns(tree: ast.Module) -> Iterator[Fault]:
    """Strings that would be miscompiled."""
    known = {
        node.targets[0].id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr) or id(node) in documents:
            continue
        text = _text(node, known, 0)
        fault = None if text is None else pattern_fault(text)
        if fault is not None:
            yield Fault(node.lineno, f"`{fault}` in a pattern: write it without possessive quantifier or atomic group")


def _text(node: ast.expr, known: dict[str, ast.expr], depth: int) -> str | None:
    """The text of an expression, as far as it is known; None where it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value if isinstance(node.value, str) else node.value.decode("latin-1")
    if isinstance(node, ast.JoinedStr):
        return "".join(_part(part, known, depth) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        left, right = _text(node.left, known, depth), _text(node.right, known, depth)
        if isinstance(node.op, ast.Mod) or (left is None and right is None):
            return left
        return (_UNKNOWN if left is None else left) + (_UNKNOWN if right is None else right)
    if isinstance(node, ast.Name) and node.id in known and depth < 10:
        return _text(known[node.id], known, depth + 1)
    return None


def _part(node: ast.expr, known: dict[str, ast.expr], depth: int) -> str:
    """One part of an f-string."""
    text = _text(node.value if isinstance(node, ast.FormattedValue) else node, known, depth)
    return _UNKNOWN if text is None else text


def _closings(tree: ast.Module) -> Iterator[Fault]:
    """Calls of a transport's `abort` or `close`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        method, owner = node.func.attr, node.func.value
        last = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
        if last == "transports":
            continue  # the module itself
        if method == "abort" or (method == "close" and last.strip("_").endswith("transport")):
            yield Fault(node.lineno, f"{method}() of a transport: use gatekeeper.transports.{method}(transport)")


def main(arguments: Sequence[str]) -> int:
    """Look through folders and files; return the exit code."""
    count = 0
    for path in (Path(argument) for argument in arguments):
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for fault in faults_of(file.read_text(encoding="utf-8"), file.as_posix()):
                sys.stdout.write(f"{file}:{fault.line}: {fault.text}\n")
                count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
