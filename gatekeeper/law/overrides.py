"""Reads a site's own readings of the law: a TOML file with a table to each law, with switches and provisions."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from gatekeeper.errors import ConfigError
from gatekeeper.law.changes import Changes, ProvisionChange
from gatekeeper.law.loader import profile_names, read_profile, text_of
from gatekeeper.law.parameters import only
from gatekeeper.policy.calendar import holidays_of

_ANY_YEAR: Final = 2026


def read_overrides(path: Path) -> Mapping[str, Changes]:
    """By law what a site has otherwise.

    Raises:
        ConfigError: the file can't be read or has a mistake; the text says where, and what would be right.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise ConfigError(f"[law] overrides: {path}: {error.strerror}") from error
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int, _size: int) -> Mapping[str, Changes]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return {name.replace("-", "_"): _checked(path, name.replace("-", "_"), one) for name, one in table.items()}


def _checked(path: Path, name: str, table: Any) -> Changes:
    if name not in profile_names():
        raise ConfigError(f"{path}: there is no law {name[:40]!r}; there are: {', '.join(profile_names())}")
    try:
        changes = _changes(table)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError(f"{path}: [{name}]: {error}") from error
    try:
        read_profile(name, text_of(name), changes)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    return changes


def _changes(table: Mapping[str, Any]) -> Changes:
    only(table, "switches", "provisions")
    choices = {name: _choice(name, one) for name, one in table.get("switches", {}).items()}
    provisions = {ident: _provision(ident, one) for ident, one in table.get("provisions", {}).items()}
    return Changes(choices, provisions)


def _choice(name: str, table: Mapping[str, Any]) -> tuple[str, str]:
    only(table, "choice", "because")
    if "choice" not in table:
        raise ValueError(f'the switch {name} has no choice: write {name} = {{ choice = "...", because = "..." }}')
    return str(table["choice"]), _because(name, table)


def _provision(ident: str, table: Mapping[str, Any]) -> ProvisionChange:
    only(table, "with", "off", "because")
    off = table.get("off", False)
    if type(off) is not bool:
        raise ValueError(f"the provision {ident}: off must be true or false")
    parameters = dict(table.get("with", {}))
    _check_holidays(parameters)
    return ProvisionChange(parameters, off, _because(ident, table))


def _because(name: str, table: Mapping[str, Any]) -> str:
    because = table.get("because", "")
    if not isinstance(because, str):
        raise TypeError(f"{name}: because must be a text that says why")
    return because.strip()


def _check_holidays(parameters: Mapping[str, Any]) -> None:
    """See to it that public holidays are known: the calendar is read late, at the first call that needs it."""
    for name, one in parameters.items():
        if name == "holidays" and isinstance(one, str) and one:
            holidays_of(one, _ANY_YEAR)
        elif isinstance(one, Mapping):
            _check_holidays(one)
