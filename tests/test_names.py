"""One class name, one meaning: a reader who meets a name knows which class it is."""

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "gatekeeper"

PROTOCOLS = {
    # What a layer asks of a class that stands above it or beside it, named like the class.
    "History": "gatekeeper.screening.history",
    "Journal": "two ports of gatekeeper.journal.writer.JournalWriter",
    "QuestionParser": "gatekeeper.control.protocol",
    "ReplyParser": "gatekeeper.agi.protocol.wire",
    "Screening": "gatekeeper.screening.service",
}


def meanings() -> dict[str, set[str]]:
    """Every top-level class and alias of the package by its name: where it is, or what it stands for."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[node.name].add(str(path.relative_to(PACKAGE)))
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                # An alias that is written alike twice has one meaning; constants are in capitals.
                if isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper():
                    found[target.id].add(ast.unparse(node.value))
    return found


def test_a_name_has_one_meaning() -> None:
    """No two classes or aliases share one, but for a Protocol and its class."""
    shared = {name for name, places in meanings().items() if len(places) > 1}
    assert shared == set(PROTOCOLS)
