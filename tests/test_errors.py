"""The tree of errors that `gatekeeper.errors` shows is the whole tree."""

import importlib
import pkgutil
import re

import gatekeeper
from gatekeeper import errors
from gatekeeper.errors import GatekeeperError

LINE = re.compile(r"^(?P<branches>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: +(?:\((?P<module>[a-z_.]+)\) )?(?P<what>\S.*))?$")


def shown() -> dict[str, tuple[str, str]]:
    """The name of each error in the docstring, with its parent's name and the module that has it."""
    tree = (errors.__doc__ or "").split("```")[1]
    found: dict[str, tuple[str, str]] = {}
    path: list[str] = []
    for line in tree.strip().splitlines():
        match = LINE.match(line)
        assert match, line
        depth = len(match["branches"]) // 4
        path[depth:] = [match["name"]]
        assert not depth or match["what"], f"nothing is said of {match['name']}"
        found[match["name"]] = (path[depth - 1] if depth else "Exception", f"gatekeeper.{match['module'] or 'errors'}")
    return found


def all_errors(root: type[GatekeeperError] = GatekeeperError) -> dict[str, tuple[str, str]]:
    """The name of each error that the package defines, with its parent's name and the module that has it."""
    found = {root.__name__: (root.__bases__[0].__name__, root.__module__)}
    for kind in root.__subclasses__():
        if kind.__module__.startswith("gatekeeper."):
            found |= all_errors(kind)
    return found


def test_the_tree_is_whole() -> None:
    """Every error that is told without a traceback stands in it, under the one that it derives from."""
    for module in pkgutil.walk_packages(gatekeeper.__path__, "gatekeeper."):
        if "migrations" not in module.name and not module.name.endswith(("__main__", "alembic_env")):
            importlib.import_module(module.name)
    assert all_errors() == shown()
