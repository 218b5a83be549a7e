"""Undoing installations, the last one first: what nobody has changed since is put back byte for byte.

Of a file that somebody has changed since only our own lines are taken out. What still includes or asks the gate then is
named, and the gate's files stay beside it: without them Asterisk would refuse its whole dialplan.
"""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.errors import InstallError
from gatekeeper.install.applying import accounts_of, content, run_account
from gatekeeper.install.keeping import KEPT, Generation, Kept, KeptFile
from gatekeeper.install.placing import Placing
from gatekeeper.install.steps.accounts import is_there
from gatekeeper.install.taking_out import asks_ours, includes_ours, is_named_in, without_ours
from gatekeeper.site import SiteTree
from gatekeeper.translation import marked, phrase

_OWN: Final = "gatekeeper"
"""The folder beside Asterisk's files that has ours."""


class Undone(StrEnum):
    """What became of a file, folder or account."""

    PUT_BACK = marked("put back")
    REMOVED = marked("removed")
    LINES_OUT = marked("only our lines taken out, it was changed since")
    SOME_OUT = marked("only those of our lines taken out that were found, it was changed since")
    STAYS = marked("stays, it was changed since")
    NEEDED = marked("stays, it is included still")
    NOT_EMPTY = marked("stays, there are files in it")


class UndoneOne(NamedTuple):
    """What became of one.

    Attributes:
        name: its path or name.
        became: what.
        copy: where the copy of what was there before is kept; None where it is not needed any more.
        asks: whether it includes or asks the gate still.
    """

    name: str
    became: Undone
    copy: Path | None = None
    asks: bool = False


class _FileOutcome(NamedTuple):
    """What becomes of a file; `became` is None where there is nothing to do, `text` where the file is gone."""

    became: Undone | None
    text: bytes | None


def undo(tree: SiteTree) -> Iterator[UndoneOne]:
    """Undo all that installations have changed.

    Raises:
        InstallError: something can't be put back; what was done until then is told.
    """
    kept = Kept(tree)
    placing = Placing(tree)
    generations = kept.generations()
    # Before anything is changed: are the copies there, and what will ask the gate still?
    left = _left(tree, kept, generations)
    asking = {path for path, text in left.items() if _OWN not in path.parts and _asks(path, text)}
    needed = {path.parent / _OWN for path in asking if includes_ours(_text(left[path]))}
    for generation in reversed(generations):
        yield from _undo(tree, kept, placing, generation, needed, asking)
        kept.drop_last()
        _remove_folders_above(placing, generation)
    changed = {Path(one.path) for generation in generations for one in generation.files}
    for path in sorted(asking - changed):
        yield UndoneOne(str(path), Undone.STAYS, None, asks=True)


def _left(tree: SiteTree, kept: Kept, generations: list[Generation]) -> dict[Path, bytes | None]:
    """What will be in the files that were changed, and in those of Asterisk beside them."""
    left: dict[Path, bytes | None] = {}
    for generation in reversed(generations):
        for one in reversed(generation.files):
            path = Path(one.path)
            now = left[path] if path in left else content(tree, path)
            left[path] = _outcome(tree, kept, one, now).text
    for folder in {path.parent.parent for path in left if path.suffix == ".conf" and path.parent.name == _OWN}:
        for path in (*tree.glob(f"{folder}/*.conf"), *tree.glob(f"{folder}/*/*.conf")):
            if path not in left:
                left[path] = content(tree, path)
    return left


def _undo(
    tree: SiteTree, kept: Kept, placing: Placing, generation: Generation, needed: set[Path], asking: set[Path]
) -> Iterator[UndoneOne]:
    for one in reversed(generation.files):
        path = Path(one.path)
        if path.parent in needed and tree.exists(path):
            yield UndoneOne(one.path, Undone.NEEDED)
            continue
        became = _put_back(tree, kept, placing, one)
        if became is not None:
            stays = became in (Undone.STAYS, Undone.SOME_OUT)
            yield UndoneOne(one.path, became, kept.set_aside(one) if stays else None, asks=path in asking)
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
    now = content(tree, path)
    became, text = _outcome(tree, kept, one, now)
    if text is None and now is not None:
        placing.remove(path)
    elif text is not None and text != now:
        placing.file(path, text, None)
    return became


def _outcome(tree: SiteTree, kept: Kept, one: KeptFile, now: bytes | None) -> _FileOutcome:
    """What becomes of a file that has this content now."""
    path, after = Path(one.path), kept.content(one.after)
    before = kept.content(one.before) if one.before else None
    if now is None or now == before:
        return _FileOutcome(None, now)  # an installation that was cut short had not come to it
    if tree.is_link(path):
        return _FileOutcome(Undone.STAYS, now)  # it is another program's or a repository's by now
    if now == after:
        return _FileOutcome(Undone.REMOVED if before is None else Undone.PUT_BACK, before)
    if before is None and (path.suffix != ".conf" or _OWN in path.parts):
        return _FileOutcome(Undone.STAYS, now)  # all of it was ours, and is a person's now
    text = without_ours(_text(before), _text(after), _text(now))
    if before is None and not text.strip():
        return _FileOutcome(Undone.REMOVED, None)
    left = text.encode("utf-8", "surrogateescape")
    if left == now:
        return _FileOutcome(Undone.STAYS, now)
    return _FileOutcome(Undone.SOME_OUT if is_named_in(text, _text(before)) else Undone.LINES_OUT, left)


def _asks(path: Path, text: bytes | None) -> bool:
    return path.suffix == ".conf" and (includes_ours(_text(text)) or asks_ours(_text(text)))


def _text(octets: bytes | None) -> str:
    return (octets or b"").decode("utf-8", "surrogateescape")


def demand_installed(tree: SiteTree) -> None:
    """Refuse to undo nothing.

    Raises:
        InstallError: there is no installation.
    """
    if not Kept(tree).generations():
        raise InstallError(
            phrase("there is nothing to undo: {real} has no record of an installation", real=tree.real(KEPT))
        )
