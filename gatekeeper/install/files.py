"""The files that come with Gatekeeper for Asterisk and systemd: where they are, and what each is for.

In an installed package they are in `gatekeeper/share`, where the build puts them (`build.py`); in a checkout, and so in
an editable install, they are beside the package. Below either place they have the same names, which are those of the
documents: `dialplan/gatekeeper.conf`, `asterisk/samples/manager.conf`.
"""

from pathlib import Path
from typing import Final, NamedTuple

import gatekeeper
from gatekeeper.errors import InstallError
from gatekeeper.install.shebang import with_interpreter
from gatekeeper.translation import marked, phrase

_SHARE: Final = "share"

SCRIPT: Final = "asterisk/agi-bin/gatekeeper_agi.py"
"""The AGI script: its first line names the interpreter of the installation that it is copied from."""


class ShippedFile(NamedTuple):
    """A file that comes with Gatekeeper.

    Attributes:
        name: its path below the folder of these files, with `/`.
        purpose: what it is for and where it goes, in one sentence.
    """

    name: str
    purpose: str


SHIPPED: Final = (
    ShippedFile("dialplan/gatekeeper.conf", marked("The gate in the dialplan; goes to /etc/asterisk/gatekeeper/.")),
    ShippedFile(
        "dialplan/gatekeeper-globals.conf", marked("The settings of the gate; goes to /etc/asterisk/gatekeeper/.")
    ),
    ShippedFile(
        "dialplan/gatekeeper-refusal.conf",
        marked("A refusal during the call puts its number on the red list; goes to /etc/asterisk/gatekeeper/."),
    ),
    ShippedFile("dialplan/plain/extensions.conf", marked("Sample: the whole extensions.conf of a small Asterisk.")),
    ShippedFile(
        "dialplan/freepbx/extensions_custom.conf",
        marked("Sample for FreePBX; add it to /etc/asterisk/extensions_custom.conf."),
    ),
    ShippedFile(
        "dialplan/freepbx/globals_custom.conf",
        marked("Sample for FreePBX; add it to /etc/asterisk/globals_custom.conf."),
    ),
    ShippedFile("dialplan/vicidial/extensions.conf", marked("Sample for VICIdial: the Dialplan Entry of a carrier.")),
    ShippedFile(
        SCRIPT,
        marked("The AGI script, for sites that prefer one to FastAGI; goes to astagidir (/var/lib/asterisk/agi-bin)."),
    ),
    ShippedFile(
        "asterisk/samples/manager.conf",
        marked(
            "The watchdog's user of Asterisk's manager; goes to /etc/asterisk/gatekeeper/, with a secret of your own."
        ),
    ),
    ShippedFile(
        "asterisk/samples/pjsip.conf",
        marked("Sample: a trunk behind the SIP gate, and its endpoint for emergencies; take it over into pjsip.conf."),
    ),
    ShippedFile(
        "asterisk/samples/features.conf",
        marked("The feature code for a refusal during the call; merge it into /etc/asterisk/features.conf."),
    ),
    ShippedFile(
        "asterisk/systemd/gatekeeper.service", marked("The daemon as a service; goes to /etc/systemd/system/.")
    ),
    ShippedFile(
        "asterisk/systemd/gatekeeper-desk.service",
        marked("The web pages and the interface /v1 as a service; goes to /etc/systemd/system/."),
    ),
    ShippedFile(
        "asterisk/systemd/gatekeeper-scrub.service",
        marked("The scheduled scrubs, run once; goes to /etc/systemd/system/."),
    ),
    ShippedFile(
        "asterisk/systemd/gatekeeper-scrub.timer",
        marked("Starts the scheduled scrubs daily; goes to /etc/systemd/system/."),
    ),
    ShippedFile(
        "asterisk/systemd/gatekeeper-doctor.service",
        marked("A look whether the installation holds, run once; goes to /etc/systemd/system/."),
    ),
    ShippedFile(
        "asterisk/systemd/gatekeeper-doctor.timer", marked("Starts that look daily; goes to /etc/systemd/system/.")
    ),
    ShippedFile(
        "asterisk/systemd/gatekeeper-journal.service",
        marked("Archives old months of the journal, run once; goes to /etc/systemd/system/."),
    ),
    ShippedFile(
        "asterisk/systemd/gatekeeper-journal.timer",
        marked("Starts the archiving monthly; goes to /etc/systemd/system/."),
    ),
    ShippedFile(
        "asterisk/observability/gatekeeper-rules.yml",
        marked("Alerts for Prometheus; goes beside prometheus.yml, which names it under rule_files."),
    ),
    ShippedFile(
        "asterisk/observability/gatekeeper-dashboard.json", marked("Dashboard for Grafana, to be imported there.")
    ),
)
"""All of them, in the order in which a site needs them."""


def folder() -> Path:
    """The folder that holds the files.

    Raises:
        InstallError: they did not come with this installation.
    """
    package = Path(gatekeeper.__file__).resolve().parent
    places = (package / _SHARE, package.parent)
    for place in places:
        if all((place / shipped.name).is_file() for shipped in SHIPPED):
            return place
    missing = next(shipped.name for shipped in SHIPPED if not (places[0] / shipped.name).is_file())
    raise InstallError(
        phrase(
            "the files that come with Gatekeeper are not complete: {missing} is neither in {places} nor in "
            "{places2}; install asterisk-gatekeeper again",
            missing=missing,
            places=places[0],
            places2=places[1],
        )
    )


def content(name: str, python: Path) -> bytes:
    """A file as it is put where it is used.

    Args:
        name: the file.
        python: the interpreter that has Gatekeeper's libraries.
    """
    raw = (folder() / name).read_bytes()
    return with_interpreter(raw.decode("utf-8"), python).encode() if name == SCRIPT else raw
