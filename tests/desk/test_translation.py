"""The pages' words: everything is said in French as well, and the browser's language is found."""

import re
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

from gatekeeper.desk.translation import LOCALES, catalog, preferred
from gatekeeper.words import Language

TEMPLATES = Path(LOCALES).with_name("templates")
FUNCTIONS = ("_", "gettext", "ngettext")
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.i18n", "silent": "false"}


def said(template: Path) -> list[str]:
    """Every text of a template that is to be translated."""
    with template.open("rb") as file:
        found = list(babel_extract(file, FUNCTIONS, [], OPTIONS))
    return [text if isinstance(text, str) else str(text[0]) for _, _, text, _ in found]


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: str(path.name))
def test_every_text_is_said_in_french(template: Path) -> None:
    """A text without a translation would stand in English on a French page."""
    french = catalog(Language.FR)
    missing = [text for text in said(template) if text not in french.messages]  # type: ignore[attr-defined]
    assert missing == []


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr", "fr"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de,fr;q=0.7,en;q=0.3", "fr"),
        ("en;q=0,fr;q=0.1", "fr"),
        ("fr;q=x,en", "en"),
        ("", "en"),
        ("*", "en"),
        ("de", "en"),
    ],
)
def test_the_browser_language_is_found(accepted: str, language: str) -> None:
    """By the weights that it gives; English where it has neither."""
    assert preferred(accepted).value == language


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: str(path.name))
def test_a_text_that_counts_is_right_for_one(template: Path) -> None:
    """It is said by `ngettext`, or otherwise: `calls: 1`."""
    with template.open("rb") as file:
        found = [text for _, _, text, _ in babel_extract(file, FUNCTIONS, [], OPTIONS) if isinstance(text, str)]
    counting = re.compile(r"%\((\w+)\)s (?:\w+ )?(\w+s)\b")
    words = [(one[1], one[2]) for text in found for one in counting.finditer(text)]
    assert [one for one in words if one[1] != "is" and one[0] != "month"] == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: str(path.name))
def test_signs_that_french_sets_apart_stand_in_no_template(template: Path) -> None:
    """Between two values they are `colon`, `semicolon` and `percent`, which have their blank in French."""
    written = re.compile(r"\}\} ?[%;:](?!\w)|[\"'][;:%] ?[\"']")
    assert [line for line in template.read_text().splitlines() if written.search(line)] == []
