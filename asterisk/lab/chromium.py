"""Chromium without a screen: the browser in which the desk's pages are tried. Debian's, fetched once, without root.

Its processes start each other by the file that they were started from, and find their data beside it. So the loader
can't be put in front of the program as with the others: the program is made to ask for ``loader`` of its own folder.
"""

import os
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Final

from lab.apt import unpack
from lab.cache import cached
from lab.errors import LabError
from lab.progress import say
from lab.roots import loader_of

_SUITE: Final = "trixie"
_PACKAGES: Final = ("chromium-headless-shell", "fonts-liberation", "fonts-dejavu-core")
_PROGRAMS: Final = ("chromium-headless-shell", "chromium")
_PLACE: Final = Path("usr", "lib", "chromium")
_NOT_NEEDED: Final = (
    "usr/lib/*/libLLVM*",  # what follows draws by a graphics card
    "usr/lib/*/libgallium*",
    "usr/lib/*/libz3*",
    "usr/lib/*/dri",
    "usr/lib/chromium/libVkLayer*",
    "usr/share/doc",
    "usr/share/locale",
    "usr/share/X11",
)
"""A third of the 570 MB."""

_INTERPRETER: Final = re.compile(rb"/lib(?:64)?/ld-linux[-\w.]*\0")
_LOADER: Final = b"loader"
_SHEBANG: Final = """\
#!/bin/sh
cd "$(dirname "$0")" || exit 1
root=$(cd "{up}" && pwd) || exit 1
export LD_LIBRARY_PATH="{libraries}" FONTCONFIG_FILE="$root/etc/fonts.conf" LC_ALL=C.UTF-8
exec "./{program}" "$@"
"""
_FONTS: Final = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">../usr/share/fonts</dir>
  <alias><family>sans-serif</family><prefer><family>Liberation Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>Liberation Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>Liberation Mono</family></prefer></alias>
</fontconfig>
"""

ARGUMENTS: Final = (
    # A page that asks for anything outside of this machine does not get it, and the test sees that it asked.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
    "--no-proxy-server",
    "--disable-gpu",
    "--disable-dev-shm-usage",
)
"""What it is started with beside what drives it; it listens nowhere, for it is driven by a pipe."""


@lru_cache
def chromium_program() -> Path:
    """Return the program: the one on PATH, else Debian's, fetched once.

    Raises:
        LabError: it can be neither found nor fetched.
    """
    for name in _PROGRAMS:
        found = shutil.which(name)
        if found and "/snap/" not in str(Path(found).resolve()):  # a snap sees no folder but its own
            return Path(found)
    program = cached("chromium", _fetch) / _PLACE / _PROGRAMS[0]
    if not program.is_file():
        message = f"there is no {program}: remove that folder of the lab and try again"
        raise LabError(message)
    return program


@lru_cache
def can_be_sandboxed() -> bool:
    """Whether Chromium's sandbox works here: not for root, and only where a user may make namespaces."""
    if os.geteuid() == 0:
        return False
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    command = [unshare, "--user", "--map-root-user", "--pid", "--fork", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _fetch(folder: Path, scratch: Path) -> None:
    say(f"fetching Chromium from Debian {_SUITE} (once)")
    unpack(_SUITE, _PACKAGES, folder, scratch, "Chromium")
    for pattern in _NOT_NEEDED:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    (folder / "etc" / "fonts.conf").write_text(_FONTS)
    _wrap(folder)
    say("Chromium is ready")


def _wrap(root: Path) -> None:
    """Let the program ask for its own loader, and put a script in its place that gives it libraries and fonts.

    All is found relative to the script, so that the cache may be moved.
    """
    place = root / _PLACE
    script = place / _PROGRAMS[0]
    program = script.rename(place / f"{script.name}.program")
    loader, _, libraries = loader_of(root)
    (place / _LOADER.decode()).symlink_to(os.path.relpath(loader, place.resolve()))
    _name_loader(program)
    folders = [Path(library).relative_to(root) for library in libraries.split(":")]
    folders += [path.relative_to(root) for path in root.glob("usr/lib/*/pulseaudio")]
    shown = ":".join(f"$root/{folder}" for folder in folders)
    script.write_text(_SHEBANG.format(up=os.path.relpath(root, place), libraries=shown, program=program.name))
    script.chmod(0o755)


def _name_loader(program: Path) -> None:
    """Write ``loader`` over the interpreter's path (ELF's PT_INTERP): the kernel looks for it in the current folder."""
    with program.open("r+b") as file:
        found = _INTERPRETER.search(file.read(4096))
        if found is None:
            message = f"{program} does not name its loader as programs do: Chromium can't be run from its folder"
            raise LabError(message)
        file.seek(found.start())
        file.write(_LOADER + b"\0")
