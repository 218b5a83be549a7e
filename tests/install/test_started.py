"""One command installs, and one takes it away: on an Asterisk that runs, every port a default, in a Debian of its own.

systemd alone is a stand-in (`tests.install.standing`): an init system is nothing that a test may start.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lab.debian import PYTHONS, DebianSystem, new_system, why_not
from lab.roots import AsteriskRoot
from tests.install.standing import SINK, put_asterisk, put_systemd

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
OWN = [suite for suite, python in PYTHONS.items() if python == PYTHON]
UNITS = "gatekeeper gatekeeper-scrub.timer gatekeeper-doctor.timer gatekeeper-journal.timer"
FIRST_CALL = Path(__file__).parent / "first_call.py"
SCREEN = "gatekeeper log --format json"
TOLD = r"""
gatekeeper install | sed -n '/^Start the daemon/,$p' | grep '^  ' > /all
grep -v 'asterisk -rx' /all > /start.sh
grep 'asterisk -rx' /all > /reload.sh
"""
"""Installs, and keeps the commands that are told."""

START_TOLD = """
sh /start.sh > /start.log 2>&1
for _ in $(seq 99); do [ -S /run/gatekeeper/gatekeeper.sock ] || sleep 0.1; done
"""

pytestmark = [
    pytest.mark.skipif(bool(why_not()) and "CI" not in os.environ, reason=why_not() or "it can"),
    pytest.mark.skipif(not OWN, reason="no release of Debian has this Python"),
]


class Ran(NamedTuple):
    """What became of a command, and of the call after it.

    Attributes:
        code: how the command ended.
        said: what it said.
        left: whether an INVITE left by the trunk.
    """

    code: int
    said: str
    left: bool


def run_in(system: DebianSystem, lab: Path, *commands: str) -> list[Ran]:
    """Run commands beside a running Asterisk, and dial after each."""
    shutil.copy(FIRST_CALL, system.path("/first_call.py"))
    done = system.run("python3", "/first_call.py", str(SINK), *commands, binds=[lab])
    assert done.returncode == 0, done.stdout + done.stderr
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["left"], "the trunk leads nowhere"
    return [Ran(line["code"], line["said"], line["left"]) for line in lines[1:]]


@pytest.fixture
def site(package: Path, tmp_path: Path, asterisk_22: AsteriskRoot) -> Iterator[tuple[DebianSystem, Path]]:
    """An unguarded site where the package is installed, and the lab's folder that it needs."""
    system = new_system(tmp_path / "system", OWN[0])
    try:
        lab = put_asterisk(system, asterisk_22)
        shutil.copy(package, system.path("/gatekeeper.deb"))
        yield system, lab
    finally:
        shutil.rmtree(system.root, ignore_errors=True)


def test_one_command_guards_and_one_takes_it_away(site: tuple[DebianSystem, Path]) -> None:
    """The very next call is refused, and has its row; a daemon that does not start leaves Asterisk as it was."""
    system, lab = site
    put_systemd(system)
    install = "gatekeeper install"
    commands = (
        *("dpkg -i /gatekeeper.deb", f"{install} --no-start"),
        *("touch /systemctl.fails", install, "rm /systemctl.fails", install, SCREEN),
        *("gatekeeper uninstall", install, "gatekeeper install --undo --no-start"),
    )
    ran = dict(zip(enumerate(commands), run_in(system, lab, *commands), strict=True)).values()
    _, told, _, failed, _, again, log, gone, anew, undone = ran
    assert [one.left for one in ran] == [True, True, True, True, True, False, False, True, False, False]
    assert f"  systemctl enable --now {UNITS}\n" in told.said
    assert '  asterisk -rx "dialplan reload"\n' in told.said
    assert failed.code == 2
    assert "`systemctl daemon-reload` failed: Job for gatekeeper.service failed" in " ".join(failed.said.split())
    assert again.said.count("nothing to change") == 1
    assert again.said.endswith(f'  systemctl enable --now {UNITS}\n  asterisk -rx "core reload"\n')
    assert json.loads(log.said.splitlines()[0])["verdict"] == "BLOCK"
    assert gone.code == 0
    assert '  asterisk -rx "dialplan reload"\n' in anew.said
    assert "Then, in this order:" in undone.said  # so the running Asterisk refuses still, and the daemon is there
    called = system.path("/systemctl.called").read_text().splitlines()
    assert called[called.index(f"disable --now {UNITS}") :] == [
        f"disable --now {UNITS}",
        "daemon-reload",
        "daemon-reload",
        f"enable --now {UNITS}",
    ]


def test_without_systemd_it_says_how_to_start(site: tuple[DebianSystem, Path]) -> None:
    """Nothing is started and nothing reloaded; the commands that are told do it, in their order."""
    system, lab = site
    system.path("/told.sh").write_text(TOLD)
    system.path("/start-told.sh").write_text(START_TOLD)
    commands = ("dpkg -i /gatekeeper.deb", "sh /told.sh", "sh /start-told.sh", "sh /reload.sh", SCREEN)
    ran = run_in(system, lab, *commands)
    assert [one.left for one in ran] == [True, True, True, False, False]
    assert json.loads(ran[-1].said.splitlines()[0])["reason"] == "NO_BASIS"
