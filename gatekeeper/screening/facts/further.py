"""The sources of further facts: modules of this package that say what they give, opened where a rule needs it."""

import importlib
import pkgutil
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType

from gatekeeper.errors import ConfigError
from gatekeeper.policy import Fact
from gatekeeper.screening import facts
from gatekeeper.screening.facts.source import Source

Sources = Mapping[type[Fact], Source[Fact]]


@cache
def _givers() -> Mapping[type[Fact], ModuleType]:
    """By fact the module that gives it: it has a `GIVES`, and a `make` that opens its source in a data folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(facts.__path__))
    modules = [importlib.import_module(f"{facts.__name__}.{name}") for name in names if name not in _BUILT_IN]
    return MappingProxyType({module.GIVES: module for module in modules})


_BUILT_IN = frozenset({"answers", "applied", "contracts", "further", "lists", "many", "source"})
"""The modules whose facts are fields of `Facts`, and what all sources share. `many` needs NumPy and is not imported."""


def open_sources(needs: AbstractSet[type[Fact]], data_dir: Path | None) -> Sources:
    """The sources that give what the rules need.

    Args:
        needs: the facts.
        data_dir: where the stores are; None where there are none.

    Raises:
        ConfigError: nobody gives a fact.
        StoreError: a store can't be opened.
    """
    if not needs:
        return MappingProxyType({})
    missing = [fact.__name__ for fact in needs if fact not in _givers()]
    if missing or data_dir is None:
        names = ", ".join(sorted(missing or [fact.__name__ for fact in needs]))
        raise ConfigError(f"a rule of the law needs what no source of facts gives: {names}")
    return {fact: _givers()[fact].make(data_dir) for fact in needs}
