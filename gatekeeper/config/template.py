"""The configuration file that `gatekeeper init` writes: every setting, explained, at its default.

It is explained in the language of who has it written; its settings are the same in each.
"""

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from gatekeeper.config.examples import EXAMPLES, TableExample
from gatekeeper.config.reference import description, summary, told, toml
from gatekeeper.config.schema import entries
from gatekeeper.config.settings import Settings
from gatekeeper.words import plain

_WIDTH: Final = 100

HEAD: Final = (
    "Gatekeeper's configuration.",
    (
        "What is commented out stands at its default. Every setting can be overridden by a variable: "
        "GATEKEEPER_FASTAGI__PORT=4600 is `port = 4600` in [fastagi]."
    ),
    "After a change: `gatekeeper config check`, then restart the daemon.",
)
"""What the file begins with."""


def template(data_dir: Path) -> str:
    """The whole file.

    Args:
        data_dir: the data folder, which is written out because it is the one thing that differs from site to site.
    """
    parts = ["\n".join(_comments(HEAD)) + "\n"]
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type):
            parts.append(_section(name, data_dir))
    return "\n".join([*parts, *map(_example, EXAMPLES)])


def _section(name: str, data_dir: Path) -> str:
    table = Settings.model_fields[name].annotation
    lines = [*_comment(summary(table)), f"[{name}]"]  # type: ignore[arg-type]
    for entry in entries():
        if entry.section != (name,):
            continue
        lines += ["", *_comment(description(entry))]
        default = entry.field.get_default(call_default_factory=True)
        is_folder = entry.dotted == "daemon.data_dir"
        lines.append(f"{entry.key} = {toml(data_dir)}" if is_folder else f"# {entry.key} = {toml(default)}")
    return "\n".join(lines) + "\n"


def _example(example: TableExample) -> str:
    """A table that has a name: what it is, what each of its keys is for, and how it is written."""
    lines = [f"# ---- {plain(told(example.title))} ".ljust(_WIDTH - 2, "-"), *_comments(example.about)]
    for entry in entries():
        if entry.section == example.path:
            lines += _comment(f"{entry.key}: {description(entry)}", indent="  ")
    return "\n".join(lines) + "\n" + example.toml


def _comments(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in _comment(told(text))]


def _comment(text: str, indent: str = "") -> list[str]:
    # Wrapped while typeset: no line begins with a sign that French sets apart.
    lines = textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent=f"# {indent}", break_on_hyphens=False)
    return [plain(line) for line in lines]
