"""A real daemon asks a real registry while a call waits at its FastAGI gate, with all that takes time made ready."""

from pathlib import Path

from gatekeeper.lists import ListStore
from lab.daemon import IMPORTS_SHOWN, GatekeeperDaemon
from lab.fastagi import ask
from lab.registry import Fault, LabRegistry

CONFIG = """
[law]
default = "lists-only"
[lists.sues]
kind = "query"
[queries.sues]
provider = "litigator"
mode = "always"
prefixes = ["1"]
url = "{url}/litigators"
deadline_ms = 900
[lists.given-up]
kind = "query"
[queries.given-up]
provider = "reassigned"
mode = "always"
prefixes = ["1"]
url = "{url}/reassigned"
no_data = "clear"
[campaigns.america]
lists = ["sues", "given-up"]
"""
CLEAR, SUES, DEAD = "+12025550100", "+12025550101", "+12025550102"


def test_a_call_waits_for_its_registry(tmp_path: Path) -> None:
    """It is let by or blocked by the answer, which is kept; a dead registry blocks every call, and is told once."""
    with (
        LabRegistry() as registry,
        GatekeeperDaemon(tmp_path, config=CONFIG.format(url=registry.url), environment=IMPORTS_SHOWN) as daemon,
    ):
        registry.litigators.add(SUES)

        def reasons(*numbers: str) -> list[str]:
            return [ask(daemon.fastagi_port, one, campaign="america")["GATEKEEPER_REASON"] for one in numbers]

        assert reasons(CLEAR, SUES, CLEAR, SUES, "+33612345678") == ["CLEAR", "LISTED", "CLEAR", "LISTED", "CLEAR"]
        assert registry.asked == [CLEAR, SUES]
        for fault in (Fault.STATUS, Fault.GONE, Fault.NO_JSON):
            registry.fault = fault
            assert reasons(DEAD, DEAD[:-1] + "3") == ["NOT_SCRUBBED"] * 2
        # What was answered holds meanwhile.
        assert reasons(CLEAR, SUES) == ["CLEAR", "LISTED"]
    log = daemon.log_path.read_text()
    assert [one for one in daemon.late_imports() if one.startswith(("httpx", "ssl", "gatekeeper", "sqlalchemy"))] == []
    assert log.count("the registry sues gives no answer") == 1
    assert DEAD[1:] not in log
    with ListStore(daemon.data_dir) as store:
        assert [(one.list, one.outcome.value) for one in store.answers(int(SUES[1:]))] == [("sues", "listed")]
        assert store.answers(int(DEAD[1:])) == []


def test_certificates_that_can_not_be_read(tmp_path: Path) -> None:
    """The daemon serves, blocks the calls that need an answer, and says why."""
    nowhere = {"SSL_CERT_FILE": str(tmp_path / "none.pem")}
    with (
        LabRegistry() as registry,
        GatekeeperDaemon(tmp_path, config=CONFIG.format(url=registry.url), environment=nowhere) as daemon,
    ):
        assert ask(daemon.fastagi_port, "+33612345678", campaign="america")["GATEKEEPER_REASON"] == "CLEAR"
        assert ask(daemon.fastagi_port, CLEAR, campaign="america")["GATEKEEPER_REASON"] == "NOT_SCRUBBED"
        assert registry.asked == []
    log = daemon.log_path.read_text()
    assert "the registry sues can't be asked yet: the certificates that are trusted can't be read" in log
    assert "the registry sues gives no answer" in log
