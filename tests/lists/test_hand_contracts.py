"""Contracts that were written down by hand, beside those of a register's file."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.clock import DAY_US
from gatekeeper.errors import ListError
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.registries.contract_row import OPEN_END, ContractRow

NUMBER = 33612000001
AT = 20_000 * DAY_US
HEADING = "number;principal;subject;from;until\n"
IMPORTED = f"{HEADING}0612000001;Soleil SARL;entretien;;\n0612000009;Soleil SARL;;;\n"
WITHOUT = f"{HEADING}0612000009;Soleil SARL;;;\n"


class Register:
    """A register of contracts, and what would have to be in it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "contracts.csv"
        self.store = ListStore(folder / "data")
        self.store.ensure("contracts", ListKind.CONTRACT)
        self.index = ListIndex.open(folder / "data")

    def load(self, text: str) -> None:
        """Import a file."""
        self.file.write_text(text)
        self.store.import_file(self.file, "contracts", options=ImportOptions(max_shrink=None, max_growth=None))

    def write(self, principal: str = "Lune  SA", since: int = 0, until: int = OPEN_END, subject: str = "") -> None:
        """Write a contract down."""
        self.store.add_contract("contracts", ContractRow(NUMBER, principal, subject, since, until), by="anna", note="x")

    def runs(self, principal: str, *subjects: str, at: int = AT) -> bool:
        """Whether a contract runs: the same for one number and for many, and as the page of the number says."""
        self.index.refresh()
        found = self.index.contract(NUMBER, ["contracts"], principal, subjects, at) is not None
        numbers = np.array([NUMBER - 1, NUMBER, NUMBER + 8], np.int64)
        many = self.index.bulk().contracts_many(numbers, ["contracts"], principal, subjects, at)
        assert (many.which[1] >= 0) == found
        told = [
            one
            for one in self.store.contracts(NUMBER)
            if not one.ended
            and one.principal == principal.casefold()
            and (not subjects or one.subject in subjects)
            and one.since <= at < (one.until or OPEN_END)
        ]
        assert bool(told) == found
        return found

    def close(self) -> None:
        """Close everything."""
        self.index.close()
        self.store.close()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """A register that nothing was imported into."""
    made = Register(tmp_path)
    yield made
    made.close()


def test_a_contract_by_hand_needs_no_import(register: Register) -> None:
    """It holds for its principal, its subject and its time, as one of a file does, and who wrote it down is kept."""
    register.write(since=AT - DAY_US, until=AT + DAY_US, subject="Assurance  habitation")
    assert register.runs("lune sa")
    assert register.runs("LUNE SA", "assurance habitation")
    assert not register.runs("lune sa", "entretien")
    assert not register.runs("soleil sarl")
    assert not register.runs("lune sa", at=AT + DAY_US)
    assert not register.runs("lune sa", at=AT - 2 * DAY_US)
    (one,) = register.store.show(NUMBER)
    assert [(change.op, change.by, change.note) for change in one.changes] == [("add", "anna", "x")]
    (told,) = register.store.contracts(NUMBER)
    assert told.by_hand


def test_taken_off_a_number_has_no_contract(register: Register) -> None:
    """Neither of the file nor by hand; one that is written down after that counts alone, until an import."""
    register.load(IMPORTED)
    register.write()
    assert register.runs("soleil sarl")
    assert register.runs("lune sa")
    register.store.remove("contracts", [NUMBER], by="test")
    assert not register.runs("soleil sarl")
    assert not register.runs("lune sa")
    register.write("Mars SAS")
    register.write("Venus SNC")
    assert register.runs("mars sas")
    assert register.runs("venus snc")
    assert not register.runs("soleil sarl")
    assert not register.runs("lune sa")
    register.load(WITHOUT)
    assert register.runs("mars sas")
    assert not register.runs("soleil sarl")
    register.load(IMPORTED)
    assert register.runs("mars sas")
    assert register.runs("soleil sarl")
    assert not register.runs("lune sa")


def test_what_is_no_contract_is_refused(register: Register) -> None:
    """On another list, over before it begins, of no number: nothing is changed."""
    for wrong in (
        ContractRow(NUMBER, "x", "", 5, 5),
        ContractRow(0, "x", "", 0, 5),
        ContractRow(10**15, "x", "", 0, 5),
    ):
        with pytest.raises(ListError, match="ends after it begins"):
            register.store.add_contract("contracts", wrong, by="test")
    with pytest.raises(ListError, match="kind red"):
        register.store.add_contract("red", ContractRow(NUMBER, "x", "", 0, 5), by="test")
    with pytest.raises(ListError, match="no list"):
        register.store.add_contract("none", ContractRow(NUMBER, "x", "", 0, 5), by="test")
    with pytest.raises(ListError, match="write the number's contract down"):
        register.store.add("contracts", [NUMBER], by="test")
    assert register.store.contracts(NUMBER) == []


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_in_whatever_order(register: Register, seed: int) -> None:
    """Imports, contracts by hand, removals, older versions brought back: as a model of a few lines says."""
    draws = random.Random(seed)
    files: list[bool] = []
    has_file, in_force, off, hand = False, -1, False, False
    for _ in range(14):
        done = draws.choice(["with", "without", "write", "write", "remove", "back"])
        if done in {"with", "without"}:
            register.load(IMPORTED if done == "with" else WITHOUT)
            files.append(done == "with")
            in_force, has_file = len(files) - 1, files[-1]
            off = False
        elif done == "write":
            register.write()
            hand = True
        elif done == "remove":
            register.store.remove("contracts", [NUMBER], by="test")
            off, hand = off or has_file, False
        elif in_force > 0 and len(files) - in_force < 3:
            in_force -= 1
            register.store.rollback("contracts", in_force + 1, by="test")
            has_file = files[in_force]
        assert register.runs("soleil sarl") == (has_file and not off), done
        assert register.runs("lune sa") == hand, done
