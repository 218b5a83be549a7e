"""Devices: browsers in which a user has signed in before, known by a cookie that stands here as its SHA-256 alone.

Guesses by others, from however many addresses, do not keep somebody out who comes with one: he has to wait for what
failed on the device itself. A device is one user's, and counts for no other name. Source: OWASP, "Slow Down Online
Guessing Attacks with Device Cookies".
"""

import hashlib
import secrets
from typing import Final

from sqlalchemy import delete, insert, select, update

from gatekeeper.accounts.database import AccountDatabase
from gatekeeper.accounts.tables import devices, users
from gatekeeper.accounts.users import User
from gatekeeper.clock import SECOND_US, now_micros
from gatekeeper.journal import new_ident

KEPT_S: Final = 180 * 86_400
"""For so many seconds after its last sign-in a device is known."""

MOST_OF_A_USER: Final = 20
"""Devices of one user: the oldest make room."""

_LONGEST: Final = 200


class Devices:
    """The devices. Every method may be called from any thread, and raises `StoreError`."""

    def __init__(self, database: AccountDatabase) -> None:
        self._database = database

    def known(self, token: str, name: str) -> str:
        """The id of a device, if that user has signed in there before and may sign in; else "".

        Args:
            token: as the browser has it; "" for none.
            name: the user's.
        """
        if not token or len(token) > _LONGEST:
            return ""
        asked = (
            select(devices.c.id)
            .join(users, users.c.id == devices.c.user)
            .where(
                devices.c.token == _hash(token),
                devices.c.used_at > now_micros() - KEPT_S * SECOND_US,
                users.c.name == name,
                users.c.ended_at.is_(None),
            )
        )
        with self._database.reading() as connection:
            return str(connection.execute(asked).scalar() or "")

    def signed_in(self, user: User, device: str) -> str:
        """Note that a user has signed in; gives the token of a new device, and "" where it was one of his.

        Args:
            user: who has.
            device: the id of his device, or "".
        """
        now, token = now_micros(), secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            if (
                device
                and connection.execute(
                    update(devices).where(devices.c.id == device, devices.c.user == user.id).values(used_at=now)
                ).rowcount
            ):
                return ""
            own = select(devices.c.token).where(devices.c.user == user.id).order_by(devices.c.used_at.desc())
            kept = own.limit(MOST_OF_A_USER - 1).scalar_subquery()
            connection.execute(
                delete(devices).where(
                    ((devices.c.user == user.id) & devices.c.token.not_in(kept))
                    | (devices.c.used_at <= now - KEPT_S * SECOND_US)
                )
            )
            values = {"token": _hash(token), "id": new_ident(now), "user": user.id, "made_at": now, "used_at": now}
            connection.execute(insert(devices).values(values))
        return token


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
