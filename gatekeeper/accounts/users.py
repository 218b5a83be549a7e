"""Users of the desk: who may sign in, in which role, bound to which principals."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, RowMapping, insert, select, update

from gatekeeper.accounts import passwords
from gatekeeper.accounts.database import AccountDatabase
from gatekeeper.accounts.role import Role
from gatekeeper.accounts.tables import sessions, users
from gatekeeper.clock import now_micros
from gatekeeper.errors import AccountError
from gatekeeper.journal import new_ident
from gatekeeper.translation import phrase

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class User(NamedTuple):
    """A user.

    Attributes:
        id: a ULID.
        name: as he signs in.
        role: what he may do.
        principals: whose rows alone he sees; None for all.
        language: `en`, `fr`, or "" for the browser's.
        has_totp: whether he signs in with a one-time code, too.
        made_at: in microseconds since the epoch.
        made_by: who made the account.
        ended_at: since when he may not sign in any more; None while he may.
    """

    id: str
    name: str
    role: Role
    principals: frozenset[str] | None
    language: str
    has_totp: bool
    made_at: int
    made_by: str
    ended_at: int | None


class Users:
    """The users. Every method may be called from any thread, and raises `StoreError` where the file can't be used."""

    def __init__(self, database: AccountDatabase) -> None:
        self._database = database

    def add(self, name: str, password: str, role: Role, *, by: str, principals: Iterable[str] | None = None) -> User:
        """Add a user.

        Args:
            name: letters, digits, `.`, `_`, `-`, `@`; capitals do not count.
            password: at least 12 characters.
            role: what he may do.
            by: who adds him.
            principals: whose rows alone he is to see; only a reader can be bound.

        Raises:
            AccountError: name or password are not good, or the name is taken.
        """
        name = clean_name(name)
        passwords.demand_good(password, name)
        bound = _demand_bound(role, principals)
        now = now_micros()
        values = {
            "id": new_ident(now),
            "name": name,
            "role": role.word,
            "principals": bound,
            "password": passwords.hash_of(password),
            "made_at": now,
            "made_by": by,
        }
        with self._database.writing() as connection:
            if connection.execute(select(users.c.id).where(users.c.name == name)).first() is not None:
                raise AccountError(phrase("there is a user {name!r} already, maybe one who was ended", name=name))
            connection.execute(insert(users).values(values))
        return self.by_name(name)

    def all(self) -> Sequence[User]:
        """All of them, by name, those who were ended as well."""
        with self._database.reading() as connection:
            return [user_of(row) for row in connection.execute(select(users).order_by(users.c.name)).mappings()]

    def by_name(self, name: str) -> User:
        """A user by name.

        Raises:
            AccountError: there is none.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == name.lower())).mappings().first()
        if row is None:
            raise AccountError(
                phrase("there is no user {name!r}: `gatekeeper user list` shows who there is", name=name)
            )
        return user_of(row)

    def set_password(self, name: str, password: str, *, instead: str | None = None) -> None:
        """Give a user another password, and end his sessions.

        Args:
            name: the user's.
            password: the new one.
            instead: the hash of the one that he has shown to be allowed to; None where an admin is.

        Raises:
            AccountError: there is no such user, the password is not good, or it was changed by somebody else since.
        """
        user = self.by_name(name)
        passwords.demand_good(password, user.name)
        self._change(user, instead=instead, password=passwords.hash_of(password))

    def set_role(self, name: str, role: Role, principals: Iterable[str] | None = None) -> None:
        """Give a user another role, and end his sessions.

        Raises:
            AccountError: there is no such user, or nobody would be admin any more.
        """
        bound = _demand_bound(role, principals)
        self._change(self.by_name(name), stays_admin=role is Role.ADMIN, role=role.word, principals=bound)

    def set_totp(self, name: str, secret: str | None, *, step: int = 0, instead: str | None = None) -> None:
        """Have a user sign in with one-time codes of a secret, or without them.

        Args:
            name: the user's.
            secret: in base 32; None for no codes.
            step: that of the code by which he has shown that he has the secret: it is not taken again.
            instead: as of `set_password`.

        Raises:
            AccountError: there is no such user, or the password was changed since.
        """
        self._change(self.by_name(name), end_sessions=False, instead=instead, totp=secret, totp_step=step)

    def set_language(self, name: str, language: str) -> None:
        """Remember a user's language: `en`, `fr`, or "" for the browser's."""
        self._change(self.by_name(name), end_sessions=False, language=language)

    def end(self, name: str) -> None:
        """Let a user not sign in any more, and end his sessions.

        Raises:
            AccountError: there is no such user, or nobody would be admin any more.
        """
        self._change(self.by_name(name), stays_admin=False, ended_at=now_micros())

    def readmit(self, name: str) -> None:
        """Let a user who was ended sign in again."""
        self._change(self.by_name(name), ended_at=None)

    def _change(
        self,
        user: User,
        *,
        end_sessions: bool = True,
        instead: str | None = None,
        stays_admin: bool = True,
        **values: Any,
    ) -> None:
        which = users.c.id == user.id
        if instead is not None:
            which &= users.c.password == instead
        with self._database.writing() as connection:
            if not stays_admin and _admins(connection) == {user.id}:
                raise AccountError(phrase("{name} is the only admin: make another one first", name=user.name))
            if not connection.execute(update(users).where(which).values(values)).rowcount:
                raise AccountError(phrase("the password was changed meanwhile: sign in again"))
            if end_sessions:
                connection.execute(sessions.delete().where(sessions.c.user == user.id))


def clean_name(name: str) -> str:
    """A user's name as it is stored.

    Raises:
        AccountError: it can't be one.
    """
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise AccountError(phrase("a user's name has 1 to 64 of: letters a to z, digits, and . _ - @ behind the first"))
    return name


def user_of(row: RowMapping) -> User:
    """The user of a row."""
    bound = row["principals"]
    return User(
        row["id"],
        row["name"],
        Role[row["role"].upper()],
        None if bound is None else frozenset(json.loads(bound)),
        row["language"],
        row["totp"] is not None,
        row["made_at"],
        row["made_by"],
        row["ended_at"],
    )


def _admins(connection: Connection) -> set[str]:
    """The ids of those who are admins now."""
    which = (users.c.role == Role.ADMIN.word) & users.c.ended_at.is_(None)
    return set(connection.execute(select(users.c.id).where(which)).scalars())


def bound_name(principal: str) -> str:
    """A principal to which somebody is bound, as it is stored.

    Raises:
        AccountError: it is blank: whoever is bound to that would be bound to nobody, or to everybody.
    """
    name = principal.strip()
    if not name:
        raise AccountError(phrase("a principal has a name: name one, or bind to none"))
    return name


def _demand_bound(role: Role, principals: Iterable[str] | None) -> str | None:
    if principals is None:
        return None
    bound = sorted({bound_name(one) for one in principals})
    if role is not Role.READER:
        raise AccountError(phrase("only a reader can be bound to principals: what others change holds for all of them"))
    if not bound:
        raise AccountError(phrase("a reader who is bound to no principal sees nothing: name one, or bind him to none"))
    return json.dumps(bound)
