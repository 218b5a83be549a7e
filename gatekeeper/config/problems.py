"""Problems of a configuration, worded so that its reader can mend them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from gatekeeper.config.environment import DELIMITER, PREFIX
from gatekeeper.config.field_types import expects
from gatekeeper.config.schema import closest, field_at, is_secret, named, owner_of, siblings
from gatekeeper.errors import ConfigError
from gatekeeper.toml_lines import line_of
from gatekeeper.translation import marked, phrase

_SHOWN = 60

_NAMED = {"lists": marked("list"), "formats": marked("format"), "asterisk": marked("server")}
"""What a table of these sections is, whose name has to be short."""


class Problem(NamedTuple):
    """One thing that is wrong.

    Attributes:
        key: the path of the key.
        text: what is wrong with it and what would be right; it goes on from the key's name.
        secret: a secret is missing, which hinders only what needs it: others may not be let read it.
        remark: it may be meant so: it is told, and hinders nothing.
    """

    key: tuple[str, ...]
    text: str
    secret: bool = False
    remark: bool = False


class Origin:
    """Knows which key came from where.

    Args:
        file: the file that was read, or None.
        variables: the variable that set a key, by the key's path.
    """

    def __init__(self, file: Path | None, variables: Mapping[tuple[str, ...], str]) -> None:
        self._file = file
        self._variables = variables
        self._text: str | None = None
        self.moved: dict[tuple[str, ...], tuple[str, ...]] = {}
        """The key that somebody wrote, by the one that it has become."""

    def where(self, key: tuple[str, ...]) -> str:
        """`/etc/gatekeeper/gatekeeper.toml, line 12`, or `the variable GATEKEEPER_FASTAGI__PORT`."""
        key = self.moved.get(key, key)
        for length in range(len(key), 0, -1):
            variable = self._variables.get(key[:length])
            if variable:
                return phrase("the variable {variable}", variable=variable)
        if self._file is None:
            return self._within(key) or phrase("the built-in defaults")
        if self._text is None:
            self._text = self._file.read_text(encoding="utf-8", errors="replace")
        line = line_of(self._text, key)
        return (
            phrase("{file}, line {line}", file=self._file, line=line) if line else self._within(key) or str(self._file)
        )

    def _within(self, table: tuple[str, ...]) -> str:
        """The variable that set something within a table, or ""."""
        found = (variable for key, variable in self._variables.items() if key[: len(table)] == table)
        return phrase("the variable {variable}", variable=first) if (first := next(found, "")) else ""

    def by_variable(self, key: tuple[str, ...]) -> bool:
        """Whether a variable set the key."""
        return key in self._variables

    def error(self, problems: list[Problem]) -> ConfigError:
        """The error that tells all the problems, each on a line of its own."""
        return ConfigError("\n".join(self.told(one) for one in problems))

    def told(self, problem: Problem) -> str:
        """A problem in a line: where, which key, and what is wrong."""
        key = problem.key
        return phrase(
            "{where}: {key} {text}",
            where=self.where(key),
            key=dotted(self.moved.get(key, key)),
            text=problem.text,
        )


def dotted(key: tuple[str, ...]) -> str:
    """The key as its reader writes it: `fastagi.allow[0]`, `campaigns."two words".lists`."""
    out = ""
    for part in key:
        if part.startswith("["):
            out += part
        else:
            plain = part.isascii() and part.replace("-", "").replace("_", "").isalnum()
            out += ("." if out else "") + (part if plain else '"' + part.replace('"', '\\"') + '"')
    return out


def problems_of(error: ValidationError, origin: Origin) -> list[Problem]:
    """What pydantic found wrong, in our words."""
    return [_problem(item, origin) for item in error.errors(include_url=False)]


def _problem(item: Any, origin: Origin) -> Problem:
    parts = item["loc"]
    if parts and parts[-1] == "[key]":
        return Problem(tuple(map(str, parts[:-1])), _bad_name(str(parts[0])))
    key = tuple(f"[{part}]" if isinstance(part, int) else str(part) for part in parts)
    if item["type"] == "extra_forbidden":
        return Problem(key, _unknown(key, origin))
    path = tuple(part for part in key if not part.startswith("["))
    field = field_at(path)
    if field is None:
        return Problem(key, phrase("must be a table: write [{table}] and its keys below it", table=dotted(path)))
    value = phrase("(hidden)") if is_secret(field) else _shown(item["input"])
    if item["type"] == "value_error":  # raised by a check of ours, which says what would be right
        return Problem(key, phrase("is {value}: {error}", value=value, error=item["ctx"]["error"]))
    return Problem(key, phrase("is {value}; it must be {kind}", value=value, kind=expects(field)))


def _shown(value: Any) -> str:
    """A value as TOML writes it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = text.encode("unicode_escape").decode("ascii") if not text.isprintable() else text
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _bad_name(section: str) -> str:
    if section in _NAMED:
        return phrase(
            "is no name for a {kind}; it must begin with a small letter or a digit, and go on "
            "with small letters, digits, - and _ (at most 32 characters)",
            kind=phrase(_NAMED[section]),
        )
    if section == "sip_gate":
        return phrase(
            "is no name for a trunk; it must begin with a letter or a digit, and go on with letters, digits, -, _ and ."
            " (at most 64 characters)"
        )
    return phrase("is no name for a campaign; it must be a text of 1 to 80 characters on one line")


def _unknown(key: tuple[str, ...], origin: Origin) -> str:
    """Why an unknown key is none, and which one was probably meant."""
    known = siblings(key)
    meant = _meant(key, known)
    by_variable = origin.by_variable(key)
    if meant and by_variable:
        meant = (PREFIX + meant.replace(".", DELIMITER)).upper()
    hint = phrase("did you mean {meant}? ", meant=meant) if meant else ""
    names = ", ".join(known)
    if len(key) > 1:
        table = dotted(key[:-1])
        return phrase("is no setting; {hint}[{table}] has: {names}", hint=hint, table=table, names=names)
    if by_variable:
        return phrase("is no setting; {hint}there are: {names}", hint=hint, names=names)
    return phrase("is no section; {hint}there are: {names}", hint=hint, names=names)


def _meant(key: tuple[str, ...], known: list[str]) -> str | None:
    name = key[-1]
    if len(key) == 1:
        for section in known:  # fastagi_port, as a variable with one underscore has it
            if name.startswith(f"{section}_") and not named(section):
                rest = name.removeprefix(f"{section}_")
                inner = closest(rest, siblings((section, rest)))
                return f"{section}.{inner}" if inner else section
        return closest(name, known) or owner_of(name)
    found = closest(name, known)
    return dotted((*key[:-1], found)) if found else owner_of(name)
