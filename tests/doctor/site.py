"""A whole site that is well: a daemon with lists, an Asterisk 22 that asks it, a carrier; and what the checks say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gatekeeper.clock import now_micros
from gatekeeper.config import load
from gatekeeper.doctor import CHECKS, CheckFinding, CheckReport, CheckStatus, Installation, examine
from gatekeeper.doctor.running import ask_asterisk
from gatekeeper.doctor.service_environment import read_environment
from gatekeeper.errors import GatekeeperError
from gatekeeper.site import AsteriskSite, SiteKind, SiteTree
from lab.ami import LAB_SECRET
from lab.gated import gated_endpoint
from lab.ports import free_port
from lab.roots import AsteriskRoot
from lab.site import MANAGER, LabSite, build_site, running

SECRET: Final = "change-me"
GATED: Final = "lab-pjsip.d/gated.conf"
"""The endpoint behind the SIP gate."""

OURS: Final = CheckStatus.OK, CheckStatus.SKIPPED

CONFIG: Final = """
[asterisk.main]
port = {ami}
[watchdog]
enabled = true
[ami_proxy]
enabled = true
port = {proxy}
[routes]
trunks = ["trunk", "gated"]
[lists.bloctel]
max_age_days = 30
"""
GATE: Final = """
[sip_gate]
enabled = true
port = {gate}
outside_port = 0
[sip_gate.trunks.gated]
carriers = ["sip:127.0.0.1:{carrier}"]
options_s = 0
"""
CONTEXTS: Final = """
[outbound]
exten => _[+*#0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},,,trunk))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20,i)
 same => n,Hangup(${HANGUPCAUSE})
"""
USERS: Final = f"""
[general]
enabled = yes
bindaddr = 127.0.0.1
port = PORT
authlimit = 1000
[dialer]
secret = {LAB_SECRET}
read = all
write = originate,call,reporting,user
#tryinclude lab-manager.d/*.conf
"""


@dataclass
class Patient:
    """The site, and how it is.

    Attributes:
        lab: the running site.
        installation_changes: what the next look takes for an installation's attributes.
        site_changes: what it takes for the site's.
    """

    lab: LabSite
    installation_changes: dict[str, Any]
    site_changes: dict[str, Any]

    @property
    def etc(self) -> Path:
        """Asterisk's configuration."""
        return self.lab.asterisk.etc

    @property
    def config(self) -> Path:
        """The daemon's configuration."""
        return self.lab.daemon.config_path

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.lab.daemon.data_dir

    @property
    def environment(self) -> Path:
        """The file of secrets."""
        return self.config.parent / "environment"

    def installation(self) -> Installation:
        """The installation as it is now."""
        tree = SiteTree()
        asterisk = self.lab.asterisk
        folders = {"astetcdir": self.etc, "astspooldir": asterisk.spool, "astagidir": asterisk.agi_bin}
        found: dict[str, Any] = {"kind": SiteKind.PLAIN, "version": self.lab.asterisk.version, **self.site_changes}
        site = AsteriskSite(tree=tree, recognised_by="", folders=folders, user="root", group="root", **found)
        try:
            configured: Any = load(self.config, read_environment(self.config.parent))
        except GatekeeperError as error:
            configured = error
        return Installation(configured, tree, site, **{"ask_asterisk": ask_asterisk, **self.installation_changes})

    def reports(self) -> dict[str, CheckReport]:
        """What every check says."""
        return {one.name: one for one in examine(self.installation(), CHECKS)}

    def wrong(self) -> dict[str, CheckStatus]:
        """The checks that are not well, each with how it ended."""
        return wrong_of(self.reports())

    def told(self, check: str) -> tuple[CheckFinding, ...]:
        """What a check says."""
        wanted = [one for one in CHECKS if one.name == check]
        (report,) = examine(self.installation(), wanted)
        return report.findings


@contextmanager
def healthy(root: AsteriskRoot, folder: Path, dialplan: str = "") -> Iterator[Patient]:
    """Start one; with more dialplan where that is given."""
    lab = build_site(
        root,
        folder,
        config=CONFIG,
        environment={"GATEKEEPER_ASTERISK__MAIN__SECRET": SECRET},
        dialplan=[CONTEXTS + dialplan],
        manager=MANAGER,
    )
    gate = free_port()
    own = CONFIG.replace("{ami}", str(lab.asterisk.ami_port)).replace("{proxy}", str(lab.proxy_port))
    lab.daemon.configure(own + GATE.replace("{gate}", str(gate)).replace("{carrier}", str(lab.carrier.port)))
    lab.asterisk.write_config(GATED, gated_endpoint("gated", gate, lab.carrier.port))
    users = USERS.replace("PORT", str(lab.asterisk.ami_port))
    lab.asterisk.write_config("manager.conf", users)
    patient = Patient(lab, {}, {})
    patient.environment.write_text(f"# of the service\nGATEKEEPER_ASTERISK__MAIN__SECRET='{SECRET}'\n")
    for private in (patient.environment, patient.etc / "manager.conf", *patient.etc.glob("lab-manager.d/*")):
        private.chmod(0o600)
    lab.daemon.init()
    lab.daemon.import_numbers("bloctel", ["0612345678"])
    patient.data.chmod(0o750)
    with running(lab):
        yield patient


def wrong_of(reports: dict[str, CheckReport]) -> dict[str, CheckStatus]:
    """The checks that are not well, each with how it ended."""
    return {name: one.status for name, one in reports.items() if one.status not in OURS}


def edit(file: Path, old: str, new: str) -> None:
    """Change a file."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def hours_ago(hours: int) -> int:
    """So many hours ago, in microseconds since the epoch."""
    return now_micros() - hours * 3_600_000_000
