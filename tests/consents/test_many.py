"""Many consumers at once: how the consents of each stand is what `standing` says of its dossier."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.consents import ConsentLedger, ConsentStore, GivenConsent, GivenEvent, SharedTerms, WrittenBy
from gatekeeper.consents.importing.importer import ConsentImportOptions, import_consents
from gatekeeper.consents.many import standings
from gatekeeper.policy.ledger import ALL_ITEMS, ConsentTerms, EventKind, standing
from tests.consents.test_importing import HEADING, spelled, write

AT = 1_795_000_000_000_000
ANNA = WrittenBy("anna", "command line")
FRANCE = ConsentTerms(ALL_ITEMS, proof=True, hour=True, goods=True, valid_days=365)
OTHERS = ConsentTerms(frozenset(), proof=False, hour=False, goods=False, valid_days=60, slots=False)
LATE = ConsentTerms(ALL_ITEMS, proof=False, hour=True, goods=True, valid_days=0, written=True, not_before=AT - 10**13)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsentLedger]:
    """Imported and written by hand: consents, events, contacts with several numbers. It is only read."""
    tmp_path = tmp_path_factory.mktemp("many")
    with ConsentStore(tmp_path) as store:
        _fill(store, tmp_path)
    ledger = ConsentLedger.open(tmp_path)
    yield ledger
    ledger.close()


def _fill(store: ConsentStore, tmp_path: Path) -> None:
    generator = random.Random(7)
    store.add_text("v1", "May ACME call you?", ANNA)
    import_consents(store, write(tmp_path, *spelled(generator, 400)), ConsentImportOptions())
    rows = [{**row, "contact": f"c-{place % 7}"} for place, row in enumerate(spelled(generator, 30))]
    import_consents(store, write(tmp_path, *rows, heading="contact;" + HEADING, name="d.csv"), ConsentImportOptions())
    terms = SharedTerms(principal="ACME", goods=("insurance",), items=ALL_ITEMS, written=True, zone="Europe/Paris")
    numbers = [33610000000 + generator.randrange(300) for _ in range(40)]
    store.add([GivenConsent(number, "", AT - 10**12, 0, terms, "ref:1") for number in numbers[:20]], ANNA)
    events = [GivenEvent(number, "", generator.choice(list(EventKind)), AT - 10**11) for number in numbers[20:]]
    store.record(events, ANNA)


@pytest.mark.parametrize("terms", [FRANCE, OTHERS, LATE], ids=["France", "others", "late"])
@pytest.mark.parametrize(("principal", "goods"), [("Acme", "insurance"), ("ACME", "wine"), ("beta", "wine")])
@pytest.mark.parametrize("at", [AT, AT - 2 * 10**13], ids=["now", "earlier"])
def test_as_of_each(filled: ConsentLedger, terms: ConsentTerms, principal: str, goods: str, at: int) -> None:
    """Every number, known or not."""
    numbers = np.arange(33609999990, 33610000310, dtype=np.int64)
    zones = ("Europe/Paris",)
    found = standings(filled, numbers, principal, goods, at, zones, terms)
    each = [standing(filled.dossier(number), principal, goods, at, zones, terms) for number in numbers.tolist()]
    told = zip(found.which.tolist(), found.idents.tolist(), strict=True)
    assert [found.values[place]._replace(ident=ident) for place, ident in told] == each
    assert len(found.values) == len(set(found.values))
