"""What checks rest on: releases with holes, sockets, who may read what, variables, and the runner itself."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.config import Settings
from gatekeeper.doctor import CheckFinding, CheckStatus, HealthCheck, Installation, examine
from gatekeeper.doctor.checks import CHECKS, ports
from gatekeeper.doctor.checks.agi_script import interpreter_of
from gatekeeper.doctor.checks.asterisk_version import HOLES, is_open, judge
from gatekeeper.doctor.checks.clock import ClockReading
from gatekeeper.doctor.checks.clock import judge as judge_clock
from gatekeeper.doctor.file_access import FileReader, hinders_reading
from gatekeeper.doctor.installation import CheckNeed
from gatekeeper.doctor.listening import ListeningSocket, listening_sockets, read_sockets
from gatekeeper.doctor.service_environment import read_environment
from gatekeeper.errors import ConfigError, InstallError
from gatekeeper.install.shebang import with_interpreter
from gatekeeper.site import SiteTree
from gatekeeper.words import Sentence

ORIGINATE, READ, IDENTIFY = HOLES
HOUR = 3_600_000_000
NOW = 1_800_000_000_000_000


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("16.28.0", {ORIGINATE.name, READ.name}),
        ("18.20.0", {ORIGINATE.name, READ.name}),
        ("18.24.1", {ORIGINATE.name}),
        ("18.24.2", set()),
        ("18.23.0", {ORIGINATE.name, IDENTIFY.name}),
        ("19.8.0", {ORIGINATE.name, READ.name}),
        ("20.9.1", {ORIGINATE.name}),
        ("20.9.2", set()),
        ("21.0.0", {ORIGINATE.name, READ.name}),
        ("21.0.1", {ORIGINATE.name}),
        ("21.4.2", set()),
        ("22.0.0", set()),
        ("22.10.1", set()),
        ("18.9-cert5", {ORIGINATE.name, READ.name}),
        ("18.9-cert10", {ORIGINATE.name}),
        ("18.9-cert11", set()),
        ("20.7-cert1", {ORIGINATE.name}),
        ("20.7-cert2", set()),
        ("16.8-cert14", {ORIGINATE.name, READ.name}),
    ],
)
def test_a_release_has_the_holes_of_its_records(version: str, names: set[str]) -> None:
    """As the CVE records say, certified releases too."""
    assert {hole.name for hole in HOLES if is_open(version, hole)} == names


def test_a_debian_release_may_be_mended() -> None:
    """Debian mends without another number: that is a warning, which says how to find out."""
    (one, _) = judge("16.28.0~dfsg-0+deb11u8")
    assert one.status is CheckStatus.WARNING
    assert "apt changelog" in one.remedy.english


TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:11DD 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
   1: 00000000:13AE 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2
   2: 0100007F:0016 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 3
   3: 0000000000000000FFFF00000100007F:11DE 00000000000000000000000000000000:0000 0A 0 0 0 0 0 4
   4: 00000000000000000000000001000000:11DF 00000000000000000000000000000000:0000 0A 0 0 0 0 0 5
   5: 00000000000000000000000000000000:11E0 00000000000000000000000000000000:0000 0A 0 0 0 0 0 6
"""


def test_the_kernels_table_is_read() -> None:
    """Listening sockets only; a loopback address in any form is not open."""
    found = list(read_sockets("tcp", TABLE.splitlines()))
    assert [(one.address, one.port, one.is_open) for one in found] == [
        ("127.0.0.1", 4573, False),
        ("0.0.0.0", 5038, True),
        ("127.0.0.1", 4574, False),
        ("::1", 4575, False),
        ("::", 4576, True),
    ]


def test_a_real_socket_is_found() -> None:
    """The table of this machine has what listens here."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert ListeningSocket("tcp", "127.0.0.1", port) in set(listening_sockets())


def test_a_port_that_is_open_to_others_fails_unless_it_is_protected() -> None:
    """FastAGI that lets everybody ask, and a proxy without a certificate, are failures; a network of its own is not."""
    there = [ListeningSocket("tcp", "0.0.0.0", 4573), ListeningSocket("tcp", "::", 5039)]

    def statuses(fastagi: dict[str, object]) -> list[CheckStatus]:
        settings = Settings.model_validate({"fastagi": fastagi, "ami_proxy": {"enabled": True}})
        return [one.status for one in ports.judge(settings, there)]

    assert statuses({"allow": ["10.0.0.0/24"]}) == [CheckStatus.WARNING, CheckStatus.FAILED]
    assert statuses({"allow": ["0.0.0.0/0"]}) == [CheckStatus.FAILED, CheckStatus.FAILED]
    assert statuses({"enabled": False}) == [CheckStatus.FAILED]
    assert not list(ports.judge(Settings(), [ListeningSocket("tcp", "127.0.0.1", 4573)]))


STRANGER = FileReader("stranger", 54321, frozenset({54321}))


def test_what_hinders_reading_is_named(tmp_path: Path) -> None:
    """The file itself or a folder on the way; its group counts, and root reads everything."""
    tmp_path.chmod(0o755)
    folder = tmp_path / "etc"
    folder.mkdir(mode=0o755)
    file = folder / "gatekeeper.toml"
    file.touch()
    mine = FileReader("mine", 54321, frozenset({file.stat().st_gid}))
    above = hinders_reading(folder, STRANGER)  # pytest's own folder may be for its user alone
    for mode, of_group, of_others in ((0o640, None, file), (0o604, file, None), (0o600, file, file)):
        file.chmod(mode)
        assert hinders_reading(file, mine) == (above or of_group)
        assert hinders_reading(file, STRANGER) == (above or of_others)
        assert hinders_reading(file, FileReader("root", 0, frozenset())) is None
    file.chmod(0o644)
    folder.chmod(0o700)
    assert hinders_reading(file, STRANGER) == (above or folder)
    owner = FileReader("owner", os.geteuid(), frozenset(os.getgroups()))
    assert hinders_reading(file, owner) is None


@pytest.mark.parametrize(
    ("read", "status"),
    [
        (ClockReading(NOW), None),
        (ClockReading(NOW, kept=True, hardware=NOW + 5_000_000, latest=NOW - HOUR), None),
        (ClockReading(NOW, kept=False), CheckStatus.WARNING),
        (ClockReading(NOW, kept=True, hardware=NOW + HOUR), CheckStatus.FAILED),
        (ClockReading(NOW, kept=True, hardware=NOW - HOUR), CheckStatus.FAILED),
        (ClockReading(NOW, kept=True, hardware=NOW, latest=NOW + HOUR), CheckStatus.FAILED),
    ],
)
def test_a_clock_is_judged_by_what_is_here(read: ClockReading, status: CheckStatus | None) -> None:
    """An hour off is a failure, whichever way it shows; that nobody keeps it is a warning."""
    assert [one.status for one in judge_clock(read)] == ([status] if status else [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#!/usr/bin/env python3\nimport json\n", ["/usr/bin/env", "python3"]),
        (with_interpreter("#!x\nimport json\n", Path("/opt/gk/bin/python3")), ["/opt/gk/bin/python3"]),
        (with_interpreter("#!x\n", Path(f"/opt/{'long/' * 40}python3")), [f"/opt/{'long/' * 40}python3"]),
        ("import json\n", ["/bin/sh"]),
    ],
)
def test_a_scripts_interpreter_is_read(text: str, words: list[str]) -> None:
    """As `gatekeeper install` writes it, a path that is too long for one line too."""
    assert interpreter_of(text) == words


def test_the_services_variables_are_read(tmp_path: Path) -> None:
    """As systemd reads them, and only those that are ours; a file that is not there has none."""
    assert read_environment(tmp_path) == {}
    (tmp_path / "environment").write_text(
        "# secrets\n\nGATEKEEPER_ASTERISK__MAIN__SECRET='a b'\n GATEKEEPER_SOCKET__GROUP=asterisk \nPATH=/bin\nodd\n"
    )
    assert read_environment(tmp_path) == {
        "GATEKEEPER_ASTERISK__MAIN__SECRET": "a b",
        "GATEKEEPER_SOCKET__GROUP": "asterisk",
    }


def check(look: object, *needs: CheckNeed) -> HealthCheck:
    """A check of one's own."""
    return HealthCheck("own", Sentence("own", "propre"), needs, look, Sentence("well", "bien"))  # type: ignore[arg-type]


def nothing(tmp_path: Path) -> Installation:
    """An installation of which nothing is known."""
    return Installation(ConfigError("wrong"), SiteTree(tmp_path), InstallError("none"))


@pytest.mark.parametrize("need", CheckNeed)
def test_a_check_that_can_not_look_is_skipped(need: CheckNeed, tmp_path: Path) -> None:
    """Whatever is missing is said, and the check is not begun."""
    (report,) = examine(nothing(tmp_path), [check(None, need)])
    assert report.status is CheckStatus.SKIPPED
    assert all(report.findings[0].says)


def test_a_check_that_breaks_is_a_failure_and_keeps_no_other_back(tmp_path: Path) -> None:
    """What it had said before stays said."""

    def breaks(_at: Installation) -> Iterator[CheckFinding]:
        yield CheckFinding(CheckStatus.WARNING, Sentence("one", "un"))
        raise PermissionError(13, "Permission denied", "/etc/x")

    broken, well = examine(nothing(tmp_path), [check(breaks), check(lambda _at: iter(()))])
    assert [one.status for one in broken.findings] == [CheckStatus.WARNING, CheckStatus.FAILED]
    assert "root" in broken.findings[1].remedy.english
    assert well.findings[0].says.english == "well"


def test_names_are_unique_and_everything_is_said_in_both_languages() -> None:
    """A name means one check, and French readers are told as much."""
    assert len({one.name for one in CHECKS}) == len(CHECKS)
    for one in CHECKS:
        assert all((*one.title, *one.well))
        assert one.title.english != one.title.french


DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["doctor.md", "fr/diagnostic.md"])
def test_the_pages_have_every_check(page: str) -> None:
    """Each has a line of its own in both tables, in the order in which they are made."""
    text = (DOCS / page).read_text(encoding="utf-8")
    lines = text.split("## ")[1].splitlines()
    rows = [line.split("|")[1].strip(" `") for line in lines if line.startswith("| `")]
    assert rows == [one.name for one in CHECKS]


def test_the_page_has_every_hole_with_the_releases_that_mend_it() -> None:
    """As the check knows them."""
    text = (DOCS / "doctor.md").read_text(encoding="utf-8")
    for hole in HOLES:
        (line,) = [line for line in text.splitlines() if line.startswith(f"| [{hole.name}]")]
        for release in (*hole.fixed.values(), *hole.only):
            assert ".".join(map(str, release)) in line
