"""Service records: which can be used, and the order in which RFC 2782 has them tried."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.sip.service_records import MOST_RECORDS, ServiceRecord, in_order, is_not_there, usable

OWNER = "_sip._udp.carrier.example"


def record(priority: int, weight: int, target: str = "sbc.example", port: int = 5060) -> ServiceRecord:
    """A record of the owner."""
    return ServiceRecord(OWNER, priority, weight, port, target)


A, B, C, D = (record(10, weight, target) for weight, target in ((0, "a"), (1, "b"), (3, "c"), (0, "d")))
LAST = record(20, 9, "last")
ORDERS = {
    # The records, the numbers drawn, the order.
    ((LAST, C), (0, 0)): (C, LAST),
    ((B, C), (0, 0)): (B, C),
    ((B, C), (1, 0)): (B, C),
    ((B, C), (2, 0)): (C, B),
    ((B, C), (4, 0)): (C, B),
    ((C, B, A), (0, 0, 0)): (A, C, B),  # 0 draws one of weight 0
    ((C, B, A), (1, 0, 0)): (C, A, B),
    ((C, B, A), (4, 1, 0)): (B, C, A),
    ((C, D, A), (3, 0, 0)): (C, D, A),  # those of weight 0 alone: any order
}


@pytest.mark.parametrize(("given_records", "numbers", "expected"), [(*key, value) for key, value in ORDERS.items()])
def test_the_order_is_drawn(
    given_records: tuple[ServiceRecord, ...], numbers: tuple[int, ...], expected: tuple[ServiceRecord, ...]
) -> None:
    """By priority; within one by weight, whatever is drawn."""
    drawn = iter(numbers)
    assert in_order(given_records, lambda _: next(drawn)) == list(expected)


RECORDS = st.lists(
    st.builds(record, st.integers(0, 3), st.integers(0, 9), st.sampled_from("abcdefgh"), st.integers(1, 3)),
    unique=True,
    max_size=12,
)


@given(RECORDS, st.data())
def test_the_order_is_that_of_the_priorities(records: list[ServiceRecord], data: st.DataObject) -> None:
    """Each record once, those of a lower priority first; and each number is drawn from what RFC 2782 says."""
    sums: list[int] = []

    def draw(below: int) -> int:
        sums.append(below - 1)
        return data.draw(st.integers(0, below - 1))

    ordered = in_order(records, draw)
    assert Counter(ordered) == Counter(records)
    assert [one.priority for one in ordered] == sorted(one.priority for one in records)
    for place, total in enumerate(sums):
        assert total == sum(one.weight for one in ordered[place:] if one.priority == ordered[place].priority)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_weights_are_shares(weights: list[int]) -> None:
    """Of all the numbers that can be drawn, each record has as many as its weight; the first to stand has 0 as well."""
    records = [record(10, weight, f"sbc{place}") for place, weight in enumerate(weights)]
    first = Counter(in_order(records, lambda below, n=number: n % below)[0] for number in range(sum(weights) + 1))
    front = next((one for one in records if not one.weight), records[0])
    assert first == Counter({one: one.weight + (one is front) for one in records if one.weight or one is front})


@given(RECORDS, st.randoms(use_true_random=False))
def test_what_is_used_does_not_depend_on_the_order_of_the_answer(records: list[ServiceRecord], by: Random) -> None:
    """A server that turns its records round with each answer leads to the same hosts."""
    turned = list(records)
    by.shuffle(turned)
    assert usable(turned) == usable(records)


@pytest.mark.parametrize(
    "target", ["203.0.113.7", "2001:db8::1", "a b", "*.example", "-a.example", "a..b", "", "a" * 64]
)
def test_a_target_has_to_be_the_name_of_a_host(target: str) -> None:
    """An address, and whatever no host can be called, is left out and told."""
    found = usable([record(10, 0, target), record(20, 0)])
    assert found.records == (record(20, 0),)
    assert found.oddities == (f"a record has a target that is not the name of a host: {OWNER} SRV 10 0 5060 {target}",)


@pytest.mark.parametrize("target", ["sbc", "sbc1.carrier.example", "sip_1.carrier.example", "a" * 63])
def test_names_of_hosts_are_used(target: str) -> None:
    """Also those with an underscore, which some have."""
    assert usable([record(10, 0, target)]) == ((record(10, 0, target),), ())


def test_a_record_needs_a_port() -> None:
    """0 is none; several are told as one."""
    found = usable([record(10, 0, port=0), record(20, 0, "b", port=0), record(30, 0)])
    assert found.records == (record(30, 0),)
    assert found.oddities == (f"a record has the port 0: {OWNER} SRV 10 0 0 sbc.example (and 1 more)",)


def test_too_many_records_are_cut_and_told() -> None:
    """The lowest priorities, and the highest weights, remain."""
    records = [record(priority, weight, f"sbc{priority}-{weight}") for priority in (1, 2) for weight in range(12)]
    found = usable(records)
    assert len(found.records) == MOST_RECORDS
    assert {one.weight for one in found.records if one.priority == 2} == {8, 9, 10, 11}
    assert found.oddities == (f"it has 24 records, of which {MOST_RECORDS} are used",)


def test_a_service_that_is_not_there_is_known() -> None:
    """Its one record has the target `.`; beside others, that record says nothing (RFC 2782)."""
    nowhere = record(0, 0, ".", 0)
    assert is_not_there([nowhere])
    assert not is_not_there([])
    assert not is_not_there([nowhere, record(10, 0)])
    assert usable([nowhere, record(10, 0)]) == ((record(10, 0),), ())
