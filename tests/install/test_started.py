"""One command installs, and one takes it away: on an Asterisk that runs, every port a default, in a Debian of its own.

systemd alone is a stand-in (`tests.install.standing`): an init system is nothing that a test may start.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.debian import PYTHONS, DebianSystem, new_system, why_not
from lab.roots import AsteriskRoot
from tests.install.pictures import PICTURES, drawn, lines_of
from tests.install.standing import call_after, put_asterisk, put_systemd

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
OWN = [suite for suite, python in PYTHONS.items() if python == PYTHON]
UNITS = "gatekeeper gatekeeper-desk gatekeeper-scrub.timer gatekeeper-doctor.timer gatekeeper-journal.timer"
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
        "gatekeeper uninstall",
        *(picture.run for picture in PICTURES),
        "gatekeeper install --undo --no-start",
    )
    ran = call_after(system, lab, *commands)
    _, told, _, failed, _, again, log, gone, dry, anew, *shown, undone = ran
    assert [one.left for one in ran[:10]] == [True, True, True, True, True, False, False, True, True, False]
    assert not any(one.left for one in (*shown, undone))
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
    for picture, taken in zip(PICTURES, (dry, anew, *shown), strict=True):
        now, there = lines_of(drawn(picture, taken.said)), lines_of(picture.file.read_text(encoding="utf-8"))
        assert picture.lasting(now) == picture.lasting(there), (
            f"python -m tests.install.pictures: {picture.name} is of before"
        )


def test_without_systemd_it_says_how_to_start(site: tuple[DebianSystem, Path]) -> None:
    """Nothing is started and nothing reloaded; the commands that are told do it, in their order."""
    system, lab = site
    system.path("/told.sh").write_text(TOLD)
    system.path("/start-told.sh").write_text(START_TOLD)
    commands = ("dpkg -i /gatekeeper.deb", "sh /told.sh", "sh /start-told.sh", "sh /reload.sh", SCREEN)
    ran = call_after(system, lab, *commands)
    assert [one.left for one in ran] == [True, True, True, False, False]
    assert json.loads(ran[-1].said.splitlines()[0])["reason"] == "NO_BASIS"
