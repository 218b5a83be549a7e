"""Checks of files: who may read and write the configuration, the secrets and the data; the AGI script's interpreter."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.finding import CheckFinding, failed, ok, unsure
from gatekeeper.install.places import ENVIRONMENT, programs_of

_OTHERS: Final = stat.S_IRWXO
_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_MOST: Final = 20_000
"""So many files of the data folder are looked at."""


def permissions(on: Examined) -> Iterator[CheckFinding]:
    """Nobody else reads or writes them."""
    faults = 0
    for path, forbidden in _sensitive(on):
        try:
            mode = on.tree.real(path).stat().st_mode
        except FileNotFoundError:
            continue
        except OSError as error:
            yield unsure(f"{path} can't be looked at: {error.strerror}", "run this as root")
            continue
        if mode & forbidden:
            faults += 1
            yield failed(
                f"{path} has the mode {stat.S_IMODE(mode):04o}",
                f"chmod {stat.S_IMODE(mode) & ~forbidden:04o} {path}",
            )
    if not faults:
        yield ok("the configuration, the secrets and the manager's user are for those alone who need them")


def _sensitive(on: Examined) -> Iterator[tuple[Path, int]]:
    yield ENVIRONMENT, stat.S_IRWXG | _OTHERS
    yield Path("/etc/gatekeeper/gatekeeper.toml"), _OTHERS | stat.S_IWGRP
    if on.site is not None:
        for name in ("manager.conf", "gatekeeper.conf", "gatekeeper-globals.conf"):
            yield on.site.etc / "gatekeeper" / name, _OTHERS if name == "manager.conf" else _WRITE
    if on.settings is not None:
        yield on.settings.daemon.data_dir, _OTHERS | stat.S_IWGRP


def data_owner(on: Examined) -> Iterator[CheckFinding]:
    """The data folder and all in it belong to one user, and others do not read them."""
    if on.data is None:
        return
    try:
        owner = on.data.stat().st_uid
        strangers, readable, seen = 0, 0, 0
        for folder, _, names in os.walk(on.data, onerror=_raise):
            for name in names[: _MOST - seen]:
                state = Path(folder, name).lstat()
                seen += 1
                strangers += state.st_uid != owner
                readable += bool(state.st_mode & _OTHERS)
    except FileNotFoundError:
        yield failed(f"{on.data} is not there", "run `gatekeeper install`, or start the daemon, which makes it")
        return
    except OSError as error:
        yield unsure(f"{error.filename or on.data} can't be looked at: {error.strerror}", "run this as root")
        return
    if strangers:
        yield failed(
            f"{strangers} files in {on.data} belong to others than its owner: the daemon may not be able to read them",
            f"chown -R --reference={on.data} {on.data}, and run commands as that user",
        )
    if readable:
        yield failed(f"{readable} files in {on.data} can be read by everybody", f"chmod -R o-rwx {on.data}")
    if not strangers and not readable:
        yield ok(f"{on.data} and its {seen} files belong to one user, for itself and its group")


def _raise(error: OSError) -> None:
    raise error


def script(on: Examined) -> Iterator[CheckFinding]:
    """The AGI script's interpreter is this installation's."""
    if on.site is None:
        return
    path = on.site.folders["astagidir"] / "gatekeeper_agi.py"
    text = on.tree.text(path)
    if text is None:
        return
    python = programs_of(on.tree).python
    if str(python) not in "\n".join(text.split("\n")[:3]):
        yield failed(
            f"{path} does not name {python}, which has its library: every call that asks by it is GATE_DOWN",
            "run `gatekeeper install`, which writes it anew",
        )
    elif not on.tree.real(path).stat().st_mode & stat.S_IXOTH:
        yield failed(f"{path} can't be run by Asterisk", f"chmod 755 {path}")
    else:
        yield ok(f"{path} has its interpreter")
