"""Places of many callees at once: the tables spread over every beginning of a number. Needs NumPy."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from gatekeeper.territory.lookup import LONGEST, PLACES, TOO_LONG, place_of
from gatekeeper.territory.place import Place

_HEADS = 10**LONGEST
_POWERS = 10 ** np.arange(19, dtype=np.int64)


@cache
def _by_head() -> tuple[NDArray[np.int16], list[Place]]:
    """What each beginning of full length has, as an index into the list of places. 20 MB, made when first needed."""
    distinct = list(dict.fromkeys(PLACES.values()))
    where = {place: at for at, place in enumerate(distinct)}
    table = np.full(_HEADS, where[PLACES[""]], np.int16)
    for prefix in sorted(filter(None, PLACES), key=len):  # a longer prefix overwrites what holds for the rest
        more = 10 ** (LONGEST - len(prefix))
        table[int(prefix) * more : (int(prefix) + 1) * more] = where[PLACES[prefix]]
    return table, distinct


def places(numbers: NDArray[np.int64]) -> tuple[NDArray[np.intp], list[Place]]:
    """Where each callee may be, as `gatekeeper.territory.place_of` gives it of one number without a postcode.

    Args:
        numbers: E.164.

    Returns:
        For each number the index of its place in the list, and the list, which has each place once.
    """
    table, distinct = _by_head()
    whole = (numbers > 0) & (numbers < TOO_LONG)
    digits = np.searchsorted(_POWERS, np.where(whole, numbers, 0), side="right")
    heads = numbers // _POWERS[np.maximum(digits - LONGEST, 0)]
    which = table[np.where(whole & (digits >= LONGEST), heads, 0)]  # nobody's country code begins with 0
    for row in np.flatnonzero(whole & (digits < LONGEST)).tolist():  # no table of these; there are hardly any
        which[row] = distinct.index(place_of(int(numbers[row])))
    seen = np.flatnonzero(np.bincount(which, minlength=len(distinct)))
    order = np.zeros(len(distinct), np.intp)
    order[seen] = np.arange(len(seen))
    return order[which], [distinct[at] for at in seen.tolist()]
