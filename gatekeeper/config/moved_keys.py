"""Understands the keys of release 0.1 that described Asterisk in `[ami_proxy]` and `[watchdog]`, each for itself.

They are put into `[asterisk.NAME]`, where a server is described once, and a note says what to write. Where that table
says something else already, it is an error. The sections of an old file may have meant two servers: then there are two.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gatekeeper.config.environment import DELIMITER, PREFIX
from gatekeeper.config.problems import Origin, Problem, dotted
from gatekeeper.config.schema import is_secret
from gatekeeper.config.sections.asterisk import MAIN, OLD_KEYS, AsteriskSection
from gatekeeper.translation import phrase

_TABLE: Final = "asterisk"
_PROXY: Final = "proxy"
"""The name of the AMI proxy's server, where an old file has another one for the watchdog."""

Tables = dict[str, Any]


class _Move(NamedTuple):
    old: tuple[str, ...]
    new: tuple[str, ...]
    value: Any


def move_keys(given: Mapping[str, Any], origin: Origin) -> tuple[Tables, list[str]]:
    """The settings in their present form, and a note for each that is written in the old one.

    Args:
        given: the settings as they were found, before they are checked.
        origin: where they came from; it learns which keys have moved.

    Raises:
        ConfigError: an old key contradicts another, or nothing says of which server it is.
    """
    old = {section: _old_of(given, section) for section in OLD_KEYS}
    servers = given.get(_TABLE, {})
    if not any(old.values()) or not isinstance(servers, dict):
        return dict(given), []
    places = _places(given, old)
    moves = [
        _Move((section, key), (_TABLE, places[section], OLD_KEYS[section][key]), value)
        for section, keys in old.items()
        for key, value in keys.items()
    ]
    tables = {section: dict(table) if isinstance(table, dict) else table for section, table in given.items()}
    tables[_TABLE] = {name: dict(one) if isinstance(one, dict) else one for name, one in servers.items()}
    problems = [_unclear(move, given, old, places) for move in moves]
    for move in moves:
        section, key = move.old
        del tables[section][key]
        problems.append(_put(tables[_TABLE].setdefault(move.new[1], {}), move, origin))
    if any(problems):
        raise origin.error([problem for problem in problems if problem])
    notes = [_note(move, origin) for move in moves]
    if places["ami_proxy"] == _PROXY and _is_old(given):
        tables[_TABLE] = {MAIN: {}, _PROXY: {}, **tables[_TABLE]}
        tables["ami_proxy"][_TABLE] = _PROXY
        notes.append(
            phrase(
                'the AMI proxy and the watchdog have a server each: write asterisk = "{server}" in [ami_proxy], too',
                server=_PROXY,
            )
        )
    return tables, notes


def _old_of(given: Mapping[str, Any], section: str) -> Tables:
    """What a section says by old keys."""
    table = given.get(section)
    return {key: table[key] for key in OLD_KEYS[section] if key in table} if isinstance(table, dict) else {}


def _is_old(given: Mapping[str, Any]) -> bool:
    """Whether nothing is in the new form yet."""
    return not given.get(_TABLE) and not any(_said(given, section, _TABLE) for section in OLD_KEYS)


def _places(given: Mapping[str, Any], old: Mapping[str, Tables]) -> dict[str, str]:
    """The server that each section's old keys describe; "" where nothing says which."""
    if not _is_old(given):
        servers = given.get(_TABLE, {})
        only = next(iter(servers)) if len(servers) == 1 else MAIN if MAIN in servers or not servers else ""
        return {section: str(_said(given, section, _TABLE) or only) for section in OLD_KEYS}
    meant = [_meant(old, section) for section in OLD_KEYS if _is_used(given, old, section)]
    apart = any(one.get(name, default) != meant[0].get(name, default) for one in meant for name, default in _defaults())
    return {"watchdog": MAIN, "ami_proxy": _PROXY if apart else MAIN}


def _unclear(
    move: _Move, given: Mapping[str, Any], old: Mapping[str, Tables], places: Mapping[str, str]
) -> Problem | None:
    """The problem with an old key in a file of the new form that does not say what is meant by it."""
    (section, _), (_, server, name) = move.old, move.new
    if not server:
        among = ", ".join(given[_TABLE])
        return Problem(move.old, phrase("has moved: write it in the [asterisk.NAME] it is of ({among})", among=among))
    other = next(one for one in OLD_KEYS if one != section)
    default = dict(_defaults()).get(name, move.value)
    shared = places[other] == server and _is_used(given, old, other)
    known = _is_old(given) or _said(given.get(_TABLE, {}), server, name) is not None
    if known or not shared or _meant(old, other).get(name, default) == move.value:
        return None
    return Problem(
        move.old,
        phrase(
            "says where a server is that [{other}] uses, too, and would be led there: write {name} in "
            '[asterisk.{server}], or give each a table of its own and name it by asterisk = "..."',
            other=other,
            name=name,
            server=server,
        ),
    )


def _is_used(given: Mapping[str, Any], old: Mapping[str, Tables], section: str) -> bool:
    return bool(old[section]) or _said(given, section, "enabled") is True


def _meant(old: Mapping[str, Tables], section: str) -> Tables:
    """What a section says by old keys, by the names of the new ones."""
    return {OLD_KEYS[section][key]: value for key, value in old[section].items()}


def _said(given: Mapping[str, Any], section: str, key: str) -> Any:
    """What a table says by a key, or None."""
    table = given.get(section)
    return table.get(key) if isinstance(table, dict) else None


def _defaults() -> list[tuple[str, Any]]:
    """The default of everything that either section could say of a server."""
    fields = AsteriskSection.model_fields
    return [(name, fields[name].default) for name in OLD_KEYS["ami_proxy"].values()]


def _put(server: Any, move: _Move, origin: Origin) -> Problem | None:
    """Put a setting into its server's table; the problem, where that says something else already."""
    if not isinstance(server, dict):
        return None  # which is told with the rest of what is wrong
    name = move.new[-1]
    if name not in server:
        server[name] = move.value
        origin.moved[move.new] = move.old
        return None
    if server[name] == move.value:
        return None
    other = origin.moved.get(move.new, move.new)
    return Problem(
        move.old,
        phrase("contradicts {other} ({where}): take one of them out", other=dotted(other), where=origin.where(other)),
    )


def _note(move: _Move, origin: Origin) -> str:
    *_, server, name = move.new
    if origin.by_variable(move.old):
        instead = phrase("set {variable}", variable=(PREFIX + DELIMITER.join(move.new)).upper().replace("-", "_"))
    else:
        field = AsteriskSection.model_fields[name]
        value = (
            phrase('"..." (the same)') if is_secret(field) else json.dumps(move.value, ensure_ascii=False, default=str)
        )
        instead = phrase("write {name} = {value} in [asterisk.{server}]", name=name, value=value, server=server)
    return phrase(
        "{where}: {old} has moved, and is understood here for one release more; {instead} instead",
        where=origin.where(move.old),
        old=dotted(move.old),
        instead=instead,
    )
