"""The rules, one to a file: a module here with a `Rule` is a rule, by being here."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gatekeeper.policy.rule import Rule


@cache
def rules() -> Mapping[str, type[Rule]]:
    """Every rule by its name.

    Raises:
        TypeError: a module has not one rule, or the rule has not the module's name.
    """
    found: dict[str, type[Rule]] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        members = vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        own = [one for one in members if isinstance(one, type) and issubclass(one, Rule) and one is not Rule]
        if len(own) != 1 or own[0].name != module.name:
            raise TypeError(f"{module.name}.py must have one rule, of the name {module.name!r}")
        found[module.name] = own[0]
    return MappingProxyType(found)
