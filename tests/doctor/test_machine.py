"""Checks of `gatekeeper doctor` that look at the machine itself: its disk, the daemon's port, Asterisk's version."""

import shutil
import socket
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from gatekeeper.config import load
from gatekeeper.doctor import CheckStatus, Examined
from gatekeeper.doctor.checks.asterisk import version
from gatekeeper.doctor.checks.daemon import listening
from gatekeeper.doctor.checks.stores import disk
from gatekeeper.site import SiteTree, find_site
from lab.ports import free_port


def on(folder: Path, port: int = 4573) -> Examined:
    """This machine, with settings of our own."""
    config = folder / "gatekeeper.toml"
    config.write_text(f'[daemon]\ndata_dir = "{folder}"\n[fastagi]\nport = {port}\n')
    return Examined.of(SiteTree(), load(config, {}))


def test_the_daemon_that_does_not_answer(tmp_path: Path) -> None:
    """It takes connections, or every call is refused."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        (answers,) = listening(on(tmp_path, server.getsockname()[1]))
    (silent,) = listening(on(tmp_path, free_port()))
    assert (answers.status, silent.status) == (CheckStatus.OK, CheckStatus.FAILED)
    assert "every call is refused" in silent.said


@pytest.mark.parametrize(
    ("free", "total", "expected"),
    [(2 << 30, 1 << 40, CheckStatus.OK), (1 << 29, 1 << 40, CheckStatus.FAILED), (1 << 20, 1 << 23, CheckStatus.OK)],
)
def test_the_room_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, total: int, expected: CheckStatus
) -> None:
    """A gigabyte has to be free, or a twentieth of a small disk; the system's answer is made up."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free, total=total))
    (found,) = disk(on(tmp_path))
    assert found.status is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("13.38.3", CheckStatus.FAILED),
        ("16.28.0", CheckStatus.FAILED),
        ("18.24.1", CheckStatus.FAILED),
        ("18.24.2", CheckStatus.OK),
        ("19.8.1", CheckStatus.FAILED),
        ("20.9.1", CheckStatus.FAILED),
        ("20.9.2", CheckStatus.OK),
        ("21.4.2", CheckStatus.OK),
        ("22.0.0", CheckStatus.OK),
        ("", CheckStatus.UNSURE),
    ],
)
def test_versions_with_a_known_hole(tmp_path: Path, number: str, expected: CheckStatus) -> None:
    """CVE-2024-42365: mended in 18.24.2, 20.9.2 and 21.4.2; other branches before 22 have no mended release."""
    (tmp_path / "etc/asterisk").mkdir(parents=True)
    (tmp_path / "etc/asterisk/asterisk.conf").touch()
    site = replace(find_site(SiteTree(tmp_path)), version=number)
    (found,) = version(replace(on(tmp_path), site=site))
    assert found.status is expected
