"""How the consents of many consumers stand, for the scrub: page by page with NumPy, then as `standing` of each.

Imported only where contacts are scrubbed.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.consents.importing.build import page_rows
from gatekeeper.consents.ledger import ConsentLedger
from gatekeeper.consents.segment import SegmentFile
from gatekeeper.policy.ledger import EMPTY_DOSSIER, ConsentStanding, ConsentTerms, Dossier, standing

Numbers = NDArray[np.int64]


class ManyStandings(NamedTuple):
    """How the consents of many numbers stand.

    Attributes:
        which: for each number the place of its standing in `values`; `ident` of those is 0.
        values: every standing that there is.
        idents: for each number the consent that its standing speaks of; 0 for none.
    """

    which: NDArray[np.intp]
    values: list[ConsentStanding]
    idents: Numbers


def standings(
    ledger: ConsentLedger,
    numbers: Numbers,
    principal: str,
    goods: str,
    at: int,
    zones: Sequence[str],
    terms: ConsentTerms,
) -> ManyStandings:
    """How the consents of many numbers stand: each as `standing` of its dossier.

    Args:
        ledger: open; what is found is what its `dossier` gives until it is refreshed.
        numbers: E.164, ascending, each once.
        principal: the company that is called for.
        goods: what it calls about.
        at: the moment, in microseconds since the epoch.
        zones: those of all these numbers.
        terms: what the law asks.

    Raises:
        StoreError: the ledger can't be read.
    """
    nothing = standing(EMPTY_DOSSIER, principal, goods, at, tuple(zones), terms)
    values: dict[ConsentStanding, int] = {nothing: 0}
    which = np.zeros(len(numbers), np.intp)
    idents = np.zeros(len(numbers), np.int64)
    wanted = tuple(zones)
    for place, dossier in dossiers(ledger, numbers):
        found = standing(dossier, principal, goods, at, wanted, terms)
        idents[place] = found.ident
        which[place] = values.setdefault(found._replace(ident=0), len(values))
    return ManyStandings(which, list(values), idents)


def dossiers(ledger: ConsentLedger, numbers: Numbers) -> Iterator[tuple[int, Dossier]]:
    """The place of each number of which anything is known, and its dossier.

    Raises:
        StoreError: the ledger can't be read.
    """
    for place in np.flatnonzero(_known(ledger, numbers)).tolist():
        yield place, ledger.dossier(int(numbers[place]))


def _known(ledger: ConsentLedger, numbers: Numbers) -> NDArray[np.bool_]:
    """Which numbers may have an entry: those of a segment surely have, of the database by its bits."""
    known = np.fromiter((ledger.may_hold(number) for number in numbers.tolist()), np.bool_, len(numbers))
    for segment in ledger.segments():
        known |= _within(segment, numbers)
    return known


def _within(segment: SegmentFile, numbers: Numbers) -> NDArray[np.bool_]:
    found = np.zeros(len(numbers), np.bool_)
    firsts = np.frombuffer(segment.firsts, np.int64)
    places = np.searchsorted(firsts, numbers, side="right")
    for place in np.unique(places[places > 0]).tolist():
        begin, end = np.searchsorted(places, [place, place + 1])
        found[begin:end] = np.isin(numbers[begin:end], page_rows(segment.page(place)).subjects)
    return found
