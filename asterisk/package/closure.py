"""Distributions that a project needs, all the way down, as they are installed here."""

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

Extras = frozenset[str]


def closure(requirements: Iterable[str], extras: Extras) -> dict[str, Distribution]:
    """Every distribution that is needed, by its name.

    Args:
        requirements: what the project needs, as its metadata say it.
        extras: the project's extras that are wanted.

    Raises:
        PackageNotFoundError: one is not installed here.
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, Extras]] = set()
    waiting = list(_needs(requirements, extras))
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        name, wanted = one
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            raise PackageNotFoundError(f"{name} is needed and not installed here: `make setup`") from None
        waiting += _needs(found[name].requires or (), wanted)
    return found


def _needs(requirements: Iterable[str], extras: Extras) -> Iterator[tuple[str, Extras]]:
    for text in requirements:
        need = Requirement(text)
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in (*extras, "")):
            yield _name(need.name), frozenset(need.extras)


def _name(name: str) -> str:
    """A name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def files_of(one: Distribution) -> Iterator[tuple[Path, Path]]:
    """Each file of a distribution, and where it goes below site-packages; not its programs and compiled files."""
    for file in one.files or ():
        path = Path(str(file))
        if ".." in path.parts or path.suffix == ".pyc" or path.name in ("direct_url.json", "INSTALLER", "REQUESTED"):
            continue
        yield Path(str(one.locate_file(file))), path
