"""Reads a site's own readings of the law: a TOML file with a table to each law, with switches and provisions."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from gatekeeper.errors import ConfigError
from gatekeeper.law.changes import Changes, ProvisionChange
from gatekeeper.law.loader import profile_names, read_profile, text_of
from gatekeeper.law.parameters import only
from gatekeeper.policy.calendar import holidays_of
from gatekeeper.toml_lines import line_of
from gatekeeper.translation import phrase, trouble_of

_ANY_YEAR: Final = 2026


def read_overrides(path: Path) -> Mapping[str, Changes]:
    """By law what a site has otherwise.

    Raises:
        ConfigError: the file can't be read or has a mistake; the text says where, and what would be right.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise ConfigError(f"{path}: {trouble_of(error)}") from error
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int, _size: int) -> Mapping[str, Changes]:
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{path}: {trouble_of(error)}") from error
    except ValueError as error:
        raise ConfigError(phrase("{file}: this is not TOML: {error}", file=path, error=error)) from error
    return {name.replace("-", "_"): _OverridesReader(path, text, name).read(one) for name, one in table.items()}


class _OverridesReader:
    """Reads the changes of one law, each tried for itself, so that a mistake is told of its key.

    Args:
        path: of the file.
        text: its text.
        written: the law as it is written there.
    """

    def __init__(self, path: Path, text: str, written: str) -> None:
        self._path = path
        self._text = text
        self._written = written
        self._name = written.replace("-", "_")

    def read(self, given: object) -> Changes:
        """The changes."""
        with self._within():
            if self._name not in profile_names():
                there = ", ".join(one.replace("_", "-") for one in profile_names())
                raise ValueError(
                    phrase("there is no law {written!r}; there are: {there}", written=self._written[:40], there=there)
                )
            table = _table(given)
            only(table, "switches", "provisions")
        choices: dict[str, tuple[str, str]] = {}
        for switch, one in self._part(table, "switches").items():
            with self._within("switches", switch):
                choices[switch] = _choice(switch, _table(one))
                self._try(Changes({switch: choices[switch]}))
        provisions: dict[str, ProvisionChange] = {}
        for ident, one in self._part(table, "provisions").items():
            with self._within("provisions", ident):
                provisions[ident] = _provision(ident, _table(one))
                self._try(Changes(choices, {ident: provisions[ident]}))
        changes = Changes(choices, provisions)
        with self._within():
            self._try(changes)
        return changes

    def _part(self, table: Mapping[str, Any], part: str) -> Mapping[str, Any]:
        with self._within(part):
            return _table(table.get(part, {}))

    def _try(self, changes: Changes) -> None:
        read_profile(self._name, text_of(self._name), changes)

    @contextmanager
    def _within(self, *part: str) -> Iterator[None]:
        """Say of a mistake in which line and key it is."""
        try:
            yield
        except (ConfigError, ValueError, TypeError, KeyError, AttributeError) as error:
            wrong: BaseException = error
            while isinstance(wrong, ConfigError) and wrong.__cause__ is not None:
                # The law's own file has no mistake: where in it the change goes is of no use here.
                wrong = wrong.__cause__.__cause__ or wrong.__cause__
            key = (self._written, *part)
            line = line_of(self._text, key)
            raise ConfigError(
                phrase(
                    "{path}, line {line}: {names}: {wrong}",
                    path=self._path,
                    line=line,
                    names=".".join(key),
                    wrong=wrong,
                )
            ) from error


def _table(given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise TypeError(f"{given!r} is no table: write {{ ... }} with its keys, or [ ] and the keys below it")
    return given


def _choice(name: str, table: Mapping[str, Any]) -> tuple[str, str]:
    only(table, "choice", "because")
    if "choice" not in table:
        raise ValueError(
            phrase('the switch {name} has no choice: write {name} = {{ choice = "...", because = "..." }}', name=name)
        )
    return str(table["choice"]), _because(name, table)


def _provision(ident: str, table: Mapping[str, Any]) -> ProvisionChange:
    only(table, "with", "off", "because")
    off = table.get("off", False)
    if type(off) is not bool:
        raise ValueError(phrase("the provision {ident}: off must be true or false", ident=ident))
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
