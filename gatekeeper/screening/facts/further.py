"""The sources of further facts: modules of this package that say what they give, opened where a rule needs it."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Final

from gatekeeper.errors import ConfigError
from gatekeeper.policy import Need
from gatekeeper.policy.needs import ContractNeed, RegistryNeed
from gatekeeper.screening import facts
from gatekeeper.screening.facts.source import Source
from gatekeeper.translation import phrase

Sources = Mapping[type, Source]
"""By what it gives, the source."""

_BUILT_IN: Final = frozenset(
    {"answers", "applied", "attempts", "contracts", "further", "lists", "many", "registries", "source"}
)
"""The modules whose facts the lists give, and what all sources share. `many` needs NumPy and is not imported."""


_OF_LISTS: Final = frozenset({RegistryNeed, ContractNeed})
"""What the lists give."""


def giver_of(need: Need) -> type:
    """By which a need finds its source: an enumeration itself, of a request its class."""
    return need if isinstance(need, type) else type(need)


@cache
def _givers() -> Mapping[type, ModuleType]:
    """By fact the module that gives it: it has a `GIVES`, and a `make` that opens its source in a data folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(facts.__path__))
    modules = [importlib.import_module(f"{facts.__name__}.{name}") for name in names if name not in _BUILT_IN]
    return MappingProxyType({kind: module for module in modules for kind in module.GIVES})


def open_sources(needs: Iterable[Need], data_dir: Path | None, there: Sources = MappingProxyType({})) -> Sources:
    """The sources that give what the rules need.

    Args:
        needs: the facts.
        data_dir: where the stores are; None where there are none.
        there: the sources that are open.

    Raises:
        ConfigError: nobody gives a fact.
        StoreError: a store can't be opened.
    """
    wanted = {giver_of(need) for need in needs} - set(there) - _OF_LISTS
    if not wanted:
        return there
    missing = [kind.__name__ for kind in wanted if kind not in _givers()]
    if missing or data_dir is None:
        names = ", ".join(sorted(missing or [kind.__name__ for kind in wanted]))
        raise ConfigError(phrase("a rule of the law needs what no source of facts gives: {names}", names=names))
    made = {module: module.make(data_dir) for module in {_givers()[kind] for kind in wanted}}
    return {**there, **{kind: made[_givers()[kind]] for kind in wanted}}
