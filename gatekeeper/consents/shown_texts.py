"""Texts that consumers were shown: kept whole under a name, and the principals whose they are.

A text is of the principals that whoever kept it named, and of those of whose consents somebody has written down that
it was shown who may write for all principals. Who writes for one principal alone names only texts of that one:
another's answers as one that nobody keeps.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from gatekeeper.consents.tables import text_holders, texts
from gatekeeper.errors import ConsentError
from gatekeeper.policy.ledger import name_key
from gatekeeper.translation import phrase


class ShownText(NamedTuple):
    """A text that consumers were shown.

    Attributes:
        name: what consents call it.
        sha256: of what it says.
        body: what it says.
        principals: the companies whose it is, as names are compared.
    """

    name: str
    sha256: str
    body: str
    principals: tuple[str, ...] = ()


def sum_of(body: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(body.encode()).hexdigest()


def keep_text(connection: Connection, name: str, body: str, source: int) -> None:
    """Keep a text, within a write transaction; the same once more changes nothing.

    Raises:
        ConsentError: there is another text of that name.
    """
    digest = sum_of(body)
    stored = connection.execute(select(texts.c.sha256).where(texts.c.name == name)).scalar()
    if stored is not None and stored != digest:
        raise ConsentError(
            phrase(
                "there is another text {name!r}, and texts that were shown are never changed: give this one a "
                "name of its own, such as that of the day from which it is shown",
                name=name,
            )
        )
    if stored is None:
        connection.execute(insert(texts).values(name=name, sha256=digest, body=body, source_id=source))


def is_kept(connection: Connection, name: str, body: str, principals: Iterable[str]) -> bool:
    """Whether a text is kept under its name as one of some principals, so that nothing is to be written."""
    stored = connection.execute(select(texts.c.sha256).where(texts.c.name == name)).scalar()
    holders = filter(None, map(name_key, principals))
    return stored == sum_of(body) and all(_is_of(connection, name, one) for one in holders)


def give_text(connection: Connection, name: str, principal: str, source: int) -> None:
    """Write down, within a write transaction, whose a text is; "" names nobody."""
    holder = name_key(principal)
    if name and holder and not _is_of(connection, name, holder):
        connection.execute(insert(text_holders).values(name=name, principal=holder, source_id=source))


def text_names(connection: Connection, bound_to: str = "") -> frozenset[str]:
    """The names of the texts that may be named by who writes for a principal alone; "" for who writes for all."""
    query = select(texts.c.name)
    if bound_to:
        query = select(text_holders.c.name).where(text_holders.c.principal == name_key(bound_to))
    return frozenset(connection.execute(query).scalars())


def demand_text(connection: Connection, name: str, bound_to: str) -> None:
    """Make sure that a text may be named; arguments as those of `text_names`.

    Raises:
        ConsentError: there is none, or it is another principal's.
    """
    if not name:
        return
    query = select(texts.c.name).where(texts.c.name == name)
    found = _is_of(connection, name, name_key(bound_to)) if bound_to else connection.execute(query).first() is not None
    if not found:
        raise ConsentError(
            phrase(
                "there is no text {name!r}: keep it first, `gatekeeper consent text add ID FILE --principal NAME`",
                name=name[:80],
            )
        )


def all_texts(connection: Connection, principals: Iterable[str] | None = None) -> list[ShownText]:
    """The texts by name: those of some principals; None for all."""
    owners: dict[str, list[str]] = {}
    query = select(text_holders.c.name, text_holders.c.principal).order_by(text_holders.c.principal)
    for name, holder in connection.execute(query):
        owners.setdefault(name, []).append(holder)
    rows = connection.execute(select(texts.c.name, texts.c.sha256, texts.c.body).order_by(texts.c.name))
    found = [ShownText(*row, tuple(owners.get(row.name, ()))) for row in rows]
    own = None if principals is None else {name_key(one) for one in principals}
    return [one for one in found if own is None or not own.isdisjoint(one.principals)]


def _is_of(connection: Connection, name: str, holder: str) -> bool:
    where = (text_holders.c.name == name, text_holders.c.principal == holder)
    return connection.execute(select(text_holders.c.name).where(*where)).first() is not None
