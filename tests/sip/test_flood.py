"""Floods of INVITEs, in short; `make soak` has the long form."""

from collections.abc import Iterator

import pytest

from tests.sip.flood import call_beside, flood, flooded
from tests.sip.flooding import LISTED, Flooding

RATE = 20_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flooding]:
    """A daemon whose gate two addresses may ask."""
    made = Flooding(tmp_path_factory.mktemp("flood"))
    with made.daemon:
        yield made


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.2"], ids=["allowed", "forbidden"])
def test_a_flood_keeps_nobody_waiting(site: Flooding, source: str) -> None:
    """Twenty thousand INVITEs a second of one peer: another one is answered in time, the memory has its bounds.

    Who may not ask gets not one byte back; who may, less than it sent.
    """
    call_beside("127.0.0.3", site.port, LISTED, 0.1)
    before = site.memory_mb()
    pouring = flood(source, site.port, RATE, 1.5)
    beside = call_beside("127.0.0.3", site.port, LISTED, 1.5)
    result = flooded(pouring)
    assert result.sent > RATE / 4
    assert result.got_octets <= (result.sent_octets if source == "127.0.0.1" else 0)
    assert beside.unanswered == 0
    assert sorted(beside.taken_ms)[len(beside.taken_ms) // 2] < 100
    assert max(beside.taken_ms) < 4000  # what the kernel had no room for was sent again
    assert site.memory_mb() - before < 100
