"""The draft of an installation: what every file would be, which folders and accounts would be made, what is told.

Steps read and write the draft, nothing else: so a dry run and the installation itself are the same until the last
moment, and two steps that change one file see each other's lines.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.install.keeping import Kept
from gatekeeper.site import SiteTree
from gatekeeper.text import printable
from gatekeeper.translation import phrase

_SECRET: Final = re.compile(r"^([ +-]?\s*\w*(?:secret|passw|token|(?<![a-z])key)\w*\s*=>?\s*)\S.*$", re.IGNORECASE)
"""A line of a configuration that has one."""


class Ownership(NamedTuple):
    """Whose a file or folder is.

    Attributes:
        user: its user's name.
        group: its group's name.
        mode: its mode.
    """

    user: str
    group: str
    mode: int


class DraftFile(NamedTuple):
    """A file as it would be.

    Attributes:
        path: where, for the site.
        before: its text; None where it is not there.
        after: its text afterwards.
        ownership: of a new file; None: as it is.
    """

    path: Path
    before: str | None
    after: str
    ownership: Ownership | None


class AccountKind(StrEnum):
    """What is made of an account."""

    GROUP = "group"
    USER = "user"
    MEMBER = "member"
    """A user becomes one of a group that is there."""


class Account(NamedTuple):
    """A system user or group that would be made.

    Attributes:
        name: the user.
        group: the group.
        kind: what is made.
    """

    name: str
    group: str
    kind: AccountKind

    def __str__(self) -> str:
        if self.kind is AccountKind.GROUP:
            return phrase("group {group}", group=self.group)
        if self.kind is AccountKind.USER:
            return phrase("user {user}", user=self.name)
        return phrase("user {user} in group {group}", user=self.name, group=self.group)


class RemarkKind(StrEnum):
    """What a remark is about."""

    FOUND = "found"
    """What there is."""
    DECIDE = "to decide"
    """Left for a person."""
    START = "start"
    """A command that starts the daemon."""
    RELOAD = "reload"
    """A command of Asterisk's that makes a change count."""


class Remark(NamedTuple):
    """Something to be told."""

    kind: RemarkKind
    text: str


@dataclass
class Draft:
    """All that an installation would change.

    Attributes:
        tree: the site's files.
        files: the files, by path.
        folders: folders that would be made, in their order.
        accounts: users and groups that would be made.
        remarks: what is told.
        secrets: what must not be shown.
    """

    tree: SiteTree
    files: dict[Path, DraftFile] = field(default_factory=dict)
    folders: dict[Path, Ownership] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)

    def text(self, path: Path) -> str | None:
        """A file's text as it stands in the draft; None where there is none."""
        drafted = self.files.get(path)
        return drafted.after if drafted else self.tree.text(path)

    def rows(self, file: str) -> list[list[str]]:
        """The rows of `/etc/passwd` or `/etc/group` as they stand in the draft."""
        return [line.split(":") for line in (self.text(Path(file)) or "").splitlines() if line.count(":") > 1]

    def write(self, path: Path, text: str, ownership: Ownership | None = None) -> None:
        """Draft a file's text. `ownership` counts where the file is new."""
        drafted = self.files.get(path)
        before = drafted.before if drafted else self.tree.text(path)
        if before == text:
            self.files.pop(path, None)
            return
        if self.tree.is_link(path):
            lines = _new_lines(before, text)
            told = phrase("{path} is a symbolic link, so another program's or a repository's; put there:", path=path)
            self.decide(f"{told}\n{lines}")
            return
        self.files[path] = DraftFile(path, before, text, None if before is not None else ownership)

    def write_own(self, path: Path, content: bytes, ownership: Ownership | None = None) -> None:
        """Draft a file that is all ours; one that a person has changed since it was installed stays, and is told."""
        text = content.decode("utf-8", "surrogateescape")
        there = self.tree.text(path)
        if there is not None and there != text:
            put = Kept(self.tree).put(path)
            if put is not None and put.decode("utf-8", "surrogateescape") != there:
                self.decide(
                    phrase(
                        "{path} was changed since it was installed, and stays as it is; `gatekeeper files --to DIR` "
                        "copies what comes with this version, to be compared",
                        path=path,
                    )
                )
                return
        self.write(path, text, ownership)

    def folder(self, path: Path, ownership: Ownership) -> None:
        """Draft a folder; one that is there stays as it is."""
        if not self.tree.exists(path):
            self.folders[path] = ownership

    def account(self, account: Account) -> None:
        """Draft an account."""
        if account not in self.accounts:
            self.accounts.append(account)

    def found(self, text: str) -> None:
        """Tell what there is."""
        self._say(RemarkKind.FOUND, text)

    def decide(self, text: str) -> None:
        """Tell what a person has to decide or do."""
        self._say(RemarkKind.DECIDE, text)

    def start(self, command: str) -> None:
        """Tell a command that starts the daemon."""
        self._say(RemarkKind.START, command)

    def reload(self, command: str) -> None:
        """Tell which command of Asterisk's makes a change count."""
        self._say(RemarkKind.RELOAD, command)

    def said(self, kind: RemarkKind) -> Iterator[str]:
        """The remarks of a kind."""
        return (remark.text for remark in self.remarks if remark.kind is kind)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.files or self.folders or self.accounts)

    def shown(self) -> Iterator[str]:
        """Every change of a file as the lines of a diff, without secrets."""
        for drafted in self.files.values():
            old = "/dev/null" if drafted.before is None else str(drafted.path)
            if "\0" in drafted.after:
                yield f"Binary files {old} and {drafted.path} differ"  # as diff(1) has it
                continue
            lines = difflib.unified_diff(
                (drafted.before or "").splitlines(), drafted.after.splitlines(), old, str(drafted.path), lineterm=""
            )
            for line in lines:
                yield self.without_secrets(line)

    def without_secrets(self, text: str) -> str:
        """A text in which nobody can read a secret."""
        for secret in filter(None, self.secrets):
            text = text.replace(secret, "*" * 8)
        # Those of others stand beside what is changed.
        return printable(_SECRET.sub(lambda found: found[1] + "*" * 8, text).expandtabs())

    def without_secrets_lines(self, text: str) -> list[str]:
        """The same, line by line."""
        return [self.without_secrets(line) for line in text.split("\n")]

    def _say(self, kind: RemarkKind, text: str) -> None:
        remark = Remark(kind, text)
        if remark not in self.remarks:
            self.remarks.append(remark)


def _new_lines(before: str | None, after: str) -> str:
    """The lines that a text has more than before."""
    lines = difflib.ndiff((before or "").splitlines(), after.splitlines())
    return "\n".join(line for line in lines if line.startswith(("+ ", "- ")))


class DraftedTree(SiteTree):
    """The site's files as they would be, for what is told of lines that have moved.

    Args:
        draft: the draft.
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.tree.root)
        self._draft = draft

    def text(self, path: Path) -> str | None:
        """A file's text as it stands in the draft."""
        drafted = self._draft.files.get(path)
        return drafted.after if drafted else super().text(path)
