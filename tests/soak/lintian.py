"""The Debian package as it is published, read by Debian's own lintian: no error, no warning that is not explained."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from lab.debian import new_system
from package.deb import build
from tests.install.building import build_wheel


def lint_package(folder: Path) -> Iterator[str]:
    """What lintian says against it.

    Args:
        folder: a folder of its own; the package is built in it.
    """
    folder.mkdir(parents=True)
    package = build(build_wheel(folder), folder)
    system = new_system(folder / "system", "bookworm", "lintian")
    shutil.copy(package, system.path("/package.deb"))
    said = system.run("lintian", "--allow-root", "--tag-display-limit", "0", "/package.deb", timeout=600)
    if said.returncode not in (0, 2):  # 2: there is something to say
        yield f"lintian: {said.stderr.strip()}"
    yield from re.findall(r"^[EW]: .*$", said.stdout, re.MULTILINE)
