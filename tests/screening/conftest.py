"""Lists of every kind, for the tests that hold one number and many against each other."""

from collections.abc import Iterator

import pytest

from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.registries.formats import find_format
from gatekeeper.registries.query.source import QueryAnswer, QueryOutcome, QuerySubject

NOW = 1_795_000_000_000_000
REUNION = 262_692_123_456
AMERICA = (12_125_551_234, 12_125_550_100, 13_055_550_100, 13_055_550_101)
NUMBERS = (*range(33_612_000_000, 33_612_000_024), REUNION, REUNION + 1, 442_079_460_018, *AMERICA)
"""Every number that the tests ask about."""


@pytest.fixture(scope="session")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ListIndex]:
    """A red list and lists of every other kind, which share numbers in every way."""
    folder = tmp_path_factory.mktemp("every_kind")
    answers = [f"+{number};{number};{'NON' if place % 3 else 'OK'}" for place, number in enumerate(NUMBERS[4:])]
    contracts = [f"+{number};Assurances SA;auto;2020-01-01;2099-12-31" for number in NUMBERS[::3]]
    given = {
        "bloctel": (ListKind.OPPOSITION, [f"+{number}" for number in NUMBERS[1::2]], "text"),
        "other": (ListKind.OPPOSITION, [f"+{number}" for number in NUMBERS[2::5]], "text"),
        "ftc": (ListKind.OPPOSITION, ["212,5550100"], "ftc"),
        "washed": (ListKind.WASH, answers, "bloctel-return"),
        "contracts": (ListKind.CONTRACT, ["number;principal;subject;from;until", *contracts], "text"),
    }
    with ListStore(folder / "data") as store:
        for name, (kind, lines, form) in given.items():
            store.ensure(name, kind)
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
            options = ImportOptions(format=find_format(form), by="test")
            store.import_file(folder / f"{name}.csv", name, options=options)
        store.add("red", list(NUMBERS[5::7]), by="test")
        store.ensure("asked", ListKind.QUERY)
        for place, number in enumerate(NUMBERS[::2]):
            outcome = (QueryOutcome.LISTED, QueryOutcome.CLEAR, QueryOutcome.NO_DATA)[place % 3]
            answer = QueryAnswer(outcome, 11 if place % 5 else 9)
            store.keep_answers("asked", [(QuerySubject(number), answer)], NOW - 10)
    index = ListIndex.open(folder / "data")
    yield index
    index.close()
