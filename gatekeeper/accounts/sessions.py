"""Sessions: who is signed in. They stand on the server, so that they can be ended; the browser holds a random token."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, delete, insert, select, update

from gatekeeper.accounts.database import AccountDatabase
from gatekeeper.accounts.tables import sessions, users
from gatekeeper.accounts.users import User, user_of
from gatekeeper.clock import SECOND_US, now_micros
from gatekeeper.journal import new_ident

_SEEN_EVERY: Final = 30 * SECOND_US
"""How exactly it is known when a session was used last: not each look at a page is to write."""

MOST_OF_A_USER: Final = 20
"""Sessions of one user: the oldest make room."""


class Credentials(NamedTuple):
    """What a user has signed in by.

    Attributes:
        password: the hash of his password.
        totp: the secret of his one-time codes; None without one.
    """

    password: str
    totp: str | None


class Session(NamedTuple):
    """A session.

    Attributes:
        id: what people name it by; the token can't be found out from it.
        user: whose.
        made_at: when he signed in, in microseconds since the epoch.
        seen_at: when it was used last, to half a minute.
        until: when it ends at the latest.
        address: where he signed in from.
        browser: what his browser calls itself.
    """

    id: str
    user: User
    made_at: int
    seen_at: int
    until: int
    address: str
    browser: str


class Sessions:
    """The sessions. Every method may be called from any thread, and raises `StoreError` where the file can't be used.

    Args:
        database: where they are stored.
        idle_s: after how many seconds without use one ends.
        longest_s: after how many seconds one ends in any case.
    """

    def __init__(self, database: AccountDatabase, idle_s: int, longest_s: int) -> None:
        self._database = database
        self._idle = idle_s * SECOND_US
        self._longest = longest_s * SECOND_US

    def begin(self, user: User, proved: Credentials, address: str, browser: str) -> str:
        """Begin a session; gives the token, which stands nowhere else.

        Args:
            user: whose.
            proved: by what he has signed in. Checking that takes a while, in which it may have been changed, because
                somebody else knows it: then there is no session, and the token is "".
            address: where from.
            browser: what his browser calls itself.
        """
        token, now = secrets.token_urlsafe(32), now_micros()
        with self._database.writing() as connection:
            still = select(users.c.id).where(
                users.c.id == user.id,
                users.c.ended_at.is_(None),
                users.c.password == proved.password,
                users.c.totp.is_not_distinct_from(proved.totp),
            )
            if connection.execute(still).first() is None:
                return ""
            connection.execute(delete(sessions).where(self._over(now)))
            own = select(sessions.c.token).where(sessions.c.user == user.id).order_by(sessions.c.seen_at.desc())
            kept = own.limit(MOST_OF_A_USER - 1)
            connection.execute(
                delete(sessions).where(sessions.c.user == user.id, sessions.c.token.not_in(kept.scalar_subquery()))
            )
            connection.execute(
                insert(sessions).values(
                    token=_hash(token),
                    id=new_ident(now),
                    user=user.id,
                    made_at=now,
                    seen_at=now,
                    until=now + self._longest,
                    address=address[:64],
                    browser=browser[:200],
                )
            )
        return token

    def find(self, token: str, *, used: bool = True) -> Session | None:
        """The session of a token; None where it has ended, or its user was.

        Args:
            token: as the browser has it.
            used: whether somebody uses it now: a page that refreshes itself does not keep it from ending.
        """
        now = now_micros()
        with self._database.reading() as connection:
            own = connection.execute(select(sessions).where(sessions.c.token == _hash(token))).mappings().first()
            if own is None or own["until"] <= now or own["seen_at"] + self._idle <= now:
                return None
            row = (
                connection.execute(select(users).where(users.c.id == own["user"], users.c.ended_at.is_(None)))
                .mappings()
                .first()
            )
        if row is None:
            return None
        if used and own["seen_at"] + _SEEN_EVERY <= now:
            with self._database.writing() as connection:
                connection.execute(update(sessions).where(sessions.c.token == own["token"]).values(seen_at=now))
        return Session(
            own["id"], user_of(row), own["made_at"], own["seen_at"], own["until"], own["address"], own["browser"]
        )

    def of(self, user: User) -> Sequence[Session]:
        """A user's sessions that have not ended, the last used first."""
        now = now_micros()
        asked = select(sessions).where(sessions.c.user == user.id, ~self._over(now)).order_by(sessions.c.seen_at.desc())
        with self._database.reading() as connection:
            return [
                Session(row["id"], user, row["made_at"], row["seen_at"], row["until"], row["address"], row["browser"])
                for row in connection.execute(asked).mappings()
            ]

    def end(self, ident: str, user: User | None = None) -> bool:
        """End a session by its id, if it is that user's; whether there was one."""
        which = sessions.c.id == ident
        if user is not None:
            which &= sessions.c.user == user.id
        with self._database.writing() as connection:
            return connection.execute(delete(sessions).where(which)).rowcount > 0

    def end_all(self, user: User, but: str = "") -> int:
        """End a user's sessions, but for one; how many."""
        with self._database.writing() as connection:
            return connection.execute(delete(sessions).where(sessions.c.user == user.id, sessions.c.id != but)).rowcount

    def _over(self, now: int) -> ColumnElement[bool]:
        return (sessions.c.until <= now) | (sessions.c.seen_at <= now - self._idle)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
