"""The documentation and the file that `gatekeeper init` writes agree with the model."""

import tomllib
from pathlib import Path
from types import FunctionType

import pytest
from pydantic import BaseModel

from gatekeeper.config import Settings, load
from gatekeeper.config.reference import Row, markdown_line, rows
from gatekeeper.config.schema import NAME, entries, tables
from gatekeeper.config.sections.daemon import DaemonSection
from gatekeeper.config.template import template

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def documented() -> dict[str, list[str]]:
    """The lines of the page's tables by section."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            section = line.strip("# `[]") if line.startswith("### `[") else ""
        elif section and line.startswith("| `"):
            found.setdefault(section, []).append(line)
    return found


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.key)
def test_every_setting_is_documented(row: Row) -> None:
    """The page has every setting with the value, default and description of the model."""
    assert markdown_line(row) in documented()[row.key.rpartition(".")[0]]


def test_nothing_else_is_documented() -> None:
    """The page has no setting that does not exist, and none twice."""
    lines = [line for section in documented().values() for line in section]
    assert sorted(lines) == sorted(markdown_line(row) for row in rows())


def test_every_setting_and_section_is_described() -> None:
    """No setting and no section is left without a word on what it is for."""
    assert [entry.dotted for entry in entries() if not entry.field.description] == []
    assert [path for path, table in tables() if not table.__doc__] == []


@pytest.mark.parametrize(("path", "table"), list(tables()))
def test_sections_make_plain_values_in_one_style(path: tuple[str, ...], table: type[BaseModel]) -> None:
    """What a section has beside its settings are methods called `as_...`."""
    own = [name for name, value in vars(table).items() if isinstance(value, FunctionType) and name[0] != "_"]
    assert [name for name in own if not name.startswith("as_")] == [], path


def test_template_is_the_defaults(tmp_path: Path) -> None:
    """The file that `init` writes means the defaults, in the data folder that was asked for."""
    file = tmp_path / "g.toml"
    file.write_text(template(tmp_path / "data"), encoding="utf-8")
    expected = Settings(daemon=DaemonSection(data_dir=tmp_path / "data"))
    assert load(file, {}).model_dump() == expected.model_dump()


def test_template_shows_every_setting(tmp_path: Path) -> None:
    """Every line that is commented out, taken in, is a right setting at its default."""
    text = template(tmp_path / "data")
    taken_in = "\n".join(
        line.removeprefix("# ") if line.startswith(("# [", "# ")) and " = " in line and line[2].islower() else line
        for line in text.splitlines()
    )
    # The examples of lists and campaigns need their heads, too.
    for head in (
        "[lists.reassigned]",
        "[queries.reassigned]",
        "[lists.bloctel]",
        "[formats.tps]",
        "[campaigns.insurance]",
        "[scrubs.leads]",
        "[hooks.crm]",
        "[asterisk.main]",
        "[ami_users.dialer]",
        "[sip_gate.trunks.carrier]",
        "[hooks.crm]",
        "[hooks.dialer]",
    ):
        taken_in = taken_in.replace(f"# {head}", head)
    given = tomllib.loads(taken_in)
    for entry in entries():
        inner = given
        for part in entry.section:
            every = {key: value for one in inner.values() if isinstance(one, dict) for key, value in one.items()}
            inner = every if part == NAME else inner[part]
        assert entry.key in inner, entry.dotted
    file = tmp_path / "g.toml"
    # The one setting without a default that would do.
    file.write_text(taken_in.replace('contacts = ""', 'contacts = "/srv/leads.csv"'), encoding="utf-8")
    settings = load(file, {})
    assert settings.fastagi == Settings().fastagi
    assert settings.campaigns["insurance"].lists == ("bloctel",)
