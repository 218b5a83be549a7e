"""The documentation and the file that `gatekeeper init` writes agree with the model, in both languages."""

import re
import tomllib
from pathlib import Path
from types import FunctionType

import pytest
from pydantic import BaseModel

from gatekeeper.config import Settings, load, reference
from gatekeeper.config.reference import LOCALES, markdown, markdown_line, rows, summary
from gatekeeper.config.schema import NAME, entries, tables
from gatekeeper.config.sections.daemon import DaemonSection
from gatekeeper.config.template import template
from gatekeeper.translation import from_catalog, read_french, speaking
from gatekeeper.words import Language

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {Language.EN: DOCS / "configuration.md", Language.FR: DOCS / "fr" / "configuration.md"}
SECTION = re.compile(r"^### `\[([\w.]+)\]`\n\n((?:.+\n)+)\n((?:\|.*\n)+)", re.MULTILINE)
"""A section of the reference: its name, what is said of it, its table."""

both_languages = pytest.mark.parametrize("language", Language)


def sections(text: str) -> dict[str, tuple[str, list[str]]]:
    """What is said of each section of a page, and the lines of its table."""
    return {name: (said, table.splitlines()) for name, said, table in SECTION.findall(text)}


@both_languages
def test_every_setting_is_documented(language: Language) -> None:
    """The page has every setting with the value, default and description of the model, and nothing else."""
    there = sections(PAGES[language].read_text(encoding="utf-8"))
    with speaking(language):
        made = sections(markdown())
        lines = {markdown_line(row) for row in rows()}
    assert list(there) == list(made) == [".".join(path) for path, _ in tables()]
    for name, (said, table) in made.items():
        assert there[name][1] == table, name
        assert there[name][0].startswith(said.strip()), name  # more can follow: where the rest is told
    assert {line for _, table in made.values() for line in table[2:]} == lines


def test_every_text_has_its_french(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of sections, settings and the file's own comments; and nothing is translated that is no longer said."""
    said = set()

    def heard(text: str, folder: Path) -> str:
        said.add(text)
        return from_catalog(text, folder)

    monkeypatch.setattr(reference, "from_catalog", heard)
    markdown()
    template(tmp_path)
    assert said ^ set(read_french(LOCALES).messages) == set()
    assert said > {summary(table) for _, table in tables()}


def test_every_setting_and_section_is_described() -> None:
    """No setting and no section is left without a word on what it is for."""
    assert [entry.dotted for entry in entries() if not entry.field.description] == []
    assert [path for path, table in tables() if not table.__doc__] == []


@pytest.mark.parametrize(("path", "table"), list(tables()))
def test_sections_make_plain_values_in_one_style(path: tuple[str, ...], table: type[BaseModel]) -> None:
    """What a section has beside its settings are methods called `as_...`."""
    own = [name for name, value in vars(table).items() if isinstance(value, FunctionType) and name[0] != "_"]
    assert [name for name in own if not name.startswith("as_")] == [], path


@both_languages
def test_template_is_the_defaults(tmp_path: Path, language: Language) -> None:
    """The file that `init` writes means the defaults, in the data folder that was asked for."""
    file = tmp_path / "g.toml"
    with speaking(language):
        file.write_text(template(tmp_path / "data"), encoding="utf-8")
    expected = Settings(daemon=DaemonSection(data_dir=tmp_path / "data"))
    assert load(file, {}).model_dump() == expected.model_dump()


@both_languages
def test_template_shows_every_setting(tmp_path: Path, language: Language) -> None:
    """Every line that is commented out, taken in, is a right setting at its default."""
    with speaking(language):
        text = template(tmp_path / "data")
    taken_in = re.sub(r"^# (?=[a-z_]+ = )", "", text, flags=re.MULTILINE)
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
