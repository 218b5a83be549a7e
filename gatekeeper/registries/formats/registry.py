"""All formats by name."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gatekeeper.errors import ListError
from gatekeeper.registries.formats.model import Format
from gatekeeper.translation import phrase

_NOT_FORMATS = frozenset({"model", "registry"})


@cache
def builtin() -> Mapping[str, Format]:
    """The formats that come with the program: those in the `FORMATS` of the package's modules."""
    found: dict[str, Format] = {}
    package = importlib.import_module(__package__)
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if module.name not in _NOT_FORMATS:
            declared: tuple[Format, ...] = importlib.import_module(f"{package.__name__}.{module.name}").FORMATS
            found.update((form.name, form) for form in declared)
    return MappingProxyType(found)


def find_format(name: str, configured: Mapping[str, Format] = MappingProxyType({})) -> Format:
    """A format by its name; one of the configuration goes before a built-in one.

    Raises:
        ListError: there is none; the text names those that are there.
    """
    known = {**builtin(), **configured}
    if name not in known:
        raise ListError(
            phrase(
                "there is no format {name!r}: there are {names}; another one is a table [formats.NAME] in the "
                "configuration",
                name=name[:40],
                names=", ".join(sorted(known)),
            )
        )
    return known[name]
