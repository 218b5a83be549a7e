"""The Debian package: what is in it, and what dpkg and apt make of it in a Debian of its own.

The system is a folder with Debian's essential packages (`lab.debian`): no root is needed, and an ordinary user's CI has
it, too. The package is for the Python that the tests run with, so one release takes it, and the other refuses it.
"""

import contextlib
import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper import __version__
from lab.debian import PYTHONS, DebianSystem, new_system, why_not
from lab.roots import AsteriskRoot
from tests.install.building import run
from tests.install.image import PLAIN, TRUNK, Entry, snapshot
from tests.install.next_release import STORES, VERSION, build_next, next_head
from tests.install.standing import put_systemd, remove_systemd

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
OWN = [suite for suite, python in PYTHONS.items() if python == PYTHON]
OTHERS = [suite for suite in PYTHONS if suite not in OWN]
NAME = "asterisk-gatekeeper"
UNIT = "[Service]\nExecStart=/usr/sbin/asterisk -f -U asterisk\n"
PACKAGE = "/gatekeeper.deb"
NEXT = "/next.deb"
TOML = "/etc/gatekeeper/gatekeeper.toml"
KEPT_BY_DPKG = ("var/lib/dpkg", "var/lib/apt", "var/cache", "var/log", "lab", "dev", "proc", "run")
"""What keeps account of packages, and what is not on a disk."""
ACCOUNTS = ("etc/passwd", "etc/group", "etc/shadow", "etc/gshadow")
UPGRADE = f"""
set -e
systemctl enable --now gatekeeper gatekeeper-desk
python3 /ask.py
cat /serve.pid
dpkg --install {NEXT} >&2
cat /serve.pid
python3 /ask.py
"""
"""An upgrade while the daemon runs, which is asked before and after."""

ASK = """
import json, socket
for asked in ({"op": "status"}, {"op": "check", "dialled": "0612345678", "intent": "ask", "by": "t"}):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect("/run/gatekeeper/gatekeeper.sock")
        peer.sendall(json.dumps(asked).encode() + b"\\n")
        print(peer.makefile().readline(), end="")
"""
KEPT_BY_PASSWD = {
    f"etc/{name}" for name in ("passwd-", "group-", "shadow-", "gshadow-", ".pwd.lock", "subuid-", "subgid-")
}
"""What `useradd` and its kind leave beside the files that they change."""

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is Debian's")
in_debian = pytest.mark.skipif(bool(why_not()) and "CI" not in os.environ, reason=why_not() or "it can")


def test_what_is_in_it(package: Path) -> None:
    """Root's files, no compiled ones, every unit, a command, and a Python that is Debian's."""
    lines = run("dpkg-deb", "--contents", str(package), cwd=package.parent).splitlines()
    assert {line.split()[1] for line in lines} == {"root/root"}
    names = [line.split(maxsplit=5)[5] for line in lines]
    assert not [name for name in names if name.endswith(".pyc")]
    assert f"./opt/gatekeeper/bin/python3 -> /usr/bin/{PYTHON}" in names
    assert "./usr/bin/gatekeeper -> /opt/gatekeeper/bin/gatekeeper" in names
    assert "./usr/share/man/man8/gatekeeper.8.gz" in names
    assert "./usr/share/bash-completion/completions/gatekeeper" in names
    units = {path.name for path in (Path(__file__).parents[2] / "asterisk" / "systemd").iterdir()}
    assert {name.rpartition("/")[2] for name in names if "/systemd/system/" in name} - {""} == units
    for library in ("dns", "sqlalchemy", "phonenumbers", "pydantic_settings", "asterisk", "pymysql", "psycopg"):
        assert any(f"/site-packages/{library}/" in name for name in names), library
    for left_out in ("pytest", "mypy", "ruff"):
        assert not any(f"/site-packages/{left_out}/" in name for name in names)
    control = run("dpkg-deb", "--field", str(package), cwd=package.parent)
    assert re.search(rf"^Depends: {PYTHON}, libc6, passwd$", control, re.MULTILINE)
    papers = {name.rpartition("/")[2] for name in names if name.startswith("./usr/share/doc/asterisk-gatekeeper/")}
    assert papers - {""} == {"copyright", "changelog.gz", "NEWS.gz"}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("gatekeeper li", {"list"}), ("gatekeeper list imp", {"import"}), ("gatekeeper --lang fr law sw", {"switches"})],
)
def test_bash_completes_the_command(package: Path, tmp_path: Path, typed: str, offered: set[str]) -> None:
    """Tab behind `gatekeeper` offers what can stand there: bash itself, with the file that the package has for it."""
    run("dpkg-deb", "--extract", str(package), str(tmp_path), cwd=tmp_path)
    file = tmp_path / "usr" / "share" / "bash-completion" / "completions" / "gatekeeper"
    words = typed.split()
    script = f"""
        set -eo pipefail
        . {file}
        complete -p gatekeeper | grep -q _gatekeeper_completion
        COMP_WORDS=({typed}) COMP_CWORD={len(words) - 1}
        _gatekeeper_completion {Path(sys.executable).parent}/gatekeeper
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    assert set(run("bash", "-c", script, cwd=tmp_path).split()) == offered


def test_no_file_of_it_is_a_setting(package: Path) -> None:
    """Its scripts make `/etc/gatekeeper`; a file of dpkg's there would be replaced, or asked about, by an upgrade."""
    names = run("dpkg-deb", "--contents", str(package), cwd=package.parent)
    assert " ./etc/" not in names
    assert "conffiles" not in run("dpkg-deb", "--info", str(package), cwd=package.parent)


@pytest.fixture
def next_package(wheel: Path, tmp_path: Path) -> Path:
    """That of the next release."""
    return build_next(wheel, tmp_path)


@pytest.fixture
def system(package: Path, asterisk_22: AsteriskRoot) -> Iterator[DebianSystem]:
    """The release that has this Python, with Debian's `/etc/asterisk` of Asterisk 22, a trunk, and the package."""
    if not OWN:
        pytest.skip(f"no release of Debian has {PYTHON}")
    folder = Path(os.environ.get("TMPDIR", "/var/tmp")) / f"gatekeeper-debian-{os.getpid()}"  # noqa: S108 - a name of our own
    try:
        made = new_system(folder, OWN[0])
        etc = made.path("/etc/asterisk")
        shutil.copytree(asterisk_22.data.parents[2] / "etc" / "asterisk", etc)
        (etc / "pjsip.conf").write_text(TRUNK)
        (etc / "extensions.conf").write_text(PLAIN)
        made.path("/usr/share/asterisk/agi-bin").mkdir(parents=True)
        made.path("/usr/lib/systemd/system").mkdir(parents=True, exist_ok=True)
        made.path("/usr/lib/systemd/system/asterisk.service").write_text(UNIT)
        shutil.copy(package, made.path(PACKAGE))
        done(made, "useradd", "--system", "--user-group", "--home-dir", "/var/lib/asterisk", "asterisk")
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def done(system: DebianSystem, *command: str) -> str:
    """What a command in the system says; it has to end well."""
    ended = system.run(*command)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def on_disk(system: DebianSystem) -> dict[str, Entry]:
    """Every file of the system but what keeps account of packages, and what Python compiles for itself."""
    found = snapshot(system.root, KEPT_BY_DPKG)
    return {name: found[name] for name in found if "/__pycache__" not in name}


@in_debian
def test_it_is_installed_used_upgraded_and_removed(system: DebianSystem, next_package: Path) -> None:
    """By apt and dpkg: settings outlive upgrade and removal; a purge leaves the data, their owner, and nothing else."""
    shutil.copy(next_package, system.path(NEXT))
    before = on_disk(system)
    done(system, "apt-get", "-qq", "install", PACKAGE)
    assert f"gatekeeper {version(system)}\n" in done(system, "gatekeeper", "version")
    assert done(system, "dpkg", "--verify", NAME) == ""
    own = ("/etc/gatekeeper", TOML, "/etc/gatekeeper/environment", "/var/lib/gatekeeper")
    assert done(system, "stat", "-c", "%U:%G %a", *own).splitlines() == [
        "root:gatekeeper 750",
        "root:gatekeeper 640",
        "root:root 600",
        "gatekeeper:gatekeeper 750",
    ]
    assert "changed  /etc/asterisk/extensions.conf" in done(system, "gatekeeper", "install")
    assert "nothing to change" in done(system, "gatekeeper", "install")
    done(system, "sh", "-c", f"echo '# of the site' >> {TOML}")
    done(system, "gatekeeper", "init", "--keep")
    done(system, "gatekeeper", "list", "add", "red", "0612345678")
    installed = on_disk(system)

    upgrade(system)
    for name in changed(installed, on_disk(system)):
        assert name.startswith(("opt/gatekeeper", "usr/share/doc/", "usr/share/man/", "var/lib/gatekeeper")), name

    done(system, "dpkg", "--remove", NAME)
    after = on_disk(system)
    assert changed(before, after, below="etc/asterisk") == set()
    assert system.path(TOML).read_text().endswith("# of the site\n")
    assert not system.path("/opt/gatekeeper").exists()

    done(system, "dpkg", "--install", NEXT)
    assert system.path(TOML).read_text().endswith("# of the site\n")
    assert "+33612345678" in done(system, "gatekeeper", "list", "changes", "red")

    done(system, "dpkg", "--purge", NAME)
    after = on_disk(system)
    left = changed(before, after) - KEPT_BY_PASSWD - {"opt"}  # which is dpkg's to remove when it is empty
    assert "var/lib/gatekeeper/lists.sqlite3" in left
    assert {name for name in left if not name.startswith("var/lib/gatekeeper")} == set(ACCOUNTS)
    for name in ACCOUNTS:
        more = set(after[name][1].splitlines()) ^ set(before[name][1].splitlines())
        assert [line.partition(b":")[0] for line in more] == [b"gatekeeper"], name


def upgrade(system: DebianSystem) -> None:
    """The running daemon becomes the next release's, which brings the databases up; who was refused still is."""
    system.path("/ask.py").write_text(ASK)
    put_systemd(system)
    said = done(system, "sh", "-c", UPGRADE).splitlines()
    before, refused, old, new, after, refused_again = map(json.loads, said)
    assert (before["version"], after["version"]) == (__version__, VERSION)
    assert old != new
    assert [one["reason"] for one in (refused, refused_again)] == ["RED_LIST", "RED_LIST"]
    assert after["ready"], after
    assert "try-restart gatekeeper.service gatekeeper-desk.service\n" in remove_systemd(system)
    for file, migrations in STORES.items():
        path = system.path(f"/var/lib/gatekeeper/{file}")
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (next_head(migrations),)
    system.path("/ask.py").unlink()


def version(system: DebianSystem) -> str:
    """The version of the package that is installed."""
    return done(system, "dpkg-query", "--show", "--showformat=${Version}", NAME)


def changed(before: dict[str, Entry], after: dict[str, Entry], below: str = "") -> set[str]:
    """The files that were made, changed or removed."""
    names = before.keys() | after.keys()
    return {name for name in names if name.startswith(below) and before.get(name) != after.get(name)}


@in_debian
@pytest.mark.parametrize("suite", OTHERS)
def test_another_release_refuses_it(package: Path, tmp_path: Path, suite: str) -> None:
    """One for Debian 12's Python is not for Debian 13, nor the other way round: apt says why, and changes nothing."""
    other = new_system(tmp_path / "system", suite)
    shutil.copy(package, other.path(PACKAGE))
    before = on_disk(other)
    refused = other.run("apt-get", "-q", "install", PACKAGE)
    assert refused.returncode == 100
    said = refused.stdout + refused.stderr
    assert re.search(rf"Depends:? {re.escape(PYTHON)}\s+but (it is not|none of the choices are) installable", said), (
        said
    )
    assert on_disk(other) == before
