"""Applying a draft to a site: first what was there is kept, then accounts, folders and files are made in this order."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.errors import InstallError
from gatekeeper.install.draft import Account, AccountKind, Draft
from gatekeeper.install.keeping import KEPT, Kept
from gatekeeper.install.placing import Placing
from gatekeeper.install.steps.accounts import commands
from gatekeeper.site import SiteTree
from gatekeeper.translation import phrase, trouble_of


def apply(draft: Draft) -> list[str]:
    """Make everything that a draft has.

    Returns:
        What could not be given to its owner, in an image that an ordinary user writes.

    Raises:
        InstallError: something can't be made; what was made until then can be undone.
    """
    if draft.is_empty:
        return []
    placing = Placing(draft.tree)
    wanted = [*draft.folders, *draft.files]
    above = {one: None for path in (*wanted, KEPT / "any") for one in placing.missing_parents(path)}
    folders = sorted({*draft.folders, *above} - {KEPT}, key=lambda path: path.parts)
    accounts = [[one.name, one.group, one.kind.value] for one in draft.accounts]
    Kept(draft.tree).keep(_files(draft), folders, accounts)
    for account in draft.accounts:
        run_account(account)
    # An image's accounts are files: whose the others are is looked up there.
    files = sorted(draft.files.values(), key=lambda one: not str(one.path).startswith("/etc/"))
    first = [one for one in files if one.path.name in ("passwd", "group", "shadow", "gshadow")]
    for drafted in first:
        placing.file(drafted.path, _bytes(drafted.after), drafted.ownership)
    for folder, ownership in draft.folders.items():
        placing.folder(folder, ownership)
    for drafted in files:
        if drafted not in first:
            placing.file(drafted.path, _bytes(drafted.after), drafted.ownership)
    return placing.not_given


def run_account(account: Account, *, undo: bool = False) -> None:
    """Make or remove an account of the machine.

    Raises:
        InstallError: the command fails.
    """
    command = commands(account, undo=undo)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own
    except OSError as error:
        raise InstallError(
            phrase(
                "{command}: {reason}; make {account} yourself, and run this again",
                command=command[0],
                reason=trouble_of(error),
                account=account,
            )
        ) from None
    if done.returncode:
        raise InstallError(phrase("{command} failed: {said}", command=" ".join(command), said=done.stderr.strip()))


def accounts_of(rows: list[list[str]]) -> Iterator[Account]:
    """Accounts as they were written down."""
    return (Account(name, group, AccountKind(kind)) for name, group, kind in rows)


def _files(draft: Draft) -> Iterator[tuple[Path, bytes | None, bytes]]:
    for drafted in draft.files.values():
        yield drafted.path, None if drafted.before is None else _bytes(drafted.before), _bytes(drafted.after)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def content(tree: SiteTree, path: Path) -> bytes | None:
    """What a file holds; None where there is none."""
    text = tree.text(path)
    return None if text is None else _bytes(text)
