"""`gatekeeper doctor` on an installed image: deliberate faults, each of which turns its own check red."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from gatekeeper.doctor import CHECKS, CheckStatus, examine, examined
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.site import SiteTree
from lab.roots import AsteriskRoot
from tests.install.image import gatekeeper, make_image, snapshot

DIALPLAN = """[globals]
[agents]
exten => _0XXXXXXXXX,1,Dial(PJSIP/${EXTEN}@carrier,60)
"""
STATUS = "Package: asterisk\nStatus: install ok installed\nVersion: 1:22.10.1~dfsg\n"
DIALER = "[dialer]\nsecret = x\nwrite = originate,call\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, asterisk_22: AsteriskRoot) -> Path:
    """An installed plain site, with a list in force."""
    image = make_image(tmp_path_factory.mktemp("doctor") / "image", asterisk_22, "plain")
    (image / "etc/asterisk/extensions.conf").write_text(DIALPLAN)
    (image / "etc/asterisk/manager.d").mkdir(exist_ok=True)
    (image / "etc/asterisk/manager.d/dialer.conf").write_text(DIALER)
    (image / "var/lib/dpkg").mkdir()
    (image / "var/lib/dpkg/status").write_text(STATUS)
    gatekeeper("install", "--root", image)
    with (image / "etc/gatekeeper/gatekeeper.toml").open("a") as file:
        file.write('[lists.bloctel]\nkind = "opposition"\nmax_age_days = 30\n')
    data = image / "var/lib/gatekeeper"
    with ListStore(data) as store:
        store.ensure("red", ListKind.RED)
        store.ensure("bloctel", ListKind.OPPOSITION)
        numbers = image / "numbers.txt"
        numbers.write_text("0699999999\n")
        store.import_file(numbers, "bloctel", options=ImportOptions(by="test"))
    for path in data.rglob("*"):
        path.chmod(0o750 if path.is_dir() else 0o640)
    return image


@pytest.fixture
def image(installed: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(installed, tmp_path / "image", symlinks=True))


def statuses(image: Path) -> dict[str, CheckStatus]:
    """The worst that each check says."""
    order = list(CheckStatus)
    worst: dict[str, CheckStatus] = {}
    for name, finding in examine(examined(SiteTree(image), None, {})):
        assert finding.remedy or finding.status is CheckStatus.OK
        worst[name] = max(
            worst.get(name, CheckStatus.OK), finding.status, key=lambda one: (one == "failed", order.index(one))
        )
    return worst


def edit(name: str, pattern: str, text: str) -> Callable[[Path], None]:
    """Change a file of the image."""

    def change(image: Path) -> None:
        path = image / name
        before = path.read_text()
        after = re.sub(pattern, lambda _: text, before, count=1, flags=re.MULTILINE)
        assert after != before, f"{pattern} is not in {name}"
        path.write_text(after)

    return change


def append(name: str, text: str) -> Callable[[Path], None]:
    """Add to a file of the image."""

    def change(image: Path) -> None:
        with (image / name).open("a") as file:
            file.write(text)

    return change


def install(image: Path) -> None:
    """What many a remedy says."""
    gatekeeper("install", "--root", image)


def age(days: float) -> Callable[[Path], None]:
    """Let the list be that old."""

    def change(image: Path) -> None:
        import sqlite3

        with sqlite3.connect(image / "var/lib/gatekeeper/lists.sqlite3") as database:
            database.execute("UPDATE list_version SET imported_at = imported_at - ?", (int(days * 86_400_000_000),))

    return change


def mode(name: str, bits: int) -> Callable[[Path], None]:
    """Change a file's mode."""
    return lambda image: (image / name).chmod(bits)


def future(image: Path) -> None:
    """The clock is an hour late: what was written before is of later."""
    moment = time.time() + 3600
    os.utime(image / "var/lib/gatekeeper/lists.sqlite3", (moment, moment))


def now(image: Path) -> None:
    """It has been set."""
    os.utime(image / "var/lib/gatekeeper/lists.sqlite3")


def long_log(image: Path) -> None:
    """A journal whose log is not taken over; the file has a hole in place of contents."""
    with (image / "var/lib/gatekeeper/journal.sqlite3-wal").open("wb") as file:
        file.truncate(300 << 20)
    (image / "var/lib/gatekeeper/journal.sqlite3-wal").chmod(0o640)


def forget(name: str) -> Callable[[Path], None]:
    """Remove a file."""
    return lambda image: (image / name).unlink()


ETC = "etc/asterisk/"
TOML = "etc/gatekeeper/gatekeeper.toml"


class Fault(NamedTuple):
    """A deliberate fault."""

    check: str
    make: Callable[[Path], None]
    mend: Callable[[Path], None] | None = None
    status: CheckStatus = CheckStatus.FAILED


FAULTS = {
    "wrong trunk name": Fault(
        "trunk-names", edit(TOML, r'\["carrier"\]', '["carier"]'), edit(TOML, '"carier"', '"carrier"')
    ),
    "wrong key": Fault("configuration", append(TOML, "[watchdig]\n"), edit(TOML, r"\[watchdig\]\n", "")),
    "unguarded context": Fault(
        "guards", append(ETC + "extensions.conf", "[new]\nexten => _X.,1,Dial(PJSIP/${EXTEN}@carrier)\n"), install
    ),
    "odd unguarded context": Fault(
        "guards",
        append(ETC + "extensions.conf", "[new]\nexten => _X.,1,Dial(PJSIP/${EXTEN}@carrier&PJSIP/1001)\n"),
        edit(ETC + "extensions.conf", r"Dial\(PJSIP/\$\{EXTEN\}@carrier&PJSIP/1001\)", "Hangup()"),
    ),
    "perhaps unguarded": Fault(
        "guards", append(ETC + "extensions.conf", "[new]\nexten => s,1,Dial(${ARG1})\n"), None, CheckStatus.UNSURE
    ),
    "a verdict that nobody looks at": Fault(
        "guards", edit(ETC + "extensions.conf", r"Gosub\(gatekeeper,s,1", "Gosub(gatekeeper-check,s,1")
    ),
    "redirections by Dial": Fault(
        "guards", edit(ETC + "extensions.conf", ",60,i", ",60"), edit(ETC + "extensions.conf", ",60", ",60,i")
    ),
    "another number than was asked about": Fault(
        "guards",
        append(
            ETC + "extensions.conf",
            "[new]\nexten => _X.,1,Gosub(gatekeeper,s,1(${EXTEN:1}))\n same => n,Dial(PJSIP/${EXTEN}@carrier,60,i)\n",
        ),
        edit(ETC + "extensions.conf", r"\$\{EXTEN\}@carrier", "${GATEKEEPER_NUMBER}@carrier"),
        CheckStatus.UNSURE,
    ),
    "redirections by an endpoint": Fault(
        "redirections",
        edit(ETC + "pjsip.conf", r"^type = endpoint$", "type = endpoint\nredirect_method = uri_pjsip"),
        edit(ETC + "pjsip.conf", "redirect_method = uri_pjsip\n", ""),
    ),
    "include left out": Fault(
        "includes", edit(ETC + "extensions.conf", r'^#include "gatekeeper/gatekeeper.conf"\n', ""), install
    ),
    "include of nothing": Fault(
        "includes",
        append(ETC + "extensions.conf", '#include "gone.conf"\n'),
        edit(ETC + "extensions.conf", r'#include "gone.conf"\n', ""),
    ),
    "globals left out": Fault("includes", edit(ETC + "extensions.conf", r"^#include.*globals.conf.*\n", ""), install),
    "dialplan of another version": Fault("includes", append(ETC + "gatekeeper/gatekeeper.conf", "; mine\n"), install),
    "another port": Fault("includes", edit(ETC + "gatekeeper/gatekeeper-globals.conf", ":4573/", ":4574/")),
    "fails open": Fault(
        "includes",
        append(ETC + "gatekeeper/gatekeeper-globals.conf", "GATEKEEPER_FAIL_OPEN_carrier = unchecked-calls-allowed\n"),
        None,
        CheckStatus.UNSURE,
    ),
    "readable configuration": Fault("permissions", mode(TOML, 0o644), mode(TOML, 0o640)),
    "readable secret": Fault(
        "permissions", mode("etc/gatekeeper/environment", 0o644), mode("etc/gatekeeper/environment", 0o600)
    ),
    "readable lists": Fault(
        "data-folder",
        mode("var/lib/gatekeeper/lists.sqlite3", 0o644),
        mode("var/lib/gatekeeper/lists.sqlite3", 0o640),
    ),
    "wrong secret": Fault(
        "watchdog", edit(ETC + "gatekeeper/manager.conf", "^secret = .*$", "secret = other"), install
    ),
    "no watchdog's user": Fault("watchdog", edit(ETC + "manager.conf", r"^#include.*gatekeeper.*\n", ""), install),
    "watchdog without rights": Fault("watchdog", edit(ETC + "gatekeeper/manager.conf", "^write = .*$", "write = user")),
    "watchdog off": Fault(
        "watchdog", edit(TOML, r"\[watchdog\]\n(.*\n)*?enabled = true", "[watchdog]\nenabled = false")
    ),
    "too many rights": Fault(
        "manager-users",
        edit(ETC + "manager.d/dialer.conf", "originate,call", "originate,call,system,command"),
        edit(ETC + "manager.d/dialer.conf", ",system,command", ""),
    ),
    "open manager": Fault(
        "ports",
        edit(ETC + "manager.conf", "^bindaddr = 127.0.0.1", "bindaddr = 0.0.0.0"),
        edit(ETC + "manager.conf", "^bindaddr = 0.0.0.0", "bindaddr = 127.0.0.1"),
        CheckStatus.UNSURE,
    ),
    "stale list": Fault("lists", age(31)),
    "list that ends soon": Fault("lists", age(25), None, CheckStatus.UNSURE),
    "list that was never imported": Fault("lists", append(TOML, '[lists.tps]\nkind = "opposition"\n')),
    "clock late by an hour": Fault("clock", future, now),
    "journal that is not taken over": Fault("journal", long_log, forget("var/lib/gatekeeper/journal.sqlite3-wal")),
    "old Asterisk": Fault("asterisk-version", edit("var/lib/dpkg/status", "22.10.1", "20.9.1")),
    "module left out": Fault(
        "modules",
        append(ETC + "modules.conf", "[modules](+)\nnoload => func_db.so\n"),
        edit(ETC + "modules.conf", "^noload => func_db.so\n", ""),
    ),
    "no rows for refused calls": Fault("records", edit(ETC + "cdr.conf", "^unanswered = yes.*$", "unanswered = no")),
    "script without its library": Fault(
        "agi-script", edit("usr/share/asterisk/agi-bin/gatekeeper_agi.py", "^#!.*$", "#!/usr/bin/env python3"), install
    ),
    "socket's group that there is not": Fault("socket-group", edit(TOML, 'group = "asterisk"', 'group = "asterik"')),
    "socket's group without the daemon": Fault(
        "socket-group", edit("etc/group", "^(asterisk:x:115:)gatekeeper", "asterisk:x:115:"), install
    ),
}


def test_an_installed_site_is_well(image: Path) -> None:
    """Every check is made, none complains, and nothing is changed."""
    before = snapshot(image)
    assert set(statuses(image).values()) == {CheckStatus.OK}
    assert snapshot(image) == before
    assert {check.name for check in CHECKS} - set(statuses(image)) == {"daemon"}  # an image runs none


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_turns_its_own_check_red_and_its_remedy_mends_it(image: Path, fault: Fault) -> None:
    """No other check changes its mind; after what the remedy says all is as before."""
    before = statuses(image)
    fault.make(image)
    after = statuses(image)
    # Without settings most checks have nothing to look at.
    changed = {name: status for name, status in after.items() if status is not before[name]}
    assert changed == {fault.check: fault.status}
    if fault.mend is not None:
        fault.mend(image)
        assert statuses(image) == before


@pytest.mark.parametrize(
    "name", ["wrong trunk name", "socket's group that there is not", "socket's group without the daemon"]
)
def test_config_check_refuses_names_that_nothing_has(image: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trunk that no endpoint has, and a group that can't be used."""
    monkeypatch.setenv("GATEKEEPER_ASTERISK__MAIN__SECRET", "of the unit's environment")
    assert "right:" in gatekeeper("--config", image / TOML, "config", "check", "--root", image)
    FAULTS[name].make(image)
    told = gatekeeper("--config", image / TOML, "config", "check", "--root", image, code=2)
    assert "gatekeeper.toml" in told
    if name == "wrong trunk name":
        assert 'did you mean "carrier"?' in told


def test_what_the_command_tells(image: Path) -> None:
    """A table with the remedy, JSON to a finding, and exit codes."""
    options = ("--config", image / TOML, "doctor", "--root", image)
    assert gatekeeper(*options).endswith("0 failed, 0 unsure\n")
    FAULTS["unguarded context"].make(image)
    assert "19 ok, 1 failed, 0 unsure" in gatekeeper(*options, code=3)
    rows = [json.loads(line) for line in gatekeeper(*options, "--json", "--only", "guards", code=3).splitlines()]
    assert {row["check"] for row in rows} == {"guards"}
    (row,) = [row for row in rows if row["status"] == "failed"]
    assert row["found"].endswith("extensions.conf, line 9, context new: Dial(PJSIP/${EXTEN}@carrier) has no gate")
    assert "gatekeeper install" in row["remedy"]
    assert gatekeeper(*options, "--only", "guard", code=2)
