"""A real daemon tells a CRM and a VICIdial of a blocked call and a refusal, also of what happened while it was down."""

from pathlib import Path

from lab.daemon import GatekeeperDaemon
from lab.fastagi import ask
from tests.alerts.receivers import until
from tests.hooks.receivers import PASSWORD, SECRET, USER, crm, vicidial

CONFIG = """
[lists.tps]
[hooks.crm]
url = "http://127.0.0.1:{crm}/hook"
private = true
[hooks.dialer]
connector = "vicidial"
url = "http://127.0.0.1:{dialer}/vicidial/non_agent_api.php"
username = "{user}"
private = true
"""


def test_a_daemon_tells(tmp_path: Path) -> None:
    """With its secrets from the environment; the test of the command line beside it."""
    with crm() as receiver, vicidial() as dialer:
        config = CONFIG.format(crm=receiver.port, dialer=dialer.port, user=USER)
        secrets = {"GATEKEEPER_HOOKS__CRM__SECRET": SECRET, "GATEKEEPER_HOOKS__DIALER__SECRET": PASSWORD}
        daemon = GatekeeperDaemon(tmp_path / "site", config=config, environment=secrets)
        daemon.init()
        daemon.import_numbers("tps", ["0611111111"])
        with daemon:
            assert ask(daemon.fastagi_port, "0611111111")["GATEKEEPER_VERDICT"] == "BLOCK"
            until(lambda: receiver.of("decision.blocked"))
            daemon.stop()
            daemon.command("refuse", "0622222222")
            daemon.start()
            until(lambda: dialer.dnc and receiver.of("refusal.recorded") and receiver.of("list.changed"))
            shown = daemon.command("hooks", "test").stdout
        assert [one["list"] for one in receiver.of("decision.blocked")] == ["tps"]
        assert dialer.dnc == [("622222222", "SYSTEM_INTERNAL")]
        assert [one["number"] for one in receiver.of("list.changed")] == ["+33622222222"]
        assert "crm: sent to http://127.0.0.1" in shown
        assert "dialer: sent to http://127.0.0.1" in shown
        assert receiver.faults == []
