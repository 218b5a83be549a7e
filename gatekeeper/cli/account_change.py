"""AccountChange: a change of the desk's accounts on the command line, written down among what people did there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.stores import open_accounts

if TYPE_CHECKING:
    from gatekeeper.accounts import Accounts


@dataclass
class AccountChange:
    """A change that is being made.

    Attributes:
        accounts: what is changed.
        by: who changes it.
        what: what is written down of it.
    """

    accounts: "Accounts"
    by: str
    what: str


@contextmanager
def account_change(context: typer.Context, action: str, what: str) -> Iterator[AccountChange]:
    """Change the accounts: what comes to its end is written down; of what fails nothing is.

    Args:
        context: the command's.
        action: what is done, such as `user.add`.
        what: to whom or what; the change may say it better once it is made.
    """
    with open_accounts(invocation(context).settings) as accounts:
        change = AccountChange(accounts, who(), what)
        yield change
        accounts.actions.add(by=change.by, address="command line", action=action, what=change.what)
