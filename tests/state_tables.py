"""State tables in the docstrings of modules, read: a test that walks a state machine holds the code against them."""

from types import ModuleType


def states(module: ModuleType) -> dict[str, dict[str, str]]:
    """The table in a module's docstring: by each state the cells of its row, by their headings.

    A row whose first cell is empty goes on with the row above it.
    """
    lines = [line for line in (module.__doc__ or "").splitlines() if line.startswith("|")]
    heading, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    found: dict[str, dict[str, str]] = {}
    state = ""
    for row in rows:
        state = row[0] or state
        before = found.setdefault(state, dict.fromkeys(heading[1:], ""))
        for name, cell in zip(heading[1:], row[1:], strict=True):
            before[name] = f"{before[name]} {cell}".strip()
    return found
