"""The prose rule, as far as a machine can hold it: docstrings and names of the package, the lab and test helpers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRIVATE = "crowd(?:ed)?|house|suspects|wish(?:es)?|bell|fate|guests?|poet\\w*"
"""Images and words of one author; a reader finds the field's word instead (`Admission`, `Snapshot`, `Integrity`)."""

PROSE = {
    "a private word": re.compile(rf"(?<![\w.`])(?:{PRIVATE})(?![\w`])", re.IGNORECASE),
    '"likewise", which sends the reader to the line above': re.compile(r"\blikewise\b", re.IGNORECASE),
    '"is no", for "is not a"': re.compile(r"(?<!there )\b(?:is|are|was|were) no (?!longer\b)", re.IGNORECASE),
    "a reference in place of a sentence": re.compile(r"^[Aa]s ``\.$|\bRaises as\b"),
}
ASKS = re.compile(r"(?:What|How|From|Which|Where|Who|Whether|Why)\b")
"""A first line that begins so describes a thing without its name."""

NAME = re.compile(rf"(?:^|_)(?:{PRIVATE}|held)(?:$|_)|(?:Crowd|House|Suspects|Wish|Bell|Fate|Guests?|Held)(?![a-z])")
FIELD = {"max_guests"}
"""Names that have such a word all the same: a key of `[ami_proxy]`, which sites have in their configuration."""

LATER = (
    "gatekeeper/law/",
    "gatekeeper/policy/",
    "gatekeeper/screening/facts/",
    "gatekeeper/screening/gather.py",
    "gatekeeper/screening/question.py",
    "gatekeeper/screening/records.py",
    "gatekeeper/screening/service.py",
)
"""What is still to be worded by the rule."""


def modules() -> Iterator[Path]:
    """Every module of the package and the lab, and the helpers of the tests."""
    for folder in ("gatekeeper", "asterisk/lab"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not str(path.relative_to(ROOT)).startswith(LATER):
                yield path
    yield from (path for path in sorted((ROOT / "tests").rglob("*.py")) if not path.name.startswith("test_"))


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every docstring, those behind attributes too, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a module defines or uses, with its line."""
    for node in ast.walk(tree):
        for field in ("name", "id", "attr", "arg"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield getattr(node, "lineno", 0), name


def faults(source: str) -> Iterator[str]:
    """What is wrong with a module's docstrings and names, each with its line."""
    tree = ast.parse(source)
    first = (ast.get_docstring(tree) or "").partition("\n")[0]
    if tree.body and not first.endswith("."):
        yield "1: the module's first line is missing, or does not end with a full stop"
    if ASKS.match(first):
        yield f"1: the module's first line does not name the thing: {first}"
    for line, text in texts(tree):
        joined = " ".join(re.sub(r"`[^`]*`", "``", text).split())
        for fault, pattern in PROSE.items():
            if found := pattern.search(joined):
                yield f"{line}: {fault}: ...{joined[max(0, found.start() - 30) : found.end() + 30]}..."
    for line, name in names(tree):
        if name not in FIELD and NAME.search(name):
            yield f"{line}: a private word in the name {name}"


def test_docstrings_and_names_are_in_plain_words() -> None:
    """The first line of each module ends as a sentence; none of the banned words and turns is anywhere."""
    found = [
        f"{path.relative_to(ROOT)}:{fault}" for path in modules() for fault in faults(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        '"""No full stop"""',
        '"""What a thing is."""',
        '"""A thing. What is no thing."""',
        '"""A thing."""\ndef f():\n    """The second, likewise."""',
        '"""A thing."""\ndef f():\n    """As `g`."""',
        '"""A thing."""\ndef f():\n    """Holds the suspects."""',
        '"""A thing."""\nclass Crowd: ...',
        '"""A thing."""\nself._held = 1',
    ],
)
def test_a_fault_is_found(source: str) -> None:
    """Each rule refuses what it is for."""
    assert list(faults(source))
