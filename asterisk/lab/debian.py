"""Debian systems in folders of their own, in which packages are installed and removed by dpkg: no root, no container.

A base system is what apt says is essential, with Debian's Python, unpacked and configured once and kept as an archive.
A command runs in it in namespaces of its own (unshare(1)): mounts, processes, IPC, and a network with a loopback alone.
An ordinary user becomes root of a user namespace that has one user, and `fakeroot` remembers whose the files would be.
Root of the machine needs neither: whose a file is, and who may read it, is then the kernel's word.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from lab.apt import unpack
from lab.cache import cached
from lab.errors import LabError
from lab.progress import say

Suite = Literal["bookworm", "trixie"]

PYTHONS: Final[Mapping[Suite, str]] = {"bookworm": "python3.11", "trixie": "python3.13"}
"""The Python that each release has."""

_PACKAGES: Final = ("?essential", "usr-is-merged", "apt", "passwd", "fakeroot", "python3-venv")
_MERGED: Final = ("bin", "sbin", "lib", "lib64")
"""Links to the folders of the same names below `/usr`, in every release since Debian 12."""

_DPKG: Final = "force-unsafe-io\n"
_SMALL: Final = "path-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n"
"""Of the base system alone: what is installed in it later is there as a whole."""
_APT: Final = 'APT::Sandbox::User "root";\n'
"""An ordinary user's namespace has no other user that apt could become."""

_CONFIGURE: Final = """
dpkg --force-depends --install /lab/archives/base-passwd_* /lab/archives/base-files_*
dpkg --force-depends --install /lab/archives/*.deb
rm -r /lab/archives
"""
_ENTER: Final = """
set -e
PATH=$PATH:/usr/sbin:/sbin
cd "$1"
environment=$2
fakeroot=$3
shift 3
mkdir -p dev/shm dev/pts proc
for name in null zero full random urandom tty; do
  [ -e dev/$name ] || : > dev/$name
  mount --bind /dev/$name dev/$name
done
mount -t tmpfs tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -sf pts/ptmx dev/ptmx
mount -t proc proc proc 2>/dev/null || mount --rbind /proc proc
while [ "$1" != -- ]; do
  mkdir -p "./$1"
  mount --rbind "$1" "./$1"
  shift
done
shift
exec chroot . /usr/bin/env -i $environment $fakeroot "$@"
"""
_ENVIRONMENT: Final = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/lab",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    # In a namespace of one user no file can be given to another (EINVAL: user_namespaces(7)), which fakeroot hands on.
    "FAKEROOTDONTTRYCHOWN": "1",
}
_FAKEROOT: Final = "/usr/bin/fakeroot-sysv -i /lab/owners -s /lab/owners"
_LOOPBACK: Final = (
    "import fcntl, os, socket, struct, sys; "
    "fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, struct.pack('16sH14x', b'lo', 0x41)); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Switches the loopback on, then becomes the command: SIOCSIFFLAGS with IFF_UP and IFF_RUNNING, netdevice(7)."""


def why_not() -> str:
    """What keeps this machine from running such a system; "" where nothing does."""
    missing = [name for name in ("unshare", "apt-get", "dpkg-deb", "tar") if shutil.which(name) is None]
    if missing:
        return f"{' and '.join(missing)} missing"
    done = subprocess.run([*_namespaces(), "true"], capture_output=True, text=True, check=False)
    return done.stderr.strip() and f"no namespaces for this user: {done.stderr.strip()}"


class DebianSystem:
    """A system in a folder, as its installer leaves it but for a kernel, an init system and a network.

    Args:
        root: the folder that is its `/`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def command(
        self,
        *command: str,
        binds: Sequence[Path] = (),
        network: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> list[str]:
        """What to start, so that a command runs in it as its root.

        Args:
            command: program and arguments.
            binds: folders of the machine that are there in it, too, under the same name.
            network: whether it has the machine's network, and not a loopback of its own.
            environment: added to that of a fresh system; no value has a blank.
        """
        fakeroot = "" if os.geteuid() == 0 else _FAKEROOT
        loopback = () if network else ("/usr/bin/python3", "-c", _LOOPBACK)
        named = " ".join(f"{key}={value}" for key, value in {**_ENVIRONMENT, **environment}.items())
        enter = ("sh", "-c", _ENTER, "sh", str(self.root), named, fakeroot, *(str(one) for one in binds), "--")
        return [*_namespaces(network=network), *enter, *loopback, *command]

    def run(
        self,
        *command: str,
        binds: Sequence[Path] = (),
        network: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
        timeout: float = 600,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in it, and wait for its end; what it has left running ends with it."""
        return subprocess.run(
            self.command(*command, binds=binds, network=network, environment=environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )

    def path(self, name: str) -> Path:
        """Where a file of it is for us."""
        return self.root / name.lstrip("/")


def new_system(folder: Path, suite: Suite, *more: str) -> DebianSystem:
    """Lay a system out; that takes less than a second.

    Args:
        folder: a folder of its own, made if need be; not one mounted `noexec`.
        suite: the release.
        more: packages that it is to have beside the essential ones.

    Raises:
        LabError: the base system can't be fetched or made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packed = ["tar", "-xpf", str(debian_base(suite, *more)), "--no-same-owner", "-C", str(folder)]
    _demand(subprocess.run(packed, capture_output=True, text=True, check=False), "unpacking the base system")
    (folder / "etc" / "dpkg" / "dpkg.cfg.d" / "lab").write_text(_DPKG)
    return DebianSystem(folder.resolve())


@lru_cache
def debian_base(suite: Suite, *more: str) -> Path:
    """Return the archive of a release's base system, made once.

    Raises:
        LabError: it can't be fetched or made.
    """
    name = "-".join(("debian", suite, *more))
    return cached(name, lambda folder, scratch: _make(suite, more, folder, scratch)) / "base.tar"


def _make(suite: Suite, more: Sequence[str], folder: Path, scratch: Path) -> None:
    refused = why_not()
    if refused:
        message = f"a Debian {suite} can't be made here: {refused}"
        raise LabError(message)
    root, what = scratch / "root", f"a base system of Debian {' with '.join((suite, *more))}"
    say(f"fetching {what} (once)")
    unpack(suite, [*_PACKAGES, PYTHONS[suite], *more], root, scratch, what)
    _merge(root)
    archives = scratch / "cache" / "archives"
    shutil.copytree(archives, root / "lab" / "archives", ignore=shutil.ignore_patterns("partial", "lock"))
    for name in ("info", "updates"):
        (root / "var" / "lib" / "dpkg" / name).mkdir(parents=True, exist_ok=True)
    for name in ("var/lib/dpkg/status", "var/lib/dpkg/available", "lab/owners"):
        (root / name).touch()
    (root / "etc" / "dpkg" / "dpkg.cfg.d" / "lab").write_text(_DPKG + _SMALL)
    (root / "etc" / "apt" / "apt.conf.d" / "lab").write_text(_APT)
    _demand(DebianSystem(root).run("sh", "-ec", _CONFIGURE, network=True, timeout=900), f"configuring {what}")
    (root / "lab" / "owners").write_text("")  # of these files, by their numbers: not of those that are unpacked from it
    left_out = ("./dev", "./proc", "./usr/share/man", "./usr/share/locale")
    excluded = [f"--exclude={name}/*" for name in left_out]
    packed = ["tar", "-C", str(root), *excluded, "-cf", str(folder / "base.tar"), "."]
    _demand(subprocess.run(packed, capture_output=True, text=True, check=False), f"packing {what}")
    say(f"{what} is ready")


def _merge(root: Path) -> None:
    """Make the links of a merged `/usr`, as debootstrap does before it unpacks anything."""
    for name in _MERGED:
        apart = root / name
        if apart.is_dir() and not apart.is_symlink():
            shutil.copytree(apart, root / "usr" / name, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(apart)
        if not apart.is_symlink():
            (root / "usr" / name).mkdir(exist_ok=True)
            apart.symlink_to(f"usr/{name}")


def _namespaces(*, network: bool = True) -> list[str]:
    own = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *own, "--mount", "--pid", "--ipc", *([] if network else ["--net"]), "--fork", "--kill-child"]


def _demand(done: subprocess.CompletedProcess[str] | subprocess.CompletedProcess[bytes], doing: str) -> None:
    if done.returncode:
        message = f"{doing} failed: {str(done.stderr or done.stdout or '')[-2000:].strip()}"
        raise LabError(message)
