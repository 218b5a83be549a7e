"""Undoing installations, the last one first: what nobody has changed since is put back byte for byte.

Of a file that somebody has changed since only our own lines are taken out; where they can't be found any more, it stays
as it is, and is named.
"""

import difflib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from gatekeeper.errors import InstallError
from gatekeeper.install.applying import accounts_of, content, run_account
from gatekeeper.install.keeping import KEPT, Generation, Kept, KeptFile
from gatekeeper.install.placing import Placing
from gatekeeper.install.steps.accounts import is_there
from gatekeeper.site import SiteTree
from gatekeeper.translation import marked, phrase


class Undone(StrEnum):
    """What became of a file, folder or account."""

    PUT_BACK = marked("put back")
    REMOVED = marked("removed")
    LINES_OUT = marked("only our lines taken out, it was changed since")
    STAYS = marked("stays, it was changed since")
    NOT_EMPTY = marked("stays, there are files in it")


class UndoneOne(NamedTuple):
    """What became of one.

    Attributes:
        name: its path or name.
        became: what.
    """

    name: str
    became: Undone


def undo(tree: SiteTree) -> Iterator[UndoneOne]:
    """Undo all that installations have changed.

    Raises:
        InstallError: something can't be put back; what was done until then is told.
    """
    kept = Kept(tree)
    placing = Placing(tree)
    generations = kept.generations()
    # Before anything is changed: are the copies there?
    for generation in generations:
        for one in generation.files:
            kept.content(one.after)
            kept.content(one.before) if one.before else None
    for generation in reversed(generations):
        yield from _undo(tree, kept, placing, generation)
        kept.drop_last()
        _remove_folders_above(placing, generation)


def _undo(tree: SiteTree, kept: Kept, placing: Placing, generation: Generation) -> Iterator[UndoneOne]:
    for one in reversed(generation.files):
        became = _put_back(tree, kept, placing, one)
        if became is not None:
            yield UndoneOne(one.path, became)
    for folder in reversed(generation.folders):
        if tree.exists(Path(folder)) and not KEPT.is_relative_to(folder):
            gone = placing.remove_folder(Path(folder))
            yield UndoneOne(folder, Undone.REMOVED if gone else Undone.NOT_EMPTY)
    for account in reversed(list(accounts_of(generation.accounts))):
        if any(tree.exists(Path(folder)) for folder in generation.folders if not KEPT.is_relative_to(folder)):
            yield UndoneOne(str(account), Undone.NOT_EMPTY)
            continue
        if is_there(tree, account):
            run_account(account, undo=True)
        yield UndoneOne(str(account), Undone.REMOVED)


def _remove_folders_above(placing: Placing, generation: Generation) -> None:
    """The folders above what was kept, if the installation made them."""
    for folder in reversed(generation.folders):
        if KEPT.is_relative_to(folder):
            placing.remove_folder(Path(folder))


def _put_back(tree: SiteTree, kept: Kept, placing: Placing, one: KeptFile) -> Undone | None:
    path = Path(one.path)
    now, after = content(tree, path), kept.content(one.after)
    before = kept.content(one.before) if one.before else None
    if now == before:
        return None  # an installation that was cut short had not come to it
    if now == after:
        if before is None:
            placing.remove(path)
            return Undone.REMOVED
        placing.file(path, before, None)
        return Undone.PUT_BACK
    if now is None or before is None:
        return None if now is None else Undone.STAYS
    try:
        placing.file(path, without_ours(before, after, now), None)
    except ValueError:
        return Undone.STAYS
    return Undone.LINES_OUT


def without_ours(before: bytes, after: bytes, now: bytes) -> bytes:
    """A file of now without what was changed from before to after.

    Raises:
        ValueError: what was changed can't be found in it, or several times.
    """
    old, new, lines = (text.splitlines(keepends=True) for text in (before, after, now))
    for kind, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            continue
        if kind == "delete":
            raise ValueError("what was taken out has no place")
        block = new[new_from:new_to]
        places = [at for at in range(len(lines)) if lines[at : at + len(block)] == block]
        if len(places) != 1:
            raise ValueError("not found, or not once")
        lines[places[0] : places[0] + len(block)] = old[old_from:old_to]
    return b"".join(lines)


def demand_installed(tree: SiteTree) -> None:
    """Refuse to undo nothing.

    Raises:
        InstallError: there is no installation.
    """
    if not Kept(tree).generations():
        raise InstallError(
            phrase("there is nothing to undo: {real} has no record of an installation", real=tree.real(KEPT))
        )
