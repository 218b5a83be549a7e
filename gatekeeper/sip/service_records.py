"""Service records (SRV, RFC 2782) of a carrier: which of them can be used, and in which order. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

MOST_RECORDS: Final = 16
"""So many records of a service are used. Real ones have a handful; each is asked by OPTIONS, again and again."""

NOT_THERE: Final = "."
"""The target of a service that decidedly is not available at this domain (RFC 2782)."""

_HOST: Final = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*", re.IGNORECASE)
"""The name of a host (RFC 1123, 2.1), and the underscore that some have all the same."""


class ServiceRecord(NamedTuple):
    """A record that says where a service is.

    Attributes:
        owner: the name that has the record, such as `_sip._udp.carrier.example`.
        priority: those with the lowest are tried first.
        weight: the share of those of one priority.
        port: the port.
        target: the name of the host; `.` where there is no such service.
    """

    owner: str
    priority: int
    weight: int
    port: int
    target: str

    @property
    def text(self) -> str:
        """The record as zone files and `dig` have it."""
        return f"{self.owner} SRV {self.priority} {self.weight} {self.port} {self.target}"


class UsableRecords(NamedTuple):
    """What is made of an answer.

    Attributes:
        records: the records that can be used, by priority and, within one, always in the same order.
        oddities: what is wrong with the others, or nothing.
    """

    records: tuple[ServiceRecord, ...]
    oddities: tuple[str, ...]


def is_not_there(records: Sequence[ServiceRecord]) -> bool:
    """Whether an answer says that there is no such service: nothing but the target `.` (RFC 2782)."""
    return bool(records) and all(one.target == NOT_THERE for one in records)


def usable(records: Iterable[ServiceRecord]) -> UsableRecords:
    """The records that lead to a host and a port, not more than `MOST_RECORDS`.

    What is left out of too many does not depend on the order in which they came: the same hosts are used each time.
    """
    unlike = sorted(set(records), key=lambda one: (one.priority, -one.weight, one.target, one.port))
    fit: list[ServiceRecord] = []
    strange: list[ServiceRecord] = []
    for one in unlike:
        if one.target != NOT_THERE:
            (fit if one.port and _is_host(one.target) else strange).append(one)
    oddities = []
    if strange:
        more = f" (and {len(strange) - 1} more)" if len(strange) > 1 else ""
        what = "has the port 0" if _is_host(strange[0].target) else "has a target that is not the name of a host"
        oddities.append(f"a record {what}: {strange[0].text[:200]}{more}")
    if len(fit) > MOST_RECORDS:
        oddities.append(f"it has {len(fit)} records, of which {MOST_RECORDS} are used")
    return UsableRecords(tuple(fit[:MOST_RECORDS]), tuple(oddities))


def in_order(records: Iterable[ServiceRecord], draw: Callable[[int], int]) -> list[ServiceRecord]:
    """The records in the order in which they are to be tried, as RFC 2782 says it.

    Those of a lower priority come first. Within one, each place is drawn by weight: a number from 0 to the sum of the
    weights chooses the first whose running sum is not less. Those of weight 0 stand in front, so that they have a very
    small chance beside others.

    Args:
        records: records that can be used.
        draw: gives a number from 0 up to, not including, its argument, each as likely as the others.
    """
    waiting = sorted(records, key=lambda one: (one.priority, one.weight > 0))
    ordered = []
    while waiting:
        first = waiting[0].priority
        alike = [one for one in waiting if one.priority == first]
        number = draw(sum(one.weight for one in alike) + 1)
        running = 0
        for one in alike:
            running += one.weight
            if running >= number:
                break
        waiting.remove(one)
        ordered.append(one)
    return ordered


def _is_host(target: str) -> bool:
    """Whether a target can be the name of a host; what looks like an IPv4 address can't (RFC 1123, 2.1)."""
    return _HOST.fullmatch(target) is not None and not target.rpartition(".")[2].isdigit()
