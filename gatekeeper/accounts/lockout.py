"""Lock-outs: who fails to sign in too often has to wait, by account and by address; restarts change nothing.

An account alone is locked late: else anybody could keep its owner out. The pair of account and address is locked
early, and so is an address that tries many names. Who comes from a device where he has signed in before is kept out by
what failed on that device alone; once that is locked, early too, he is judged as everybody. Of IPv6 a /64 counts as one
address, for it is one customer's; and so does the /48 around it, which may be, but late: else one customer could keep
his neighbours out.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from gatekeeper.accounts.database import AccountDatabase
from gatekeeper.accounts.tables import failures
from gatekeeper.addresses import SITE, network_of
from gatekeeper.clock import SECOND_US, now_micros

_WINDOW: Final = 15 * 60 * SECOND_US
"""Failures count together that lie no further apart."""

_LONGEST: Final = 12 * 3600 * SECOND_US

MOST_OF_BOTH: Final = 5
MOST_OF_ADDRESS: Final = 20
MOST_OF_SITE: Final = 100
MOST_OF_ACCOUNT: Final = 50


class _Counted(NamedTuple):
    """What failures are counted by.

    Attributes:
        key: the account, the address, or both.
        most: how many may fail.
    """

    key: str
    most: int


class Lockout:
    """Counts failures. Every method may be called from any thread, and raises `StoreError`."""

    def __init__(self, database: AccountDatabase) -> None:
        self._database = database

    def locked_until(self, name: str, address: str, device: str = "") -> int:
        """Until when nobody may try this, in microseconds since the epoch; 0 where one may now.

        Args:
            name: the user's.
            address: where from.
            device: the id of a device of this user; "" for none.
        """
        now = now_micros()
        wanted = [one.key for one in _counted(name, address)]
        own = _of_device(name, device).key
        with self._database.reading() as connection:
            if device and _locked(connection, [own]) <= now:
                return 0
            until = _locked(connection, wanted)
        return until if until > now else 0

    def failed(self, name: str, address: str, device: str = "") -> None:
        """Count a failure. Arguments as those of `locked_until`."""
        now = now_micros()
        with self._database.writing() as connection:
            connection.execute(
                delete(failures).where(failures.c.first_at < now - _LONGEST - _WINDOW, failures.c.locked_until < now)
            )
            for one in (*([_of_device(name, device)] if device else []), *_counted(name, address)):
                row = connection.execute(select(failures).where(failures.c.key == one.key)).mappings().first()
                stale = row is None or max(row["first_at"], row["locked_until"]) + _WINDOW < now
                count = 1 if stale or row is None else row["count"] + 1
                values = {
                    "count": count,
                    "first_at": now if stale or row is None else row["first_at"],
                    "locked_until": _until(count, one.most, now),
                }
                made = insert(failures).values(key=one.key, **values)
                connection.execute(made.on_conflict_do_update(index_elements=["key"], set_=values))

    def succeeded(self, name: str, address: str, device: str = "") -> None:
        """Forget the failures of an account from an address, and from a device."""
        own = [_of_device(name, device).key] if device else []
        self._forget([*own, *(one.key for one in _counted(name, address) if one.most == MOST_OF_BOTH)])

    def unlock(self, name: str) -> None:
        """Forget all failures of an account, from wherever."""
        with self._database.writing() as connection:
            connection.execute(delete(failures).where(failures.c.key == f"account {name}"))
            for what in ("both", "device"):
                beginning = failures.c.key.startswith(f"{what} {name} ", autoescape=True)
                connection.execute(delete(failures).where(beginning))

    def _forget(self, keys: Iterable[str]) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(failures).where(failures.c.key.in_(list(keys))))


def _counted(name: str, address: str) -> tuple[_Counted, ...]:
    name, near, wide = name[:64], network_of(address), network_of(address, SITE)
    counted = (
        _Counted(f"both {name} {near}", MOST_OF_BOTH),
        _Counted(f"address {near}", MOST_OF_ADDRESS),
        _Counted(f"account {name}", MOST_OF_ACCOUNT),
    )
    return counted if wide == near else (*counted, _Counted(f"address {wide}", MOST_OF_SITE))


def _of_device(name: str, device: str) -> _Counted:
    return _Counted(f"device {name[:64]} {device}", MOST_OF_BOTH)


def _locked(connection: Connection, keys: Sequence[str]) -> int:
    asked = select(failures.c.locked_until).where(failures.c.key.in_(keys))
    return max(connection.execute(asked).scalars(), default=0)


def _until(count: int, most: int, now: int) -> int:
    """From the last allowed failure on a minute, and twice as long for each that follows, to half a day at most."""
    if count < most:
        return 0
    return now + min(_LONGEST, 60 * SECOND_US << min(count - most, 12))
