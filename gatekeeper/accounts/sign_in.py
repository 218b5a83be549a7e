"""Sign-in: a name, a password and, where the user has one, a one-time code become a session."""

from enum import Enum
from typing import NamedTuple

from sqlalchemy import select, update

from gatekeeper.accounts import passwords, totp
from gatekeeper.accounts.database import AccountDatabase
from gatekeeper.accounts.devices import Devices
from gatekeeper.accounts.lockout import Lockout
from gatekeeper.accounts.sessions import Credentials, Sessions
from gatekeeper.accounts.tables import users
from gatekeeper.accounts.users import User, user_of
from gatekeeper.clock import now_micros


class SignInOutcome(Enum):
    """How a sign-in ended; what was wrong of name, password and code nobody is told."""

    DONE = "done"
    WRONG = "wrong"
    LOCKED = "locked"


class SignIn(NamedTuple):
    """What came of trying to sign in.

    Attributes:
        outcome: how it ended.
        user: who signed in.
        token: of the session.
        locked_until: until when nobody may try again, in microseconds since the epoch.
        device: the token of the device, for its browser to keep; "" where it has one.
    """

    outcome: SignInOutcome
    user: User | None = None
    token: str = ""
    locked_until: int = 0
    device: str = ""


class SignInProof(NamedTuple):
    """What came of showing a password once more.

    Attributes:
        outcome: whether it is the right one.
        stored: its hash: what is changed because of it is changed only while that is the password.
    """

    outcome: SignInOutcome
    stored: str = ""


class Door:
    """Lets users in. Every method may be called from any thread, and raises `StoreError`."""

    def __init__(self, database: AccountDatabase, sessions: Sessions, lockout: Lockout, devices: Devices) -> None:
        self._database = database
        self._devices = devices
        self._sessions = sessions
        self._lockout = lockout

    def sign_in(self, name: str, password: str, code: str, *, address: str, browser: str, device: str = "") -> SignIn:
        """Try to sign in; takes as long for a name that nobody has.

        Args:
            name: the user's.
            password: his.
            code: the one-time code, or "".
            address: where from.
            browser: what his browser calls itself.
            device: what it keeps of an earlier sign-in, or "".
        """
        name = name.strip().lower()
        known = self._devices.known(device, name)
        until = self._lockout.locked_until(name, address, known)
        if until:
            return SignIn(SignInOutcome.LOCKED, locked_until=until)
        found = self._proved(name, password, code)
        token = self._sessions.begin(*found, address, browser) if found is not None else ""
        if found is None or not token:
            self._lockout.failed(name, address, known)
            return SignIn(SignInOutcome.WRONG)
        self._lockout.succeeded(name, address, known)
        return SignIn(SignInOutcome.DONE, found[0], token, device=self._devices.signed_in(found[0], known))

    def proof_of(self, user: User, password: str, *, address: str, device: str = "") -> SignInProof:
        """Have a user show his password again, before he changes what he signs in with.

        It is looked for a lock in here, where passwords are checked few at a time, so that guesses that come together
        are counted one by one.

        Args:
            user: who says that he is.
            password: what he has typed.
            address: where from.
            device: what his browser keeps of an earlier sign-in, or "".
        """
        known = self._devices.known(device, user.name)
        if self._lockout.locked_until(user.name, address, known):
            return SignInProof(SignInOutcome.LOCKED)
        with self._database.reading() as connection:
            stored = connection.execute(select(users.c.password).where(users.c.id == user.id)).scalar()
        if stored is None or not passwords.is_right(stored, password):
            self._lockout.failed(user.name, address, known)
            return SignInProof(SignInOutcome.WRONG)
        return SignInProof(SignInOutcome.DONE, stored)

    def _proved(self, name: str, password: str, code: str) -> tuple[User, Credentials] | None:
        with self._database.reading() as connection:
            asked = select(users).where(users.c.name == name, users.c.ended_at.is_(None))
            row = connection.execute(asked).mappings().first()
        if not passwords.is_right(None if row is None else row["password"], password) or row is None:
            return None
        values: dict[str, object] = {}
        step = 0
        if row["totp"] is not None:
            found = totp.step_of(row["totp"], code, now_micros(), row["totp_step"])
            if found is None:
                return None
            step = values["totp_step"] = found
        if passwords.is_outdated(row["password"]):
            values["password"] = passwords.hash_of(password)
        if values:
            with self._database.writing() as connection:
                # Two who come with one code at once: one of them is late.
                taken = update(users).where(
                    users.c.id == row["id"],
                    users.c.totp_step < (step or 1 << 62),
                    users.c.password == row["password"],
                )
                if not connection.execute(taken.values(values)).rowcount:
                    return None
        return user_of(row), Credentials(str(values.get("password", row["password"])), row["totp"])
