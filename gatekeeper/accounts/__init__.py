"""Accounts of the desk and the interface (`accounts.sqlite3`): users, sessions, API keys, lock-outs, who did what."""

from gatekeeper.accounts.accounts import ACCOUNTS_FILE, Accounts
from gatekeeper.accounts.actions import DeskAction
from gatekeeper.accounts.keys import SCOPES, ApiKey
from gatekeeper.accounts.role import Role
from gatekeeper.accounts.sessions import Session
from gatekeeper.accounts.sign_in import SignIn, SignInOutcome
from gatekeeper.accounts.users import User

__all__ = [
    "ACCOUNTS_FILE",
    "SCOPES",
    "Accounts",
    "ApiKey",
    "DeskAction",
    "Role",
    "Session",
    "SignIn",
    "SignInOutcome",
    "User",
]
