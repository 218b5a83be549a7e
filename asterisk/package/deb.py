"""The Debian package: its files, its control data, and the archive that dpkg-deb makes of both."""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from package.closure import closure, files_of
from package.manual import NAME, manual

PROJECT: Final = "asterisk-gatekeeper"
MAINTAINER: Final = "The Gatekeeper maintainers <maintainers@gatekeeper.invalid>"
EXTRAS: Final = frozenset({"mysql", "postgresql"})
HERE: Final = Path(__file__).parent
HOME: Final = Path("opt/gatekeeper")
SCRIPTS: Final = ("postinst", "prerm", "postrm")
_TIME: Final = 1700000000
"""Of its files where nobody names one: the same sources make the same package (reproducible-builds.org)."""

_PYTHON: Final = f"python{sys.version_info.major}.{sys.version_info.minor}"
_COMMAND: Final = f"""\
#!/{HOME}/bin/{_PYTHON}
import sys

from gatekeeper.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
"""
_ENVIRONMENT: Final = f"""\
home = /usr/bin
include-system-site-packages = false
version = {sys.version_info.major}.{sys.version_info.minor}
executable = /usr/bin/{_PYTHON}
"""


def build(wheel: Path, folder: Path, compression: str = "xz") -> Path:
    """Build it.

    Args:
        wheel: Gatekeeper's own wheel.
        folder: where it goes, and where it is put together.
        compression: how it is packed; `none` for trying it.

    Returns:
        The package.
    """
    tree = folder / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    packages = tree / HOME / "lib" / _PYTHON / "site-packages"
    packages.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(packages)
    (own,) = distributions(name=PROJECT, path=[str(packages)])
    for one in closure(own.requires or (), EXTRAS).values():
        for source, name in files_of(one):
            (packages / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, packages / name)
    _environment(tree)
    _around(tree, packages / "gatekeeper" / "share")
    _completion(tree)
    version = _version(own.version)
    _papers(tree, version)
    for path in tree.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    _control(tree, version)
    target = folder / f"{PROJECT}_{version}_{_architecture()}.deb"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", str(_TIME))}
    command = ["dpkg-deb", "--root-owner-group", f"-Z{compression}", "--build", str(tree), str(target)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return target


def _environment(tree: Path) -> None:
    """The virtual environment: its Python is Debian's own."""
    programs = tree / HOME / "bin"
    programs.mkdir()
    for name in ("python", "python3", _PYTHON):
        (programs / name).symlink_to(f"/usr/bin/{_PYTHON}")
    (programs / "gatekeeper").write_text(_COMMAND)
    (tree / HOME / "pyvenv.cfg").write_text(_ENVIRONMENT)


def _around(tree: Path, share: Path) -> None:
    """Everything that is not Python's."""
    places = {
        "usr/lib/sysusers.d/gatekeeper.conf": HERE / "sysusers.conf",
        "usr/lib/tmpfiles.d/gatekeeper.conf": HERE / "tmpfiles.conf",
        f"usr/share/doc/{PROJECT}/copyright": HERE / "copyright",
        f"usr/share/lintian/overrides/{PROJECT}": HERE / "lintian-overrides",
    }
    for unit in (share / "asterisk" / "systemd").iterdir():
        places[f"usr/lib/systemd/system/{unit.name}"] = unit
    for name, source in places.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, tree / name)
    (tree / "usr" / "bin").mkdir(parents=True)
    (tree / "usr" / "bin" / "gatekeeper").symlink_to(f"/{HOME}/bin/gatekeeper")


def _completion(tree: Path) -> None:
    """What bash loads when Tab is pressed behind `gatekeeper`: written by the command line itself."""
    environment = {**os.environ, "_GATEKEEPER_COMPLETE": "source_bash"}
    command = [sys.executable, "-c", "from gatekeeper.cli.app import main; main()"]
    written = subprocess.run(command, check=True, env=environment, capture_output=True)
    folder = tree / "usr" / "share" / "bash-completion" / "completions"
    folder.mkdir(parents=True)
    (folder / "gatekeeper").write_bytes(written.stdout)


def _papers(tree: Path, version: str) -> None:
    """Debian's changelog, ours as its NEWS, and the manual page: policy 12.7 and 12.1."""
    folder = tree / "usr" / "share" / "doc" / PROJECT
    when = format_datetime(datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", _TIME)), UTC))
    head = f"{PROJECT} ({version}) stable; urgency=medium"
    changelog = f"{head}\n\n  * What is new stands in NEWS.gz.\n\n -- {MAINTAINER}  {when}\n"
    project = HERE.parents[1]
    page = manual((project / "docs" / "cli.md").read_text(encoding="utf-8"), version)
    pages = tree / "usr" / "share" / "man" / "man8"
    pages.mkdir(parents=True)
    for path, content in {
        folder / "changelog.gz": changelog.encode(),
        folder / "NEWS.gz": (project / "CHANGELOG.md").read_bytes(),
        pages / f"{NAME}.gz": page.encode(),
    }.items():
        path.write_bytes(gzip.compress(content, mtime=0))


def _control(tree: Path, version: str) -> None:
    size = sum(path.lstat().st_size for path in tree.rglob("*")) // 1024
    control = tree / "DEBIAN"
    control.mkdir()
    text = (HERE / "control").read_text()
    for key, value in {
        "VERSION": version,
        "ARCHITECTURE": _architecture(),
        "SIZE": str(size),
        "PYTHON": _PYTHON,
        "MAINTAINER": MAINTAINER,
    }.items():
        text = text.replace(f"@{key}@", value)
    (control / "control").write_text(text)
    (control / "md5sums").write_text("".join(_sums(tree)))
    for name in SCRIPTS:
        shutil.copyfile(HERE / name, control / name)
        (control / name).chmod(0o755)


def _sums(tree: Path) -> Iterator[str]:
    """What `dpkg --verify` compares: deb-md5sums(5)."""
    for path in sorted(tree.rglob("*")):
        if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.relative_to(tree).parts[:1]:
            yield f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n"  # noqa: S324 - dpkg's own


def _version(version: str) -> str:
    """As Debian orders versions: what comes before a release sorts before it."""
    return version.replace("rc", "~rc").replace(".dev", "~dev")


def _architecture() -> str:
    shown = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True)
    return shown.stdout.strip()
