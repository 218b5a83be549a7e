"""All accounts: opens the file, and has users, sessions, keys, the door and the record on it."""

from pathlib import Path
from typing import Final

from gatekeeper.accounts.actions import Actions
from gatekeeper.accounts.database import AccountDatabase
from gatekeeper.accounts.devices import Devices
from gatekeeper.accounts.keys import Keys
from gatekeeper.accounts.lockout import Lockout
from gatekeeper.accounts.sessions import Sessions
from gatekeeper.accounts.sign_in import Door
from gatekeeper.accounts.users import Users
from gatekeeper.closeable import Closeable

ACCOUNTS_FILE: Final = "accounts.sqlite3"
"""Its file in the data folder."""


class Accounts(Closeable):
    """The accounts of a site.

    Args:
        data_dir: the data folder.
        idle_s: after how many seconds without use a session ends.
        longest_s: after how many seconds a session ends in any case.

    Attributes:
        users: who may sign in.
        sessions: who is signed in.
        keys: those of programs.
        lockout: who has to wait.
        devices: where users have signed in before.
        door: lets users in.
        actions: what people did.

    Raises:
        StoreError: the file can't be opened.
    """

    def __init__(self, data_dir: Path, *, idle_s: int = 3600, longest_s: int = 12 * 3600) -> None:
        self._database = AccountDatabase(data_dir / ACCOUNTS_FILE)
        self.users = Users(self._database)
        self.sessions = Sessions(self._database, idle_s, longest_s)
        self.keys = Keys(self._database)
        self.lockout = Lockout(self._database)
        self.devices = Devices(self._database)
        self.door = Door(self._database, self.sessions, self.lockout, self.devices)
        self.actions = Actions(self._database)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
