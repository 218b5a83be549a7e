"""The Debian package: its files, its control data, and the archive that dpkg-deb makes of both."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from package.closure import closure, files_of

PROJECT: Final = "asterisk-gatekeeper"
EXTRAS: Final = frozenset({"mysql", "postgresql"})
HERE: Final = Path(__file__).parent
HOME: Final = Path("opt/gatekeeper")
SCRIPTS: Final = ("postinst", "prerm", "postrm")
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
    for path in tree.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    version = _version(own.version)
    _control(tree, version)
    target = folder / f"{PROJECT}_{version}_{_architecture()}.deb"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "1700000000")}
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
    }
    for unit in (share / "asterisk" / "systemd").iterdir():
        places[f"usr/lib/systemd/system/{unit.name}"] = unit
    for name, source in places.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, tree / name)
    (tree / "usr" / "bin").mkdir(parents=True)
    (tree / "usr" / "bin" / "gatekeeper").symlink_to(f"/{HOME}/bin/gatekeeper")


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
    }.items():
        text = text.replace(f"@{key}@", value)
    (control / "control").write_text(text)
    for name in SCRIPTS:
        shutil.copyfile(HERE / name, control / name)
        (control / name).chmod(0o755)


def _version(version: str) -> str:
    """As Debian orders versions: what comes before a release sorts before it."""
    return version.replace("rc", "~rc").replace(".dev", "~dev")


def _architecture() -> str:
    shown = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True)
    return shown.stdout.strip()
