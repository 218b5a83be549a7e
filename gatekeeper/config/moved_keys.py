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
    tables = {section: dict(table) if isinstance(table, dict) else table for section, table in given.items()}
    tables[_TABLE] = {name: dict(one) if isinstance(one, dict) else one for name, one in servers.items()}
    places = _places(given, old)
    moves, problems = [], []
    for section, keys in old.items():
        name = places[section]
        for key, value in keys.items():
            del tables[section][key]
            if not name:
                among = ", ".join(servers)
                problems.append(
                    Problem((section, key), f"has moved: write it in the [asterisk.NAME] it is of ({among})")
                )
                continue
            move = _Move((section, key), (_TABLE, name, OLD_KEYS[section][key]), value)
            problem = _put(tables[_TABLE].setdefault(name, {}), move, origin)
            problems += [problem] if problem else []
            moves.append(move)
    if problems:
        raise origin.error(problems)
    notes = [_note(move, origin) for move in moves]
    if places["ami_proxy"] == _PROXY and _TABLE not in given:
        tables[_TABLE] = {MAIN: {}, _PROXY: {}, **tables[_TABLE]}
        tables.setdefault("ami_proxy", {})[_TABLE] = _PROXY
        notes.append(
            f'the AMI proxy and the watchdog have a server each: write asterisk = "{_PROXY}" in [ami_proxy], too'
        )
    return tables, notes


def _old_of(given: Mapping[str, Any], section: str) -> Tables:
    """What a section says by old keys."""
    table = given.get(section)
    return {key: table[key] for key in OLD_KEYS[section] if key in table} if isinstance(table, dict) else {}


def _places(given: Mapping[str, Any], old: Mapping[str, Tables]) -> dict[str, str]:
    """The server that each section's old keys describe; "" where nothing says which."""
    named = {section: _said(given, section, _TABLE) for section in OLD_KEYS}
    servers = given.get(_TABLE, {})
    if servers or any(named.values()):
        only = next(iter(servers)) if len(servers) == 1 else MAIN if MAIN in servers or not servers else ""
        return {section: str(name or only) for section, name in named.items()}
    meant = {
        section: {OLD_KEYS[section][key]: value for key, value in keys.items()}
        for section, keys in old.items()
        if keys or _said(given, section, "enabled") is True
    }
    both = len(meant) == len(OLD_KEYS)
    apart = both and any(
        meant["ami_proxy"].get(name, default) != meant["watchdog"].get(name, default)
        for name, default in _defaults().items()
    )
    return {"watchdog": MAIN, "ami_proxy": _PROXY if apart else MAIN}


def _said(given: Mapping[str, Any], section: str, key: str) -> Any:
    table = given.get(section)
    return table.get(key) if isinstance(table, dict) else None


def _defaults() -> Tables:
    """The default of everything that either section could say of a server."""
    fields = AsteriskSection.model_fields
    return {name: fields[name].default for name in OLD_KEYS["ami_proxy"].values()}


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
    return Problem(move.old, f"contradicts {dotted(other)} ({origin.where(other)}): take one of them out")


def _note(move: _Move, origin: Origin) -> str:
    *_, server, name = move.new
    if origin.by_variable(move.old):
        instead = "set " + (PREFIX + DELIMITER.join(move.new)).upper().replace("-", "_")
    else:
        field = AsteriskSection.model_fields[name]
        value = '"..." (the same)' if is_secret(field) else json.dumps(move.value, ensure_ascii=False, default=str)
        instead = f"write {name} = {value} in [asterisk.{server}]"
    return (
        f"{origin.where(move.old)}: {dotted(move.old)} has moved, and is understood here for one release more; "
        f"{instead} instead"
    )
