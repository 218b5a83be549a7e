"""Writes the pages of the law out of its data: `python -m tests.law.pages`. A test holds them equal."""

from collections.abc import Iterator
from pathlib import Path

from gatekeeper.law import find_profile, profile_names
from gatekeeper.law.page import page
from gatekeeper.words import Language

DOCS = Path(__file__).parents[2] / "docs"


def pages() -> Iterator[tuple[Path, str]]:
    """Each page with its text: every country's in English, that of France in French as well."""
    for name in profile_names():
        profile = find_profile(name)
        if profile.country:
            yield DOCS / "law" / f"{name}.md", page(profile, Language.EN)
    yield DOCS / "fr" / "loi-fr.md", page(find_profile("fr"), Language.FR)


if __name__ == "__main__":
    for path, text in pages():
        path.write_text(text, encoding="utf-8")
