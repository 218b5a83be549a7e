"""A real daemon's own log at the level of debugging: nobody's number, no key, no address that may be a secret."""

import os
import signal
from pathlib import Path

from lab.daemon import IMPORTS_SHOWN, GatekeeperDaemon
from lab.fastagi import ask
from lab.registry import LabRegistry
from tests.alerts.receivers import until
from tests.hooks.receivers import SECRET, crm

CONFIG = """
[daemon]
data_dir = "{folder}/data"
log_level = "{level}"
[lists.red]
kind = "red"
[lists.wireless]
kind = "query"
[queries.wireless]
mode = "always"
prefixes = ["1"]
url = "{registry}/hunter2/check/{{number}}"
header = "Authorization"
secret = "Bearer hunter3"
field = "result.status"
listed = ["yes"]
callable = ["no"]
deadline_ms = 900
[campaigns.america]
lists = ["wireless"]
[hooks.crm]
url = "http://127.0.0.1:{crm}/hook?account=hunter4"
private = true
"""
CLEAR, LISTED, REFUSED = "12025550100", "12025550101", "33622222222"


def test_no_level_shows_numbers_or_secrets(tmp_path: Path) -> None:
    """Libraries tell at lower levels what passes through them: addresses that are asked, headers, bodies."""
    log = logged(tmp_path, "debug")
    assert "DEBUG   gatekeeper." in log
    told = [line for line in log.splitlines() if " gatekeeper." not in line]
    assert told == []
    for one in (CLEAR, LISTED, REFUSED):
        assert one[2:] not in log
    assert "hunter" not in log
    assert SECRET not in log


def test_a_hangup_ends_no_daemon(tmp_path: Path) -> None:
    """It guards calls on, and the log says what the signal does not do."""
    with GatekeeperDaemon(tmp_path) as daemon:
        os.kill(daemon.pid, signal.SIGHUP)
        until(lambda: "SIGHUP changes nothing: restart the daemon" in daemon.log_path.read_text())
        assert ask(daemon.fastagi_port, "0612345678")["GATEKEEPER_VERDICT"]
        assert daemon.running


def test_errors_alone(tmp_path: Path) -> None:
    """Who wants to read of errors alone reads nothing of a day without one."""
    assert logged(tmp_path, "error") == ""


def test_posts_wait_for_no_import(tmp_path: Path) -> None:
    """What a hook is posted with is there before the daemon serves: in a call's way, all others would wait for it."""
    with crm() as receiver:
        config = (
            f'[hooks.crm]\nurl = "http://127.0.0.1:{receiver.port}/hook"\nprivate = true\n'  # no registry beside it
        )
        environment = {"GATEKEEPER_HOOKS__CRM__SECRET": SECRET, **IMPORTS_SHOWN}
        with GatekeeperDaemon(tmp_path, config=config, environment=environment) as daemon:
            daemon.add(f"+{REFUSED}")
            assert ask(daemon.fastagi_port, f"+{REFUSED}")["GATEKEEPER_REASON"] == "RED_LIST"
            until(lambda: receiver.of("decision.blocked"))
    assert [one for one in daemon.late_imports() if one.startswith(("httpx", "ssl", "sqlalchemy"))] == []


def logged(folder: Path, level: str) -> str:
    """What a daemon logs that asks a registry by a number in the address, and tells a program."""
    with LabRegistry() as registry, crm() as receiver:
        registry.words[LISTED] = "yes"
        config = CONFIG.format(folder=folder, level=level, registry=registry.url, crm=receiver.port)
        secrets = {"GATEKEEPER_HOOKS__CRM__SECRET": SECRET}
        with GatekeeperDaemon(folder, config=config, environment=secrets) as daemon:
            daemon.add(f"+{REFUSED}")
            for number, reason in ((CLEAR, "CLEAR"), (LISTED, "LISTED"), (REFUSED, "RED_LIST")):
                assert ask(daemon.fastagi_port, f"+{number}", campaign="america")["GATEKEEPER_REASON"] == reason
            until(lambda: len(receiver.of("decision.blocked")) == 2)
        assert registry.asked == [CLEAR, LISTED]
        assert registry.keys == {"Bearer hunter3"}
    return daemon.log_path.read_text()
