"""API keys: by which programs use the interface, each for one principal or all, and for some scopes."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import RowMapping, insert, select, update

from gatekeeper.accounts.database import AccountDatabase
from gatekeeper.accounts.tables import keys
from gatekeeper.accounts.users import bound_name
from gatekeeper.clock import SECOND_US, now_micros
from gatekeeper.errors import AccountError
from gatekeeper.journal import new_ident
from gatekeeper.translation import phrase

SCOPES: Final = (
    "check",
    "call",
    "consents.read",
    "consents.write",
    "consents.import",
    "lists.read",
    "lists.write",
    "lists.import",
    "journal.read",
)
"""What a key may be for: asking; placing calls (reservations and outcomes); consents, contracts, call-backs and
refusals, one by one and by the file; lists, the same; the journal."""

_PREFIX: Final = "gk_"
_SHOWN: Final = len(_PREFIX) + 6
_USED_EVERY: Final = 60 * SECOND_US


class ApiKey(NamedTuple):
    """A key.

    Attributes:
        id: a ULID.
        name: what its owner calls it.
        shown: the beginning of the key, by which people know it again.
        principal: whose rows alone it sees and writes; None for all.
        scopes: what it is for.
        made_at: in microseconds since the epoch.
        made_by: who made it.
        used_at: when it was used last, to a minute; None if never.
        ended_at: since when it is none any more.
    """

    id: str
    name: str
    shown: str
    principal: str | None
    scopes: frozenset[str]
    made_at: int
    made_by: str
    used_at: int | None
    ended_at: int | None


class Keys:
    """The keys. Every method may be called from any thread, and raises `StoreError`."""

    def __init__(self, database: AccountDatabase) -> None:
        self._database = database

    def add(self, name: str, scopes: Iterable[str], *, by: str, principal: str | None = None) -> tuple[ApiKey, str]:
        """Make a key; gives it with the text that its program sends, which is shown once and stored nowhere.

        Raises:
            AccountError: it has no name, no scope, one that does not exist, or a principal without a name.
        """
        wanted = sorted(set(scopes))
        unknown = [one for one in wanted if one not in SCOPES]
        if unknown or not wanted:
            raise AccountError(phrase("a key is for one or more of: {names}", names=", ".join(SCOPES)))
        if not name.strip() or not name.isprintable() or len(name) > 64:  # noqa: PLR2004 - the column's length
            raise AccountError(phrase("a key has a name of 1 to 64 characters, so that people know what uses it"))
        text = _PREFIX + secrets.token_urlsafe(32)
        now = now_micros()
        values = {
            "id": new_ident(now),
            "name": name.strip(),
            "hash": _hash(text),
            "shown": text[:_SHOWN],
            "principal": None if principal is None else bound_name(principal),
            "scopes": json.dumps(wanted),
            "made_at": now,
            "made_by": by,
        }
        with self._database.writing() as connection:
            connection.execute(insert(keys).values(values))
            row = connection.execute(select(keys).where(keys.c.id == values["id"])).mappings().one()
        return _key(row), text

    def find(self, text: str) -> ApiKey | None:
        """The key that a program sends; None where there is none, or it was ended."""
        with self._database.reading() as connection:
            asked = select(keys).where(keys.c.hash == _hash(text), keys.c.ended_at.is_(None))
            row = connection.execute(asked).mappings().first()
        # Of a version that took one: a key for a principal without a name would be a key for each of them.
        if row is None or row["principal"] == "":
            return None
        now = now_micros()
        if (row["used_at"] or 0) + _USED_EVERY <= now:
            with self._database.writing() as connection:
                connection.execute(update(keys).where(keys.c.id == row["id"]).values(used_at=now))
        return _key(row)

    def all(self) -> Sequence[ApiKey]:
        """All of them, the newest first, those that were ended as well."""
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(select(keys).order_by(keys.c.id.desc())).mappings()]

    def end(self, ident: str) -> bool:
        """End a key; whether there was one in use."""
        with self._database.writing() as connection:
            which = update(keys).where(keys.c.id == ident, keys.c.ended_at.is_(None))
            return connection.execute(which.values(ended_at=now_micros())).rowcount > 0


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


def _key(row: RowMapping) -> ApiKey:
    return ApiKey(
        row["id"],
        row["name"],
        row["shown"],
        row["principal"],
        frozenset(json.loads(row["scopes"])),
        row["made_at"],
        row["made_by"],
        row["used_at"],
        row["ended_at"],
    )
