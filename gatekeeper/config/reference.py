"""The table of settings, made from the model: for the documentation and for the file that `gatekeeper init` writes.

`python -m gatekeeper.config.reference` prints the tables of `docs/configuration.md`, and with `fr` those of
`docs/fr/configuration.md`. What a setting is for stands in English in the model; its French, and that of the comments
in the file, stands in `locales/fr`.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, SecretStr

from gatekeeper.config.environment import DELIMITER, PREFIX
from gatekeeper.config.field_types import expects
from gatekeeper.config.schema import SettingEntry, entries, tables
from gatekeeper.translation import from_catalog, speaking
from gatekeeper.words import Language, plain

LOCALES: Final = Path(__file__).with_name("locales")

HEAD: Final = ("key", "value", "default", "what it is for")
"""Above the columns of a table."""


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
    return Row(entry.dotted, expects(entry.field), default, variable, description(entry))


def told(text: str) -> str:
    """What the model or the written file says in English, in the language of who asks."""
    return from_catalog(text, LOCALES)


def description(entry: SettingEntry) -> str:
    """What a setting is for."""
    return told(entry.field.description or "")


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
    return told(" ".join((table.__doc__ or "").strip().partition("\n\n")[0].split()))


def markdown() -> str:
    """The tables of the documentation, one to a section, in the language of who asks."""
    parts = []
    by_section: dict[str, list[Row]] = {}
    for entry in entries():
        by_section.setdefault(".".join(entry.section), []).append(_row(entry))
    for path, table in tables():
        lines = [f"### `[{'.'.join(path)}]`", "", plain(summary(table)), "", _line(map(told, HEAD))]
        lines.append("|---|---|---|---|")
        lines += [markdown_line(row) for row in by_section[".".join(path)]]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def markdown_line(row: Row) -> str:
    """One line of a table of the documentation."""
    key = row.key.rpartition(".")[2]
    return _line((f"`{key}`", plain(row.value), f"`{row.default}`", plain(row.description)))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    with speaking(Language("".join(sys.argv[1:]) or Language.EN)):
        sys.stdout.write(markdown())
