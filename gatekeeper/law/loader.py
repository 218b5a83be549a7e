"""Reads law profiles: TOML files of this package, one to a profile."""

import importlib
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, tzinfo
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from gatekeeper.errors import ConfigError
from gatekeeper.law.dates import ALWAYS, midnight, read_period
from gatekeeper.law.profile import Profile, Span
from gatekeeper.policy import Chain, Period, Provision, Rule
from gatekeeper.policy.rules import rules


def _files() -> Mapping[str, Path]:
    """The profiles' files by name: those of this package's folder."""
    folders = importlib.import_module(__package__).__path__
    return {path.stem: path for folder in reversed(list(folders)) for path in sorted(Path(folder).glob("*.toml"))}


def profile_names() -> tuple[str, ...]:
    """The names of the profiles that there are."""
    return tuple(sorted(_files()))


@cache
def find_profile(name: str) -> Profile:
    """A profile by its name.

    Raises:
        ConfigError: there is none, or its file has a mistake.
    """
    path = _files().get(name)
    if path is None:
        raise ConfigError(f"there is no law profile {name[:40]!r}; there are: {', '.join(profile_names())}")
    return read_profile(name, path.read_text(encoding="utf-8"))


def read_profile(name: str, text: str) -> Profile:
    """A profile out of the text of its file.

    Raises:
        ConfigError: it has a mistake; the error says which, and where.
    """
    try:
        table = tomllib.loads(text)
        _only(table, "title", "zone", "spans")
        zone = ZoneInfo(table["zone"]) if "zone" in table else None
        spans = [_span(place, span, zone) for place, span in enumerate(table.get("spans", ()))]
        return Profile(name, str(table.get("title", name)), spans)
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(f"the law profile {name} has a mistake: {error}") from error


def _span(place: int, table: Mapping[str, Any], zone: tzinfo | None) -> Span:
    _only(table, "from", "rules")
    begins = table.get("from")
    if (begins is None) != (place == 0):
        raise ValueError('the first span has no "from", each other one has: the law of every moment must be known')
    if begins is not None and type(begins) is not date:
        raise ValueError(f'"from" is {begins!r}; it must be a day such as 2026-08-11, without quotation marks')
    chain = Chain([_provision(one, zone) for one in table["rules"]])
    if len(set(chain.order)) != len(chain.order):
        raise ValueError("a rule stands twice in a span")
    return Span(ALWAYS.since if begins is None else midnight(begins, zone), chain)


def _provision(table: Mapping[str, Any], zone: tzinfo | None) -> Provision:
    _only(table, "rule", "basis", "required", "with")
    name = table["rule"]
    if name not in rules():
        raise ValueError(f"unknown rule {name!r}; there are: {', '.join(rules())}")
    try:
        rule = _made(rules()[name], table.get("with", {}), zone)
    except (ValueError, TypeError) as error:
        raise ValueError(f"the rule {name}: {error}") from error
    return Provision(rule, _value(str, table.get("basis", ""), zone), _value(bool, table.get("required", False), zone))


def _made(kind: type[Rule], given: Mapping[str, Any], zone: tzinfo | None) -> Rule:
    """A rule with its parameters, each of the type that the rule's dataclass says."""
    types = get_type_hints(kind)
    known = [one.name for one in fields(kind)]  # type: ignore[arg-type]  # every rule is a dataclass
    _only(given, *known)
    return kind(**{name: _value(types[name], value, zone) for name, value in given.items()})


def _value(kind: Any, given: Any, zone: tzinfo | None) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Period:
        return read_period(_value(str, given, zone), zone) or Period(0, 0)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(given)
    if origin is tuple:
        return tuple(_value(inner[0], one, zone) for one in _value(list, given, zone))
    if origin is Mapping:
        pairs = _value(dict, given, zone).items()
        return {_value(inner[0], key, zone): _value(inner[1], value, zone) for key, value in pairs}
    if type(given) is not kind:
        raise TypeError(f"{given!r} must be of the type {getattr(kind, '__name__', kind)}")
    return given


def _only(table: Mapping[str, Any], *known: str) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r}; there are: {', '.join(known) or 'none'}")
