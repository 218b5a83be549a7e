"""What the consent ledger says of many numbers at once is what it says of each, as far as rules can tell it apart."""

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gatekeeper.clock import DAY_US
from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.consents.model import GivenConsent, GivenEvent, SharedTerms, WrittenBy
from gatekeeper.law import Changes, find_profile, read_profile, text_of
from gatekeeper.phone import Callee, NumberKind
from gatekeeper.policy import Attempt, Call, Campaign, Gate
from gatekeeper.policy.lasting import lasts_since
from gatekeeper.policy.ledger import ALL_ITEMS, ConsentItem, EventKind, Slot
from gatekeeper.policy.needs import CallBackNeed, ConsentNeed, LastEvent
from gatekeeper.screening import dossier_sorts
from gatekeeper.screening.facts.consents import LedgerFacts, _told
from gatekeeper.screening.facts.source import Asked
from gatekeeper.territory import Place
from tests.consents.segments import into_segment

NOW = 1_795_000_000_000_000
NUMBERS = tuple(range(33_612_000_000, 33_612_000_008))
CONTACTS = ("", "", "anna", "bernard")
PRINCIPALS = ("Assurances SA", "Énergies SA", "")
BY = WrittenBy("test", "command line")
TO_ANNIVERSARIES = read_profile("fr", text_of("fr"), Changes({"fr-one-year": ("anniversary", "counsel")}))
NEEDS = tuple(
    sorted(
        {
            *(need for need in find_profile("fr").needs if isinstance(need, ConsentNeed | LastEvent | CallBackNeed)),
            LastEvent((EventKind.PURCHASE,)),
            *(need for need in TO_ANNIVERSARIES.needs if isinstance(need, ConsentNeed)),
        },
        key=repr,
    )
)
WITHOUT_REQUESTS = tuple(need for need in NEEDS if not isinstance(need, CallBackNeed))
PARIS = Place("FR", (), ("Europe/Paris",))
TWO_ZONES = Place("FR", ("FR-RE", "FR-YT"), ("Indian/Mayotte", "Indian/Reunion"))

EVENINGS = Slot(weekdays=0b0011111, begins=18 * 60, ends=20 * 60)
ON_A_DAY = Slot(0, 600, 660, day=(1_795_000_000 // 86400) + 719163 + 3, exact=True)

moments = st.one_of(
    st.sampled_from([NOW, NOW - 1, NOW + 1, NOW - 365 * DAY_US, NOW - 365 * DAY_US + 1, NOW - 365 * DAY_US - 1]),
    st.sampled_from(
        [lasts_since(NOW, 365, zones) + one for zones in (PARIS.zones, TWO_ZONES.zones) for one in (-1, 0, 1)]
    ),
    st.integers(-500, 3).map(lambda days: NOW + days * DAY_US),
    st.integers(-500 * 24, 24).map(lambda hours: NOW + hours * DAY_US // 24),
)


class Written(NamedTuple):
    """An entry, and in which of two segments it is, or in the database."""

    given: GivenConsent | GivenEvent
    where: int


terms = st.builds(
    SharedTerms,
    principal=st.sampled_from(PRINCIPALS[:2]),
    goods=st.sampled_from([("insurance",), ("insurance", "windows"), ()]),
    items=st.sampled_from([ALL_ITEMS, ALL_ITEMS, frozenset([ConsentItem.ACT])]),
    slots=st.sampled_from([(), (), (EVENINGS,), (ON_A_DAY,)]),
    hour_known=st.sampled_from([True, True, False]),
    robot=st.booleans(),
    third_parties=st.just(()),
    text=st.just(""),
    channel=st.just(""),
    zone=st.just(""),
    written=st.just(value=False),
)
who = {"number": st.sampled_from(NUMBERS), "contact": st.sampled_from(CONTACTS)}
consents = st.builds(
    GivenConsent,
    **who,
    collected_at=moments,
    until=st.one_of(st.just(0), moments),
    terms=terms,
    proof=st.sampled_from(["ref:1", "ref:1", ""]),
)
events = st.builds(
    GivenEvent,
    **who,
    kind=st.sampled_from(EventKind),
    at=moments,
    principal=st.sampled_from(PRINCIPALS),
    goods=st.sampled_from(["", "insurance"]),
    channel=st.just(""),
    proof=st.sampled_from(["ref:2", ""]),
)
written = st.lists(st.builds(Written, st.one_of(consents, consents, events), st.integers(0, 2)), max_size=14)


def _filled(folder: Path, entries: list[Written]) -> ConsentLedger:
    with ConsentStore(folder) as store:
        for segment in ("one", "two", ""):
            for given_, where in entries:
                if ("one", "two", "")[where] != segment:
                    continue
                if isinstance(given_, GivenConsent):
                    store.add([given_], BY)
                else:
                    store.record([given_], BY)
            if segment:
                into_segment(store, segment)
    return ConsentLedger.open(folder)


@pytest.mark.parametrize("needs", [NEEDS, WITHOUT_REQUESTS])
@pytest.mark.parametrize("place", [PARIS, TWO_ZONES])
@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(entries=written, contacts=st.lists(st.sampled_from(CONTACTS), min_size=8, max_size=8))
def test_many_say_what_each_says(
    needs: tuple[object, ...], place: Place, entries: list[Written], contacts: list[str]
) -> None:
    """Whatever is in segments and the database, of numbers and contacts: each dossier's answers are found again."""
    folder = Path(tempfile.mkdtemp())
    ledger = _filled(folder, entries)
    # Even a few numbers are worth reading the segments, here.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dossier_sorts, "_WORTH", 1 << 40)
        try:
            for said, caller in (((), ""), (tuple(contacts), "Call Center")):
                attempt = Attempt(
                    Callee(NumberKind.E164), NOW, Campaign(), "Assurances SA", "", Gate.CLI, place,
                    Call(goods=("insurance",), subcontractor=caller),
                )  # fmt: skip
                asked = Asked(attempt, contacts=said)
                many = LedgerFacts(ledger).many(np.array(NUMBERS, np.int64), asked, needs)  # type: ignore[arg-type]
                for number, contact, found in zip(NUMBERS, said or [""] * 8, many.listed(), strict=True):
                    assert found == _told(ledger.dossier(number, contact, claimed=True), asked, needs), number  # type: ignore[arg-type]
        finally:
            ledger.close()
            shutil.rmtree(folder)


def test_consumers_of_a_sort_are_not_looked_at_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand consumers with consents, renewed consents and refusals are a few sorts: nearly no dossier is read."""
    held = SharedTerms("Assurances SA", goods=("insurance",), items=ALL_ITEMS)
    numbers = range(33_612_000_000, 33_612_001_000)
    with ConsentStore(tmp_path) as store:
        for days in (0, 100):
            given_ = [GivenConsent(one, "", NOW - (days + one % 90) * DAY_US, 0, held, "ref:1") for one in numbers]
            store.add(given_[:: 1 + bool(days)], BY)
        refused = [GivenEvent(one, "", EventKind.OBJECTION, NOW - one % 60 * DAY_US) for one in numbers[::5]]
        store.record(refused, BY)
        into_segment(store, "all")
    ledger = ConsentLedger.open(tmp_path)
    monkeypatch.setattr(dossier_sorts, "_WORTH", 1 << 40)
    attempt = Attempt(
        Callee(NumberKind.E164), NOW, Campaign(), "Assurances SA", "", Gate.CLI, PARIS, Call(goods=("insurance",))
    )
    looked: list[int] = []
    find = ledger.dossier
    monkeypatch.setattr(
        ledger, "dossier", lambda number, *rest, **more: looked.append(number) or find(number, *rest, **more)
    )
    asked = Asked(attempt)
    found = LedgerFacts(ledger).many(np.array(numbers, np.int64), asked, WITHOUT_REQUESTS[:3])
    assert found.listed() == [_told(find(number), asked, WITHOUT_REQUESTS[:3]) for number in numbers]
    assert len(looked) < 40
    ledger.close()
