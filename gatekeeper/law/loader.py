"""Reads law profiles: TOML files of this package, one to a jurisdiction."""

import importlib
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, tzinfo
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from gatekeeper.errors import ConfigError
from gatekeeper.law.changes import NO_CHANGES, Changes, changed
from gatekeeper.law.parameters import made, only, value
from gatekeeper.law.profile import Dated, Profile
from gatekeeper.law.statement import Confidence, Statement
from gatekeeper.law.switch import Choice, OpenQuestion, Switch
from gatekeeper.policy import Provision, Scope
from gatekeeper.policy.provision import EVERY_CALL
from gatekeeper.policy.rules import rules
from gatekeeper.translation import phrase

COMMON: Final = "common"
"""The file of the provisions that stand before those of every country."""

_PROVISION: Final = re.compile(r"\s*\[\[\s*provisions\s*\]\]")
_NOT_PROFILES: Final = frozenset({COMMON, "trades"})


def _files() -> Mapping[str, Path]:
    """The profiles' files by name: those of this package's folder."""
    folders = importlib.import_module(__package__).__path__
    return {path.stem: path for folder in reversed(list(folders)) for path in sorted(Path(folder).glob("*.toml"))}


def profile_names() -> tuple[str, ...]:
    """The names of the profiles that there are."""
    return tuple(sorted(set(_files()) - _NOT_PROFILES))


def text_of(name: str) -> str:
    """The text of a law's file.

    Raises:
        ConfigError: there is none.
    """
    path = _files().get(name)
    if path is None:
        raise ConfigError(
            phrase(
                "there is no law profile {name!r}; there are: {names}", name=name[:40], names=", ".join(profile_names())
            )
        )
    return path.read_text(encoding="utf-8")


@cache
def find_profile(name: str) -> Profile:
    """A profile by its name.

    Raises:
        ConfigError: there is none, or its file has a mistake.
    """
    if name not in profile_names():
        raise ConfigError(
            phrase(
                "there is no law profile {name!r}; there are: {names}", name=name[:40], names=", ".join(profile_names())
            )
        )
    return read_profile(name, text_of(name))


def read_profile(name: str, text: str, changes: Changes = NO_CHANGES) -> Profile:
    """A profile out of the text of its file.

    Args:
        name: by which it is named.
        text: TOML.
        changes: what a site has otherwise.

    Raises:
        ConfigError: it has a mistake; the error says which, and where.
    """
    try:
        return _profile(name, text, changes)
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(phrase("the law profile {name} has a mistake: {error}", name=name, error=error)) from error


def _profile(name: str, text: str, changes: Changes) -> Profile:
    table = tomllib.loads(text)
    only(table, "title", "title_fr", "country", "zone", "sources_of", "provisions", "switches", "open", "common")
    zone = ZoneInfo(table["zone"]) if "zone" in table else None
    tables = list(table.get("provisions", ()))
    places = _places(name, text, len(tables))
    if table.get("common", False):
        common = text_of(COMMON)
        before = tomllib.loads(common)["provisions"]
        tables, places = [*before, *tables], [*_places(COMMON, common, len(before)), *places]
    tables, switches, why = changed(tables, [_switch(one) for one in table.get("switches", ())], changes)
    title = str(table.get("title", name))
    return Profile(
        name,
        (title, str(table.get("title_fr", title))),
        value(str, table.get("country", ""), zone),
        zone,
        [_dated(place, one, zone, why) for place, one in zip(places, tables, strict=True)],
        switches,
        value(date, table["sources_of"], zone) if "sources_of" in table else None,
        sha256(json.dumps([name, tables], sort_keys=True, default=str).encode()).hexdigest()[:16],
        [_open(one) for one in table.get("open", ())],
    )


def _places(name: str, text: str, count: int) -> list[str]:
    """Where each provision of a file begins; the file alone where they are written another way."""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _PROVISION.match(line)]
    return [f"{name}.toml, line {number}" for number in lines] if len(lines) == count else [f"{name}.toml"] * count


def _dated(place: str, table: Mapping[str, Any], zone: tzinfo | None, why: Mapping[str, str]) -> Dated:
    ident = str(table.get("id", ""))
    where = f"{place} ({ident or table.get('rule', 'without an id')})"
    try:
        statement = _statement(table, zone)
        return Dated(statement, _provision(table, statement, zone), why.get(ident, ""))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{where}: {error}") from error


_KEYS: Final = ("id", "rule", "from", "until", "article", "confidence", "note", "note_fr", "required", "lifts", "for")


def _statement(table: Mapping[str, Any], zone: tzinfo | None) -> Statement:
    only(table, *_KEYS, "with")
    days = {name: value(date, table[name], zone) for name in ("from", "until") if name in table}
    texts = {name: value(str, table.get(name, ""), zone) for name in ("id", "article", "note", "note_fr")}
    if texts["id"] and not (texts["article"] and "confidence" in table):
        raise ValueError(phrase("it names no article, or not how sure it is (confidence)"))
    if texts["id"] and "from" not in table:
        raise ValueError(phrase("it does not say from which day on it is in force (from)"))
    statement = Statement(
        first=days.get("from"),
        last=days.get("until"),
        confidence=value(Confidence, table.get("confidence", "m"), zone),
        **texts,
    )
    if statement.first and statement.last and statement.last < statement.first:
        raise ValueError(phrase("it ends before it begins"))
    return statement


def _provision(table: Mapping[str, Any], statement: Statement, zone: tzinfo | None) -> Provision | None:
    if "rule" not in table:
        return None
    name = table["rule"]
    if name not in rules():
        raise ValueError(phrase("unknown rule {name!r}; there are: {names}", name=name, names=", ".join(rules())))
    try:
        rule = made(rules()[name], table.get("with", {}), zone)
    except (ValueError, TypeError) as error:
        raise ValueError(phrase("the rule {name}: {error}", name=name, error=error)) from error
    return Provision(
        rule,
        statement.article,
        value(bool, table.get("required", False), zone),
        statement.id,
        _scope(table.get("for", {}), zone),
        value(frozenset[str], table.get("lifts", []), zone),
    )


def _scope(table: Mapping[str, Any], zone: tzinfo | None) -> Scope:
    scope: Scope = made(Scope, table, zone)
    return EVERY_CALL if scope == EVERY_CALL else scope


def _switch(table: Mapping[str, Any]) -> Switch:
    only(table, "name", "asks", "asks_fr", "default", "choices")
    choices = {name: _choice(one) for name, one in table["choices"].items()}
    if table["default"] not in choices:
        raise ValueError(phrase("the default of the switch {table!r} is none of its choices", table=table["name"]))
    return Switch(table["name"], (table["asks"], table["asks_fr"]), table["default"], choices, table["default"])


def _open(table: Mapping[str, Any]) -> OpenQuestion:
    only(table, "asks", "asks_fr", "says", "says_fr")
    return OpenQuestion((table["asks"], table["asks_fr"]), (table["says"], table["says_fr"]))


def _choice(table: Mapping[str, Any]) -> Choice:
    only(table, "says", "says_fr", "loosens", "sets")
    return Choice((table["says"], table["says_fr"]), bool(table.get("loosens", True)), table.get("sets", {}))
