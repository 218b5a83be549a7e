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
    for name, field in Settings.model_fields.items():
        if get_origin(field.annotation) is dict:
            yield (name, NAME), get_args(field.annotation)[1]
        elif isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield (name,), field.annotation


def entries() -> Iterator[SettingEntry]:
    """Every setting, in the order of the documentation."""
    for path, table in tables():
        for key, field in table.model_fields.items():
            yield SettingEntry(path, key, field)


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting's value must not be shown."""
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def field_at(key: tuple[str, ...]) -> FieldInfo | None:
    """The setting at a path, or None where it is a table or unknown."""
    general = (key[0], NAME, *key[2:]) if key and named(key[0]) else key
    return next((entry.field for entry in entries() if (*entry.section, entry.key) == general), None)


def named(section: str) -> bool:
    """Whether a section's tables have names: `[lists.bloctel]`."""
    return any(path == (section, NAME) for path, _ in tables())


def siblings(key: tuple[str, ...]) -> list[str]:
    """The names that could stand in the place of the last part of an unknown key."""
    if len(key) == 1:
        return list(Settings.model_fields)
    general = (key[0], NAME) if named(key[0]) else (key[0],)
    return next((list(table.model_fields) for path, table in tables() if path == general), [])


def closest(name: str, candidates: list[str]) -> str | None:
    """The candidate that was probably meant."""
    name = name.lower()
    found = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    beginning = [candidate for candidate in candidates if name and candidate.startswith(name)]
    return next(iter(found + beginning), None)


def owner_of(key: str) -> str | None:
    """The dotted name of a setting called `key` in whichever section has one, such as `fastagi.port` for `port`."""
    return next((entry.dotted for entry in entries() if entry.key == key), None)
