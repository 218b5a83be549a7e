"""The loader: reads the configuration's file, then the variables, then checks them."""

import os
import tomllib
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import TomlConfigSettingsSource

from gatekeeper.config.crosschecks import crosscheck
from gatekeeper.config.environment import CONFIG_VARIABLE, EnvironmentSource
from gatekeeper.config.moved_keys import move_keys
from gatekeeper.config.problems import Origin, problems_of
from gatekeeper.config.settings import Settings
from gatekeeper.errors import ConfigError
from gatekeeper.translation import phrase, trouble_of

DEFAULT_PATH = Path("/etc/gatekeeper/gatekeeper.toml")
"""Where the configuration is looked for when nobody says where it is."""


def load(
    path: Path | None = None, environ: Mapping[str, str] | None = None, *, secrets_of: Container[str] = ()
) -> Settings:
    """The settings: the built-in defaults, under those of the file, under those of the variables.

    Args:
        path: the file; without one, the one that `GATEKEEPER_CONFIG` names, else `DEFAULT_PATH` if it exists.
        environ: the variables; the process's own without.
        secrets_of: the sections whose secrets are needed. They may lie where only the daemon can read them: of others,
            one that is missing is only noted.

    Raises:
        ConfigError: the file can't be read, or a key or a value is wrong; the text has a line for each fault, with
            file and line (or variable), key, and what would be right.
    """
    environ = os.environ if environ is None else environ
    file = locate(path, environ)
    given = _read(file) if file else {}
    source = EnvironmentSource(Settings, environ, given)
    origin = Origin(file, source.variables)
    tables, notes = move_keys(_over(given, source()), origin)
    try:
        settings = Settings(**tables)
    except ValidationError as error:
        raise origin.error(problems_of(error, origin)) from None
    found = list(crosscheck(settings))
    problems = [one for one in found if not one.remark and (not one.secret or one.key[0] in secrets_of)]
    if problems:
        raise origin.error(problems)
    settings._file = file  # noqa: SLF001 - private to the model and its only maker
    settings._variables = tuple(sorted(source.variables.values()))  # noqa: SLF001
    told = (origin.told(one) if one.remark else _unless_variable(origin.told(one)) for one in found)
    settings._notes = (*notes, *told)  # noqa: SLF001
    return settings


def locate(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file to read, or None where nobody names one and the default one does not exist.

    Raises:
        ConfigError: the file that was named does not exist, or its folder may not be looked into.
    """
    named = environ.get(CONFIG_VARIABLE, "")
    file = path or (Path(named) if named else None)
    try:
        exists = (file or DEFAULT_PATH).exists()
    except OSError as error:
        raise ConfigError(
            phrase("{file} can't be looked at: {reason}", file=file or DEFAULT_PATH, reason=trouble_of(error))
        ) from None
    if file is None:
        return DEFAULT_PATH if exists else None
    if not exists:
        by = "--config" if path else phrase("the variable {variable}", variable=CONFIG_VARIABLE)
        raise ConfigError(
            phrase(
                "{file} does not exist ({by} names it); `gatekeeper --config {file} init` writes one", file=file, by=by
            )
        )
    return file


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():  # pydantic-settings would pass over it without a word
        raise ConfigError(phrase("{file} is no regular file", file=file))
    try:
        return dict(TomlConfigSettingsSource(Settings, file)())
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(phrase("{file}: this is not TOML: {error}", file=file, error=error)) from None
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError(
            phrase("{file}, line {line}: this is not UTF-8; save the file in UTF-8", file=file, line=line)
        ) from None
    except OSError as error:
        raise ConfigError(
            phrase(
                "{file} can't be read: {reason}; the user who runs gatekeeper must be able to read it",
                file=file,
                reason=trouble_of(error),
            )
        ) from None


def _unless_variable(told: str) -> str:
    return phrase("{told}, unless that is set where the daemon is started", told=told)


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Two nested dictionaries as one; what `above` says counts."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
