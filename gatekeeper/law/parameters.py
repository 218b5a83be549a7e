"""Parameters: what a law's file says, made into the values that rules take, each of the type that a dataclass says."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import tzinfo
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from gatekeeper.law.dates import read_period
from gatekeeper.policy import Period
from gatekeeper.translation import phrase


def made(kind: type, given: Mapping[str, Any], zone: tzinfo | None) -> Any:
    """A dataclass with its fields as a table gives them.

    Args:
        kind: the dataclass.
        given: by field what is said of it.
        zone: where days begin.

    Raises:
        ValueError, TypeError: something is unknown, missing, or of another type; the message names the key.
    """
    hints = _hints(kind)
    known = [one.name for one in fields(kind) if one.init]
    only(given, *known)
    missing = [
        one.name
        for one in fields(kind)
        if one.init and one.name not in given and one.default is MISSING and one.default_factory is MISSING
    ]
    if missing:
        raise ValueError(phrase("the key {missing!r} is missing", missing=missing[0]))
    values = {}
    for name, one in given.items():
        try:
            values[name] = value(hints[name], one, zone)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{name}: {error}") from error
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def value(kind: Any, given: Any, zone: tzinfo | None) -> Any:
    """One value of a type.

    What a type reads out of a text by itself, it has a `read` for.

    Raises:
        ValueError, TypeError: it is none.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return value(next(one for one in inner if one is not type(None)), given, zone)
    if kind is Period:
        return read_period(value(str, given, zone), zone) or Period(0, 0)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _member(kind, given)
    if origin in (tuple, frozenset):
        return origin(value(inner[0], one, zone) for one in value(list, given, zone))
    if origin is Mapping:
        pairs = value(dict, given, zone).items()
        return {value(inner[0], key, zone): value(inner[1], one, zone) for key, one in pairs}
    if hasattr(kind, "read"):
        return kind.read(given)
    if is_dataclass(kind) and isinstance(kind, type):
        return made(kind, value(dict, given, zone), zone)
    if type(given) is not kind:
        raise TypeError(f"{given!r} must be of the type {getattr(kind, '__name__', kind)}")
    return given


def only(table: Mapping[str, Any], *known: str) -> None:
    """See to it that a table has no other keys.

    Raises:
        ValueError: it has one.
    """
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ValueError(
            phrase("unknown key {unknown!r}; there are: {names}", unknown=unknown[0], names=", ".join(known) or "none")
        )


def _member(kind: type[Enum], given: object) -> Enum:
    try:
        return kind(given)
    except ValueError:
        there = ", ".join(str(one.value) for one in kind)
        raise ValueError(phrase("unknown {given!r}; there are: {there}", given=given, there=there)) from None
