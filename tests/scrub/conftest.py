"""A site with lists for the scrub's tests."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.config import Settings
from gatekeeper.daemon.wiring import open_scrubber
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.registries.formats import find_format
from gatekeeper.scrub import door
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.run import Scrubber, ScrubOutcome

FIRST = 612_000_000
"""The first national number, without its zero, of those that are drawn."""

LISTED = range(FIRST, FIRST + 3000, 3)
RED = (FIRST + 1, FIRST + 4)
BY_HAND = (FIRST + 2, FIRST + 5)
UNLISTED = (FIRST + 3, FIRST + 6)
"""On the imported list, and taken from it by hand."""

CLEARED = range(FIRST + 1000, FIRST + 2000)
"""Numbers that `washed` has an answer for: every fifth is marked, the others may be called."""

INSURED = range(FIRST, FIRST + 3000, 6)
"""Numbers with which Assurances SA has a running contract."""


def national(number: int) -> str:
    """As it is written in France."""
    return f"0{number}"


def may_be_called(number: int) -> bool:
    """What the lists of these tests say of a national number."""
    if number in RED or number in BY_HAND:
        return False
    return number not in LISTED or number in UNLISTED


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """`bloctel` imported and changed by hand, `other` imported with a few numbers, `red` filled by hand."""
    folder = tmp_path_factory.mktemp("site")
    made = Settings.model_validate(
        {
            "daemon": {"data_dir": str(folder / "data")},
            "law": {"default": "lists-only"},
            "lists": {
                "bloctel": {"title": "Bloctel"},
                "other": {},
                "washed": {"kind": "wash"},
                "contracts": {"kind": "contract"},
            },
            "campaigns": {
                "default": {"lists": ["bloctel"]},
                "both": {"lists": ["other", "bloctel"], "principal": "Énergies SA"},
                "survey": {"lists": []},
                "washed": {"lists": ["washed", "bloctel"]},
                "insured": {"lists": ["bloctel", "washed"], "principal": "Assurances SA"},
                "never": {"lists": ["missing"]},
            },
        }
    )
    (folder / "bloctel.txt").write_text("".join(f"{national(number)}\n" for number in LISTED))
    (folder / "other.txt").write_text("".join(f"{national(FIRST + 3 * index + 1)}\n" for index in range(500)))
    answers = (f"{national(number)};{number};{'NON' if number % 5 == 0 else 'OK'}\n" for number in CLEARED)
    (folder / "retour_washed.csv").write_text("".join(answers))
    contracts = (f"{national(number)};Assurances SA;auto;2020-01-01;2099-12-31\n" for number in INSURED)
    (folder / "contracts.csv").write_text("number;principal;subject;from;until\n" + "".join(contracts))
    with ListStore(made.daemon.data_dir) as store:
        store.ensure("bloctel", ListKind.OPPOSITION, "Bloctel")
        store.ensure("other", ListKind.OPPOSITION)
        options = ImportOptions(by="test", source="dépôt de novembre")
        store.import_file(folder / "bloctel.txt", "bloctel", options=options)
        store.import_file(folder / "other.txt", "other")
        store.ensure("washed", ListKind.WASH)
        store.ensure("contracts", ListKind.CONTRACT)
        returned = ImportOptions(format=find_format("bloctel-return"))
        store.import_file(folder / "retour_washed.csv", "washed", options=returned)
        store.import_file(folder / "contracts.csv", "contracts")
        store.add("red", [33_000_000_000 + number for number in RED], by="test")
        store.add("bloctel", [33_000_000_000 + number for number in BY_HAND], by="test")
        store.remove("bloctel", [33_000_000_000 + number for number in UNLISTED], by="test")
    return made


@pytest.fixture
def scrubber(site: Settings) -> Iterator[Scrubber]:
    """The scrub over these lists."""
    with open_scrubber(site, "Zoé (test)") as opened:
        yield opened


@contextmanager
def another(site: Settings) -> Iterator[Scrubber]:
    """One more scrub over the same lists."""
    with open_scrubber(site, "another") as opened:
        yield opened


Scrub = Callable[..., ScrubOutcome]


@pytest.fixture
def scrub(scrubber: Scrubber, tmp_path: Path) -> Scrub:
    """Scrub bytes, written to contacts.csv."""

    def run(content: bytes, **options: Any) -> ScrubOutcome:
        path = tmp_path / "contacts.csv"
        path.write_bytes(content)
        return door.scrub(scrubber, path, ScrubOptions(**options))

    return run


def removed_rows(path: Path, delimiter: str = ";", encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """The rows of what was removed."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter))


def certificate(folder: Path, stem: str = "contacts") -> dict[str, Any]:
    """The certificate."""
    found: dict[str, Any] = json.loads((folder / f"{stem}.certificate.json").read_bytes())
    return found
