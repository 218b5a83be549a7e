"""The law's pages and commands say what its data say."""

from pathlib import Path

import pytest

from gatekeeper.law import find_profile, profile_names
from tests.law.pages import DOCS, pages

PAGES = list(pages())
COUNTRIES = [name for name in profile_names() if find_profile(name).country]


@pytest.mark.parametrize(("path", "text"), PAGES, ids=[path.name for path, _ in PAGES])
def test_each_page_is_made_of_the_data(path: Path, text: str) -> None:
    """Who changes a law's file makes its page anew: `python -m tests.law.pages`."""
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", COUNTRIES)
def test_every_provision_says_what_it_is_in_words(name: str) -> None:
    """Each has an article and a note that counsel can read; those of France in French as well."""
    for one in find_profile(name).provisions:
        said = one.statement
        if said.id:
            assert said.article, said.id
            assert said.note, said.id
            assert said.note_fr or name != "fr", said.id


def test_the_index_names_every_country() -> None:
    """The page that a reader begins with leads to each country's."""
    index = (DOCS / "law" / "README.md").read_text(encoding="utf-8")
    assert [name for name in COUNTRIES if f"({name}.md)" not in index] == []
