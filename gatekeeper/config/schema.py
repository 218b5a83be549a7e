"""The schema of the settings: tells which key exists, what it takes, and which one was probably meant."""

import difflib
from collections.abc import Iterator
from typing import NamedTuple, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from gatekeeper.config.settings import Settings

NAME = "NAME"
"""Stands for the name of a list or campaign where keys are spoken of in general."""


class SettingEntry(NamedTuple):
    """One setting.

    Attributes:
        section: the path of its table: ("fastagi",), or ("lists", "NAME").
        key: its name in that table.
        field: what pydantic knows of it.
    """

    section: tuple[str, ...]
    key: str
    field: FieldInfo

    @property
    def dotted(self) -> str:
        """`fastagi.port`, `lists.NAME.kind`."""
        return ".".join((*self.section, self.key))


def tables() -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    """Every table by its path, with its model."""
    return _tables_of(Settings, ())


def _tables_of(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    for name, field in model.model_fields.items():
        for below, table in _tables_at(field):
            yield (*path, name, *below), table
            yield from _tables_of(table, (*path, name, *below))


def _tables_at(field: FieldInfo) -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    """What kind of table a field is: one (), or one to a name (NAME,); nothing for a setting."""
    kind = field.annotation
    below: tuple[str, ...] = ()
    if get_origin(kind) is dict:
        kind, below = get_args(kind)[1], (NAME,)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield below, kind


def entries() -> Iterator[SettingEntry]:
    """Every setting, in the order of the documentation."""
    for path, table in tables():
        for key, field in table.model_fields.items():
            if not any(_tables_at(field)):
                yield SettingEntry(path, key, field)


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting's value must not be shown."""
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def field_at(key: tuple[str, ...]) -> FieldInfo | None:
    """The setting at a path, or None where it is a table or unknown."""
    return next((entry.field for entry in entries() if _fits((*entry.section, entry.key), key)), None)


def _fits(general: tuple[str, ...], key: tuple[str, ...]) -> bool:
    """Whether a key is the one that is written with NAME in general."""
    return len(general) == len(key) and all(part in (NAME, given) for part, given in zip(general, key, strict=True))


def named(section: str) -> bool:
    """Whether a section's tables have names: `[lists.bloctel]`."""
    return any(path == (section, NAME) for path, _ in tables())


def siblings(key: tuple[str, ...]) -> list[str]:
    """The names that could stand in the place of the last part of an unknown key."""
    if len(key) == 1:
        return list(Settings.model_fields)
    return next((list(table.model_fields) for path, table in tables() if _fits(path, key[:-1])), [])


def closest(name: str, candidates: list[str]) -> str | None:
    """The candidate that was probably meant."""
    name = name.lower()
    found = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    beginning = [candidate for candidate in candidates if name and candidate.startswith(name)]
    return next(iter(found + beginning), None)


def owner_of(key: str) -> str | None:
    """The dotted name of a setting called `key` in whichever section has one, such as `fastagi.port` for `port`."""
    return next((entry.dotted for entry in entries() if entry.key == key), None)
