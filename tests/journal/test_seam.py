"""What the journal's structure promises, held against the sources."""

import ast
from pathlib import Path

import gatekeeper

HOUSE = Path(gatekeeper.__file__).parent
MAKER = "screening/records.py"
ROWS = {"DecisionRow", "MetRow"}


def test_rows_are_made_in_one_place() -> None:
    """No module but one fills in the columns of a row; stores read them back by `_make`."""
    makers = {
        str(file.relative_to(HOUSE))
        for file in HOUSE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ROWS
    }
    assert makers == {MAKER}
