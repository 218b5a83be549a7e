"""The Debian package: what is in it, and where the machine allows it, that it is installed, used and removed again.

That is done in a mount namespace, with folders of its own: the machine's `/usr` below an overlay, nothing of its `/etc`
and `/var`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lab.roots import AsteriskRoot
from package.deb import build
from tests.install.conftest import run
from tests.install.image import make_image, snapshot

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
HAS_DPKG = shutil.which("dpkg-deb") is not None
MAY_MOUNT = (
    HAS_DPKG
    and os.geteuid() == 0
    and Path("/usr/bin", PYTHON).exists()
    and Path("/bin").is_symlink()
    and subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode == 0
)
IN_IT = """
set -e
cd "$1"
mkdir -p usr dev proc tmp up work opt run var/lib/dpkg/info var/lib/dpkg/updates var/log
for name in bin sbin lib lib64; do [ ! -L /$name ] || cp -a /$name $name; done
touch var/lib/dpkg/available
mount -t overlay overlay -o lowerdir=/usr,upperdir="$PWD/up",workdir="$PWD/work" usr || exit 77
for name in null zero random urandom; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mount -t proc proc proc
step() { echo "== $*"; chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
step dpkg --force-unsafe-io -i /tmp/gatekeeper.deb
step gatekeeper version
own=/etc/gatekeeper
step stat -c '%U:%G %a %n' $own $own/gatekeeper.toml $own/environment /var/lib/gatekeeper
step gatekeeper install
step gatekeeper install
step dpkg --purge asterisk-gatekeeper
"""
STATUS = (
    "Package: {name}\nStatus: install ok installed\nMaintainer: x\nArchitecture: all\nVersion: 99\nDescription: x\n"
)

pytestmark = pytest.mark.skipif(not HAS_DPKG, reason="dpkg-deb is Debian's")


@pytest.fixture(scope="module")
def package(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, not compressed."""
    return build(wheel, tmp_path_factory.mktemp("deb"), compression="none")


def test_what_is_in_it(package: Path) -> None:
    """Root's files, no compiled ones, every unit, a command, and a Python that is Debian's."""
    lines = run("dpkg-deb", "--contents", str(package), cwd=package.parent).splitlines()
    assert {line.split()[1] for line in lines} == {"root/root"}
    names = [line.split(maxsplit=5)[5] for line in lines]
    assert not [name for name in names if name.endswith(".pyc")]
    assert f"./opt/gatekeeper/bin/python3 -> /usr/bin/{PYTHON}" in names
    assert "./usr/bin/gatekeeper -> /opt/gatekeeper/bin/gatekeeper" in names
    units = {path.name for path in (Path(__file__).parents[2] / "asterisk" / "systemd").iterdir()}
    assert {name.rpartition("/")[2] for name in names if "/systemd/system/" in name} - {""} == units
    for library in ("sqlalchemy", "phonenumbers", "pydantic_settings", "asterisk", "pymysql", "psycopg"):
        assert any(f"/site-packages/{library}/" in name for name in names), library
    for left_out in ("pytest", "mypy", "ruff"):
        assert not any(f"/site-packages/{left_out}/" in name for name in names)
    control = run("dpkg-deb", "--field", str(package), cwd=package.parent)
    assert re.search(rf"^Depends: {PYTHON}\b", control, re.MULTILINE)


@pytest.mark.skipif(not MAY_MOUNT, reason="only root may mount, and Debian's own Python has to be the one of the tests")
def test_it_is_installed_used_and_removed(package: Path, tmp_path: Path, asterisk_22: AsteriskRoot) -> None:
    """dpkg, useradd and all: after the purge Asterisk's configuration is as it was, and so are the accounts."""
    # Not in memory: an overlay wants a file system of its own kind above.
    root = make_image(Path("/var/tmp") / f"gatekeeper-deb-{os.getpid()}", asterisk_22)  # noqa: S108 - a name of our own
    try:
        (root / "var/lib/dpkg").mkdir(parents=True)
        status = "\n".join(STATUS.format(name=name) for name in (PYTHON, "passwd"))
        (root / "var/lib/dpkg/status").write_text(status)
        shutil.rmtree(root / "usr")
        (root / "tmp").mkdir()
        shutil.copy(package, root / "tmp/gatekeeper.deb")
        before = snapshot(root / "etc")
        done = subprocess.run(
            ["unshare", "--mount", "bash", "-c", IN_IT, "bash", str(root)],
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )
        if done.returncode == 77:
            pytest.skip("no overlay here")
        assert done.returncode == 0, done.stdout + done.stderr
        steps = done.stdout.split("== ")
        assert "root:gatekeeper 750 /etc/gatekeeper\n" in steps[3]
        assert "root:gatekeeper 640 /etc/gatekeeper/gatekeeper.toml\n" in steps[3]
        assert "root:root 600 /etc/gatekeeper/environment\n" in steps[3]
        assert "gatekeeper:gatekeeper 750 /var/lib/gatekeeper\n" in steps[3]
        assert "changed  /etc/asterisk/extensions.conf" in steps[4]
        assert "nothing to change" in steps[5]
        after = snapshot(root / "etc")
        # What useradd and its kind leave beside the files that they change.
        left = {"passwd-", "group-", "shadow-", "gshadow-", ".pwd.lock", "subuid-", "subgid-"}
        assert {name: entry for name, entry in after.items() if name not in left} == before
        assert not (root / "opt/gatekeeper").exists()
    finally:
        shutil.rmtree(root, ignore_errors=True)
