"""The tree of errors that `gatekeeper.errors` shows is the whole tree."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import gatekeeper
from gatekeeper import errors

LINE = re.compile(r"^(?P<branches>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: +(?P<what>\S.*))?$")
PACKAGE = Path(gatekeeper.__file__).parent


def shown() -> dict[str, str]:
    """The name of each error in the docstring, with its parent's name."""
    tree = (errors.__doc__ or "").split("```")[1]
    found: dict[str, str] = {}
    path: list[str] = []
    for line in tree.strip().splitlines():
        match = LINE.match(line)
        assert match, line
        depth = len(match["branches"]) // 4
        path[depth:] = [match["name"]]
        assert not depth or match["what"], f"nothing is said of {match['name']}"
        found[match["name"]] = path[depth - 1] if depth else "Exception"
    return found


def ours(root: type[BaseException] = BaseException) -> Iterator[type[BaseException]]:
    """Every exception of the package, whatever it derives from."""
    for kind in type.__subclasses__(root):
        if kind.__module__.startswith("gatekeeper."):
            yield kind
        yield from ours(kind)


def test_the_tree_is_whole() -> None:
    """Every exception of the package is defined in `errors`, and stands in its tree under what it derives from."""
    for module in pkgutil.walk_packages(gatekeeper.__path__, "gatekeeper."):
        if "migrations" not in module.name and not module.name.endswith(("__main__", "alembic_env")):
            importlib.import_module(module.name)
    found = set(ours())
    assert {f"{kind.__module__}.{kind.__name__}" for kind in found if kind.__module__ != errors.__name__} == set()
    assert {kind.__name__: kind.__bases__[0].__name__ for kind in found} == shown()


def test_no_function_or_migration_has_an_exception_of_its_own() -> None:
    """What importing the package does not run defines none, either."""
    named = {
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith(("Error", "Exception", "Refused")) for base in node.bases)
        and path.name != "errors.py"
    }
    assert named == set()
