"""Faults of a site, each with the check that has to find it, and what its remedy says, followed.

A fault is a generator: what it does before its `yield` breaks the site, what it does after it is the remedy.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Generator
from typing import Final, NamedTuple

import pytest

from gatekeeper.doctor.checks import disk, running_version, stores
from gatekeeper.install.files import folder
from tests.doctor.site import GATED, Patient, edit, hours_ago

Steps = Generator[None, None, None]


class Fault(NamedTuple):
    """A fault.

    Attributes:
        check: the check that finds it.
        status: how that check ends.
        says: a part of what it tells.
        make: breaks the site, then mends it.
    """

    check: str
    status: str
    says: str
    make: Callable[[Patient, pytest.MonkeyPatch], Steps]


def _edited(file: str, old: str, new: str) -> Callable[[Patient, pytest.MonkeyPatch], Steps]:
    """A fault of one of Asterisk's files, which is not read again meanwhile; the remedy is to write it as it was."""

    def make(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
        edit(site.etc / file, old, new)
        yield
        edit(site.etc / file, new, old)

    return make


def _configured(old: str, new: str) -> Callable[[Patient, pytest.MonkeyPatch], Steps]:
    """A fault of the configuration."""

    def make(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
        edit(site.config, old, new)
        yield
        edit(site.config, new, old)

    return make


def _followed(site: Patient, check: str) -> None:
    """Run the remedies that are commands, as they are told, until nothing is told any more."""
    for _ in range(20):
        remedies = [one.remedy.english.partition(";")[0] for one in site.told(check) if one.remedy.english]
        if not remedies:
            return
        subprocess.run(["sh", "-c", remedies[0]], check=True)


def _open_database(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    site.data.chmod(0o755)
    (site.data / "lists.sqlite3").chmod(0o644)
    yield
    _followed(site, "permissions")


def _unreadable(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    if os.geteuid() == 0:  # the data are another user's, who can't come to the configuration
        for path in (site.data, *site.data.rglob("*")):
            os.chown(path, 65534, 65534)
    else:
        pytest.skip("only root can give the data folder to another user: test_access.py has the rest")
    yield
    for path in (site.data, *site.data.rglob("*")):
        os.chown(path, 0, 0)


def _open_secret(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    site.environment.chmod(0o644)
    yield
    _followed(site, "secrets")


def _wrong_secret(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    edit(site.environment, "change-me", "another")
    yield
    edit(site.environment, "another", "change-me")


def _stale(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    site.installation_changes["now"] = hours_ago(-24 * 31)
    yield
    del site.installation_changes["now"]


def _damaged(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    (version,) = (path for path in (site.data / "lists").rglob("*.sqlite3"))
    aside = version.with_suffix(".aside")
    version.rename(aside)
    yield
    aside.rename(version)


def _clock(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    site.installation_changes["now"] = hours_ago(1)
    yield
    del site.installation_changes["now"]


def _full(_site: Patient, patch: pytest.MonkeyPatch) -> Steps:
    with patch.context() as less:
        less.setattr(disk, "LITTLE_BYTES", 2**60)
        yield


def _lag(_site: Patient, patch: pytest.MonkeyPatch) -> Steps:
    with patch.context() as less:
        less.setattr(stores, "LONG_BYTES", -1)
        yield


def _old_daemon(_site: Patient, patch: pytest.MonkeyPatch) -> Steps:
    with patch.context() as newer:
        newer.setattr(running_version, "__version__", "99.0")
        yield


def _no_journal(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    journal = site.data / "journal.sqlite3"
    aside = journal.with_suffix(".aside")
    journal.rename(aside)
    yield
    aside.rename(journal)


def _down(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    site.lab.daemon.stop()
    yield
    site.lab.daemon.start()


def _unloaded(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    site.lab.asterisk.cli("dialplan remove context gatekeeper-predial")
    yield
    remedy = site.told("loaded")[0].remedy.english
    command = shlex.split(remedy.partition(",")[0].removeprefix("run "))
    assert command[:2] == ["asterisk", "-rx"]
    site.lab.asterisk.cli(command[2])


def _wrong_port(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    file = site.etc / "lab.d/002.conf"
    text = file.read_text()
    file.write_text(text.replace(f":{site.lab.daemon.fastagi_port}/", ":1/"))
    site.lab.asterisk.cli("dialplan reload")
    yield
    (remedy,) = (one.remedy.english for one in site.told("includes"))
    line = remedy.removeprefix("set ").partition(" in ")[0]
    file.write_text(f"[globals](+)\n{line}\n")
    site.lab.asterisk.cli("dialplan reload")


def _few_rights(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    file = site.etc / "lab-manager.d" / "gatekeeper.conf"
    edit(file, "write = call,user,reporting,system", "write = call,reporting,system")
    site.lab.asterisk.cli("manager reload")
    yield
    edit(file, "write = call,reporting,system", "write = call,user,reporting,system")
    site.lab.asterisk.cli("manager reload")


def _old_asterisk(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    site.installation_changes["ask_asterisk"] = None
    site.site_changes["version"] = "20.9.1"
    yield
    site.site_changes["version"] = "20.9.2"
    assert "asterisk-version" not in site.wrong()
    site.site_changes.clear()
    site.installation_changes.clear()


SCRIPT: Final = folder() / "asterisk" / "agi-bin" / "gatekeeper_agi.py"
OUTBOUND: Final = "lab.d/004.conf"
GOSUB: Final = (
    "exten => _[+*#0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},,,trunk))\n same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk"
)
ENDPOINT: Final = "[trunk]\ntype = endpoint\n"


MEMBER: Final = "member => PJSIP/0612345678@trunk"


def _scripted(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    file = site.etc / "extensions.ael"
    file.write_text("context ael {\n  _0X. => { Dial(PJSIP/${EXTEN}@trunk); };\n}\n")
    yield
    asked = "Gosub(gatekeeper,s,1(${EXTEN})); Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,,i);"
    file.write_text(f"context ael {{\n  _0X. => {{ {asked} }};\n}}\n")
    assert site.wrong() == {}
    file.unlink()


def _script(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    script = site.lab.asterisk.agi_bin / SCRIPT.name
    text = SCRIPT.read_text()
    script.write_text(text.replace(text.partition("\n")[0], "#!/usr/bin/env -S python3 -S"))
    script.chmod(0o755)
    edit(site.etc / OUTBOUND, "Gosub(gatekeeper,", "Gosub(gatekeeper-script,")
    yield
    script.write_text(text.replace(text.partition("\n")[0], f"#!{sys.executable}"))
    assert site.wrong() == {}
    edit(site.etc / OUTBOUND, "Gosub(gatekeeper-script,", "Gosub(gatekeeper,")


def _past_the_gate(site: Patient, _patch: pytest.MonkeyPatch) -> Steps:
    file = site.etc / GATED
    text = file.read_text()
    file.write_text("".join(line for line in text.splitlines(keepends=True) if "outbound_proxy" not in line))
    site.lab.asterisk.cli("module reload res_pjsip.so")
    yield
    (remedy,) = (one.remedy.english for one in site.told("sip-gate"))
    line = remedy.removeprefix("write ").partition(" into ")[0].replace("\\\\", "\\")
    edit(file, "type = endpoint\n", f"type = endpoint\n{line}\n")
    site.lab.asterisk.cli("module reload res_pjsip.so")


FAULTS: Final = {
    "a typing error in the configuration": Fault(
        "configuration", "failed", "trunk", _configured("trunks =", "trunkz =")
    ),
    "the configuration is unreadable": Fault("permissions", "failed", "can't read", _unreadable),
    "everybody can read the lists": Fault("permissions", "failed", "people's numbers", _open_database),
    "everybody can read the secret": Fault("secrets", "failed", "environment", _open_secret),
    "the journal is gone": Fault("stores", "failed", "journal.sqlite3", _no_journal),
    "the write-ahead log grows": Fault("stores", "warning", "-wal", _lag),
    "a list is stale": Fault("lists", "failed", "bloctel is stale", _stale),
    "a list was never imported": Fault(
        "lists", "failed", "was never imported", _configured("[lists.bloctel]", "[lists.pacitel]\n[lists.bloctel]")
    ),
    "a list's file is gone": Fault("lists", "failed", "bloctel", _damaged),
    "the disk is full": Fault("disk", "failed", "are free", _full),
    "the clock is an hour behind": Fault("clock", "failed", "was set back", _clock),
    "the daemon is down": Fault("daemon", "failed", "GATE_DOWN", _down),
    "the daemon is older than the package": Fault("running-version", "warning", "99.0", _old_daemon),
    "an include is missing": Fault(
        "site", "failed", "nowhere.conf", _edited(OUTBOUND, "[outbound]", '#include "nowhere.conf"\n[outbound]')
    ),
    "Asterisk has CVE-2024-42365": Fault("asterisk-version", "failed", "CVE-2024-42365", _old_asterisk),
    "the gate's dialplan is not included": Fault(
        "includes", "failed", "does not include", _edited("lab.d/003.conf", "#include", ";include")
    ),
    "the dialplan asks a wrong port": Fault("includes", "failed", "agi://127.0.0.1:1/", _wrong_port),
    "the AGI script's interpreter has no library": Fault("agi-script", "failed", "pyst2", _script),
    "the socket's group does not exist": Fault(
        "permissions", "failed", "nobodys-group", _configured("[socket]\n", '[socket]\ngroup = "nobodys-group"\n')
    ),
    "an emergency number is unknown to the dialplan": Fault(
        "emergency", "failed", "3114", _configured("[routes]", '[phone]\nemergency = ["3114"]\n[routes]')
    ),
    "a context dials without the gate": Fault(
        "dialplan",
        "failed",
        "[outbound]",
        _edited(OUTBOUND, GOSUB, "exten => _[+*#0-9].,1,NoOp()\n same => n,Dial(PJSIP/${EXTEN}@trunk"),
    ),
    "an AEL dialplan dials without the gate": Fault("dialplan", "failed", "extensions.ael, line 2", _scripted),
    "a queue has a member outside": Fault(
        "dialplan",
        "failed",
        "queues.conf, line 5",
        _edited("queues.conf", "persistentmembers = no\n", f"persistentmembers = no\n\n[sales]\n{MEMBER}\n"),
    ),
    "a trunk's name is wrong": Fault("trunks", "failed", "trnk", _configured('["trunk", ', '["trnk", ')),
    "a trunk follows redirections": Fault(
        "trunks", "failed", "redirection", _edited("pjsip.conf", ENDPOINT, ENDPOINT + "redirect_method = uri_pjsip\n")
    ),
    "the secret is wrong": Fault("manager", "failed", "wrong secret", _wrong_secret),
    "the watchdog may not report": Fault("manager", "failed", "report bypasses", _few_rights),
    "Asterisk has not loaded a context": Fault("loaded", "failed", "gatekeeper-predial", _unloaded),
    "a trunk goes past the SIP gate": Fault("sip-gate", "failed", "no outbound_proxy", _past_the_gate),
    "a dialer may do everything": Fault(
        "manager-users",
        "warning",
        "dialer",
        _edited("manager.conf", "write = originate,call,reporting,user", "write = all"),
    ),
    "the manager listens everywhere": Fault(
        "manager-users",
        "warning",
        "every address",
        _edited("manager.conf", "bindaddr = 127.0.0.1", "bindaddr = 0.0.0.0"),
    ),
    "blocked calls have no record": Fault(
        "records", "warning", "unanswered = no", _edited("cdr.conf", "unanswered = yes", "unanswered = no")
    ),
    "records have no linkedid": Fault(
        "records", "warning", "linkedid", _edited("cdr_custom.conf", "CDR(linkedid)", "CDR(uniqueid)")
    ),
}
