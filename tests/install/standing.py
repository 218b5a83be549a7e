"""A telephone site that runs in a Debian of its own: Asterisk 22 from the lab, a sink as carrier, every port a default.

The system has no init system. Where systemd is needed, `systemctl` is a stand-in that writes down how it was called,
and starts the daemon as its unit does.
"""

import json
import shutil
from pathlib import Path
from typing import Any, Final, NamedTuple

from lab.debian import DebianSystem
from lab.roots import AsteriskRoot

FIRST_CALL: Final = Path(__file__).parent / "first_call.py"
SINK: Final = 5070
"""The port of the trunk's contact."""

_PJSIP: Final = f"""
[transport]
type = transport
protocol = udp
bind = 127.0.0.1:5060
[carrier]
type = endpoint
aors = carrier
context = nowhere
[carrier]
type = aor
contact = sip:127.0.0.1:{SINK}
"""
_EXTENSIONS: Final = """[agents]
exten => _0XXXXXXXXX,1,Dial(PJSIP/${EXTEN}@carrier,60)
 same => n,Hangup()
"""
_SYSTEMCTL: Final = """#!/bin/sh
start() {
  [ -S /run/gatekeeper/gatekeeper.sock ] && exit 0
  install -d -o gatekeeper -g gatekeeper /run/gatekeeper
  setpriv --reuid gatekeeper --regid gatekeeper --init-groups env $(cat /etc/gatekeeper/environment) \\
    /opt/gatekeeper/bin/gatekeeper serve > /serve.log 2>&1 &
  echo $! > /serve.pid
  for _ in $(seq 300); do [ -S /run/gatekeeper/gatekeeper.sock ] && exit 0; sleep 0.1; done
  exit 1
}
echo "$*" >> /systemctl.called
[ ! -e /systemctl.fails ] || { echo "Job for gatekeeper.service failed" >&2; exit 1; }
case "$*" in
"enable --now gatekeeper "*) start ;;
"try-restart gatekeeper.service "*)
  kill "$(cat /serve.pid)" 2> /dev/null || exit 0
  for _ in $(seq 150); do [ -S /run/gatekeeper/gatekeeper.sock ] || break; sleep 0.1; done
  start ;;
"disable --now gatekeeper "*) kill "$(cat /serve.pid)" ;;
esac
"""
_UNIT: Final = "[Service]\nExecStart=/usr/sbin/asterisk -f -U asterisk\n"


class Ran(NamedTuple):
    """What became of a command, and of the call after it.

    Attributes:
        code: how the command ended.
        said: what it said.
        seconds: how long it took.
        left: whether an INVITE left by the trunk.
    """

    code: int
    said: str
    seconds: float
    left: bool


def call_after(system: DebianSystem, lab: Path, *commands: str) -> list[Ran]:
    """Run commands beside a running Asterisk, and dial after each."""
    shutil.copy(FIRST_CALL, system.path("/first_call.py"))
    done = system.run("python3", "/first_call.py", str(SINK), *commands, binds=[lab])
    assert done.returncode == 0, done.stdout + done.stderr
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["left"], "the trunk leads nowhere, or calls are guarded already"
    return [Ran(line["code"], line["said"], line["seconds"], line["left"]) for line in lines[1:]]


def put_asterisk(system: DebianSystem, root: AsteriskRoot) -> Path:
    """Put Asterisk into a system, with Debian's configuration, a trunk and a dialplan that has no gate.

    Returns:
        The folder of the machine that has to be there in the system, too.
    """
    lab = root.data.parents[2]
    etc = system.path("/etc/asterisk")
    shutil.copytree(lab / "etc" / "asterisk", etc)
    (etc / "pjsip.conf").write_text(_PJSIP)
    (etc / "extensions.conf").write_text(_EXTENSIONS)
    said = (etc / "asterisk.conf").read_text().replace("[directories](!)", "[directories]")
    said = said.replace("astmoddir => ", f"astmoddir => {root.modules}\n;").replace(
        "astdatadir => ", "astdatadir => /usr/share/asterisk\n;"
    )
    (etc / "asterisk.conf").write_text(said)
    folders = (
        "usr/share/asterisk/agi-bin",
        "var/lib/asterisk",
        "var/log/asterisk",
        "var/spool/asterisk",
        "run/asterisk",
    )
    for name in folders:
        system.path(name).mkdir(parents=True)
    _put_data(system.path("usr/share/asterisk"), root.data)
    _program(system, "/usr/sbin/asterisk", f'#!/bin/sh\nexec {" ".join(root.program)} "$@"\n')
    units = system.path("/usr/lib/systemd/system")
    units.mkdir(parents=True, exist_ok=True)
    (units / "asterisk.service").write_text(_UNIT)
    done = system.run("useradd", "--system", "--user-group", "--home-dir", "/var/lib/asterisk", "asterisk")
    assert done.returncode == 0, done.stderr
    return lab


def put_systemd(system: DebianSystem) -> None:
    """Let it look as if systemd ran."""
    system.path("/run/systemd/system").mkdir(parents=True)
    _program(system, "/usr/local/bin/systemctl", _SYSTEMCTL)


def remove_systemd(system: DebianSystem) -> str:
    """Let it look as before; gives the lines that say how it was called."""
    called = system.path("/systemctl.called").read_text()
    for name in ("/usr/local/bin/systemctl", "/systemctl.called", "/serve.log", "/serve.pid"):
        system.path(name).unlink()
    shutil.rmtree(system.path("/run/systemd"))
    return called


def _put_data(own: Path, lab: Path) -> None:
    """Make a folder of data that has all of the lab's, and whose sounds are its own: every Asterisk reads the lab's."""
    (own / "sounds").mkdir()
    for folder in (lab, lab / "sounds"):
        for source in folder.iterdir():
            link = own / source.relative_to(lab)
            if not link.exists():
                link.symlink_to(source)


def _program(system: DebianSystem, name: str, text: str) -> None:
    file = system.path(name)
    file.write_text(text)
    file.chmod(0o755)
