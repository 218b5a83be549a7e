"""The table of settings, made from the model: for the documentation and for the file that `gatekeeper init` writes.

`python -m gatekeeper.config.reference` prints the tables of `docs/configuration.md`.
"""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, SecretStr

from gatekeeper.config.environment import DELIMITER, PREFIX
from gatekeeper.config.field_types import expects
from gatekeeper.config.schema import SettingEntry, entries, tables


class Row(NamedTuple):
    """What is documented of one setting.

    Attributes:
        key: dotted, with NAME where a list's or campaign's name stands.
        value: what it must be.
        default: as TOML writes it.
        variable: the variable that overrides it.
        description: what it is for.
    """

    key: str
    value: str
    default: str
    variable: str
    description: str


def rows() -> list[Row]:
    """Every setting, in the order of the documentation."""
    return [_row(entry) for entry in entries()]


def _row(entry: SettingEntry) -> Row:
    default = toml(entry.field.get_default(call_default_factory=True))
    variable = PREFIX + DELIMITER.join((*entry.section, entry.key)).upper()
    return Row(entry.dotted, expects(entry.field), default, variable, entry.field.description or "")


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value() and "**********"
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    # JSON's texts, integers and booleans are TOML's, too.
    return json.dumps(value, ensure_ascii=False)


def summary(table: type[BaseModel]) -> str:
    """What a section is for: the first paragraph of its model's docstring."""
    return " ".join((table.__doc__ or "").strip().partition("\n\n")[0].split())


def markdown() -> str:
    """The tables of the documentation, one to a section."""
    parts = []
    by_section: dict[str, list[Row]] = {}
    for entry in entries():
        by_section.setdefault(".".join(entry.section), []).append(_row(entry))
    for path, table in tables():
        lines = [f"### `[{'.'.join(path)}]`", "", summary(table), "", "| key | value | default | what it is for |"]
        lines.append("|---|---|---|---|")
        lines += [markdown_line(row) for row in by_section[".".join(path)]]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def markdown_line(row: Row) -> str:
    """One line of a table of the documentation."""
    key = row.key.rpartition(".")[2]
    cells = (f"`{key}`", row.value, f"`{row.default}`", row.description)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(markdown())
