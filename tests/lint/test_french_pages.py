"""The French pages against their English counterparts: links both ways, and the same facts in the same examples."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from gatekeeper.translation import read_french

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
COUNTERPART = re.compile(r"\(In English: \[[^]]+\]\(\.\./([^)]+)\)\.?\)")
SUMMARIES = {
    "a-blanc.md",
    "alertes.md",
    "consentement.md",
    "diagnostic.md",
    "installation.md",
    "journal.md",
    "mesures.md",
    "tentatives.md",
    "territory.md",
}
"""French pages that leave something out, or say it of France alone. Every other one is held to be whole."""

INDEXES = {"loi.md", "loi-fr.md"}
"""The law's own pages: `tests/law/test_pages.py` makes one of data, and the other leads to it."""

PLACEHOLDERS = {"NUMÉRO": "NUMBER", "NOM": "NAME", "FICHIER": "FILE", "DOSSIER": "FOLDER"}
"""What stands for a value of the reader's in an example, as it is called in either language."""

NAMED = re.compile(
    r"(?<![\w-])--[a-z][a-z-]+"  # an option
    r"|\b[A-Z]+(?:_[A-Z]+)+\b|\b[a-z0-9]+(?:_[a-z0-9]+)+\b"  # a reason code, a variable; a key
    r"|\bX-[A-Za-z-]+|\bGatekeeper[A-Z]\w+"  # a header, an event
    r"|\[[a-z_]+(?=[\].])"  # a table of the configuration
)
FRENCH_NUMBER = re.compile(r"\d+(?: \d{3})*(?:[,.]\d+)*")
ENGLISH_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)*")


class Page(NamedTuple):
    """A page of the documentation, taken apart.

    Attributes:
        whole: its text.
        prose: the text without examples, code and addresses of links.
        blocks: its examples by language; "" for those of the shell.
        spans: what is marked as code amid sentences.
    """

    whole: str
    prose: str
    blocks: tuple[tuple[str, str], ...]
    spans: frozenset[str]

    @property
    def line(self) -> str:
        """All of it in one line, as a sentence goes on over the end of one."""
        return " ".join(self.whole.split())

    @property
    def named(self) -> set[str]:
        """Options, reason codes, keys, variables, headers and events."""
        return set(NAMED.findall("\n".join([*self.spans, *(text for _, text in self.blocks)])))


@cache
def page(path: Path) -> Page:
    """A page, with the placeholders in English."""
    text = path.read_text(encoding="utf-8")
    for french, english in PLACEHOLDERS.items():
        text = re.sub(rf"\b{french}\b", english, text)
    text = re.sub(r"\s--lang fr\b", "", text)
    blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"\]\([^)]*\)|https?://\S+", "]", re.sub(r"`[^`]+`", "``", rest))
    spans = frozenset(" ".join(span.split()) for span in re.findall(r"`([^`]+)`", rest))
    return Page(text, prose, tuple(blocks), spans)


def pairs() -> dict[str, Path]:
    """Each French page's name with its English counterpart."""
    found = {}
    for path in sorted((DOCS / "fr").glob("*.md")):
        if match := COUNTERPART.search(path.read_text(encoding="utf-8")):
            found[path.name] = DOCS / match[1]
    return found


PAIRS = pairs()
WHOLE = sorted(set(PAIRS) - SUMMARIES)


def both(name: str) -> tuple[Page, Page]:
    """The French and the English page of a pair."""
    return page(DOCS / "fr" / name), page(PAIRS[name])


def test_every_french_page_says_where_the_english_one_is() -> None:
    """None escapes what follows, and no name here is of a page that is gone."""
    names = {path.name for path in (DOCS / "fr").glob("*.md")}
    assert names == set(PAIRS) | INDEXES
    assert names >= SUMMARIES


@pytest.mark.parametrize("name", PAIRS)
def test_both_pages_lead_to_each_other(name: str) -> None:
    """And the README leads to the French one."""
    english = PAIRS[name].read_text(encoding="utf-8")
    assert re.search(rf"\*\(En français :\s+\[[^]]*\]\((?:\.\./)?fr/{re.escape(name)}\)", english)
    assert f"](docs/fr/{name})" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted({*(DOCS / "fr").glob("*.md"), *PAIRS.values()}), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """The page and the heading are there."""
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!\w+:)([^)]+)\)", text):
        file, _, heading = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        assert not heading or heading in headings(found), target


@pytest.mark.parametrize("path", sorted((DOCS / "fr").glob("*.md")), ids=lambda path: path.name)
def test_a_french_page_leads_to_french_pages(path: Path) -> None:
    """Its own English counterpart apart, where it says less than that."""
    targets = re.findall(r"\]\(\.\./([^)#]+)", path.read_text(encoding="utf-8"))
    french = {str(english.relative_to(DOCS)) for name, english in PAIRS.items() if name != path.name}
    assert french & set(targets) == set()


def french_texts() -> Iterator[str]:
    """What the program says in French: of its catalogues, and beside the English."""
    for path in (ROOT / "gatekeeper").rglob("locales/fr"):
        for said in read_french(path.parent).messages.values():
            yield from said
    for path in (ROOT / "gatekeeper").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Sentence" and len(node.args) > 1:
                yield ast.unparse(node.args[1])


def test_a_french_text_leads_to_french_pages() -> None:
    """Whoever is told of a page in French is told of the French one, where there is one."""
    french = {f"docs/{english.relative_to(DOCS)}" for english in PAIRS.values()}
    pages = [(text, found) for text in french_texts() for found in re.findall(r"docs/[\w/.-]+\.md", text)]
    assert pages
    assert [text for text, found in pages if found in french or not (ROOT / found).exists()] == []


def headings(path: Path) -> set[str]:
    """What can stand behind `#`, as GitHub makes it."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in found}


@pytest.mark.parametrize("name", PAIRS)
def test_the_french_page_names_nothing_else(name: str) -> None:
    """What is renamed or taken out in English is no longer there in French."""
    french, english = both(name)
    assert french.named - english.named - {"--lang"} == set()


@pytest.mark.parametrize("name", WHOLE)
def test_the_french_page_names_everything(name: str) -> None:
    """Each command, option, reason code, key and file that one page names stands in the other."""
    french, english = both(name)
    assert english.named - french.named == set()
    assert {span for span in english.spans if span not in french.line} == set()
    assert {span for span in french.spans if span not in english.line} == set()


@pytest.mark.parametrize("name", WHOLE)
def test_the_numbers_are_the_same(name: str) -> None:
    """A duration, size or measurement that changes in one language changes in the other, below each heading."""
    for french, english in zip(*(one.prose.split("\n#") for one in both(name)), strict=True):
        said = Counter(one.replace(" ", "").replace(",", ".") for one in FRENCH_NUMBER.findall(french))
        meant = Counter(one.replace(",", "") for one in ENGLISH_NUMBER.findall(english))
        assert said == meant, english.partition("\n")[0]


@pytest.mark.parametrize("name", WHOLE)
def test_the_examples_are_the_same(name: str) -> None:
    """Configuration differs in its comments alone; headings and rows of tables are as many: none is left out."""
    french, english = both(name)
    assert settings(french) == settings(english)
    for mark in (r"^#+ ", r"^\|", r"^ *```\w*$"):
        counts = [len(re.findall(mark, one.whole, re.MULTILINE)) for one in (french, english)]
        assert counts[0] == counts[1], mark


def settings(one: Page) -> list[str]:
    """The examples that have a language, without comments."""
    return [re.sub(r" *[#;] .*", "", text).strip() for language, text in one.blocks if language]
