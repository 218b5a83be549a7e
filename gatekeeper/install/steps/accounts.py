"""The daemon's user and group. A machine's own commands make them; in an image their files are drafted."""

from pathlib import Path

from gatekeeper.install.draft import Account, AccountKind, Draft
from gatekeeper.install.places import DATA, USER
from gatekeeper.site import SiteTree

_HIGHEST_SYSTEM = 999
"""The last number of a system's account: login.defs(5), SYS_UID_MAX."""


def accounts(draft: Draft, asterisk_group: str) -> None:
    """Draft the user, its group, and its membership in Asterisk's, which the AGI script's socket is given to."""
    tree = draft.tree
    if tree.number("/etc/group", USER) is None:
        draft.account(Account(USER, USER, AccountKind.GROUP))
    if tree.number("/etc/passwd", USER) is None:
        draft.account(Account(USER, USER, AccountKind.USER))
    if asterisk_group not in ("", "root", USER) and not _is_member(tree, asterisk_group):
        draft.account(Account(USER, asterisk_group, AccountKind.MEMBER))
    if not tree.is_machine:
        _write(draft)


def is_there(tree: SiteTree, account: Account) -> bool:
    """Whether a site has an account: `userdel` takes the user's own group and memberships along (login.defs(5))."""
    if account.kind is AccountKind.MEMBER:
        return _is_member(tree, account.group)
    if account.kind is AccountKind.GROUP:
        return tree.number("/etc/group", account.group) is not None
    return tree.number("/etc/passwd", account.name) is not None


def commands(account: Account, *, undo: bool = False) -> list[str]:
    """What makes an account on a machine, or removes it."""
    if account.kind is AccountKind.GROUP:
        return ["groupdel", account.group] if undo else ["groupadd", "--system", account.group]
    if account.kind is AccountKind.MEMBER:
        return ["gpasswd", "--delete" if undo else "--add", account.name, account.group]
    if undo:
        return ["userdel", account.name]
    home = ["--home-dir", str(DATA), "--no-create-home", "--shell", "/usr/sbin/nologin"]
    return ["useradd", "--system", "--gid", account.group, *home, account.name]


def _is_member(tree: SiteTree, group: str) -> bool:
    row = next((row for row in tree.accounts("/etc/group") if row[0] == group), [])
    return USER in (row[-1].split(",") if row else [])


def _write(draft: Draft) -> None:
    """An image's own files: nothing of it can be run, it may be another machine's."""
    number = str(_free(draft))
    for account in draft.accounts:
        if account.kind is AccountKind.GROUP:
            _append(draft, "/etc/group", f"{USER}:x:{number}:")
            _append(draft, "/etc/gshadow", f"{USER}:!::")
        elif account.kind is AccountKind.USER:
            gid = next((row[2] for row in draft.rows("/etc/group") if row[0] == USER), number)
            _append(draft, "/etc/passwd", f"{USER}:x:{number}:{gid}::{DATA}:/usr/sbin/nologin")
            _append(draft, "/etc/shadow", f"{USER}:!:::::::")
        else:
            _join(draft, "/etc/group", account.group)
            _join(draft, "/etc/gshadow", account.group)
    draft.accounts.clear()


def _free(draft: Draft) -> int:
    used = {row[2] for file in ("/etc/passwd", "/etc/group") for row in draft.rows(file)}
    return next(number for number in range(_HIGHEST_SYSTEM, 0, -1) if str(number) not in used)


def _append(draft: Draft, file: str, line: str) -> None:
    text = draft.text(Path(file))
    if text is None and file.endswith("shadow"):
        return  # an image without passwords
    draft.write(Path(file), f"{text or ''}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n")


def _join(draft: Draft, file: str, group: str) -> None:
    text = draft.text(Path(file))
    if text is None:
        return
    lines = text.split("\n")
    for at, line in enumerate(lines):
        row = line.split(":")
        if row[0] == group and len(row) == 4 and USER not in row[3].split(","):  # noqa: PLR2004 - group(5)
            lines[at] = ":".join([*row[:3], ",".join(name for name in (*row[3].split(","), USER) if name)])
    draft.write(Path(file), "\n".join(lines))
