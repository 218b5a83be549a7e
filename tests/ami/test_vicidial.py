"""VICIdial's actions as its scripts write them, over the proxy with `site = "vicidial"`."""

import pytest

from gatekeeper.ami.protocol.extensions import VICIDIAL_EXTENSIONS
from gatekeeper.ami.protocol.routes import Routes
from tests.ami.playbook import Playbook

ROUTES = Routes(inside_extensions=VICIDIAL_EXTENSIONS)
SERVER = "010*000*000*015*"
TRANSFER = "CL_TESTCAMP_L__**12345**0612345678*6666*"
CALLER = 'Callerid: "V1126084112000012345" <0170000000>\n'


def originate(channel: str, extension: str) -> str:
    """An originate of `manager_send.php` and of the scripts that dial, through `AST_send_action_child.pl`."""
    return (
        f"Action: Originate\nChannel: {channel}\nContext: default\nExten: {extension}\nPriority: 1\n{CALLER}"
        "Timeout: 60000\nVariable: _SIPADDHEADER=x\n\n"
    )


def redirect(extension: str) -> str:
    """A transfer of a customer who is on the line."""
    return f"Action: Redirect\nChannel: SIP/trunk-0000001a\nContext: default\nExten: {extension}\nPriority: 1\n\n"


@pytest.mark.parametrize(
    "action",
    [
        originate("SIP/6666", "8600051"),
        originate("Local/8600051@default", "8309"),
        originate("Local/58600051@default/n", "8309"),
        originate(f"Local/{SERVER}8600051@default", f"{SERVER}78600051"),
        originate("Local/148600051@default", "8300"),
        originate("Local/55558600051@default", "8300"),
        originate("Local/78600051@default", "83047777777777"),
        originate("Local/473782178600051@default", "8309"),
        originate("Local/999999999999@default", "8600051"),
        redirect("8600051"),
        redirect(f"{SERVER}8600051"),
        *(redirect(f"{to}*{TRANSFER}") for to in ("8600051", "990009", "90009", f"{SERVER}990009")),
    ],
)
def test_what_it_does_inside_passes(action: str) -> None:
    """Its conferences, transfers and the other servers of its cluster are not asked about."""
    book = Playbook(routes=ROUTES).logged_in()
    book.from_client(action.encode())
    assert (book.sent_server(), book.asked, book.reports) == (action.encode(), [], [])


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        (originate("Local/90612345678@default", "8368"), ["90612345678"]),
        (originate("Local/8600051@default", "90612345678"), ["90612345678"]),
        (originate(f"Local/{SERVER}90612345678@default", "8368"), [f"{SERVER}90612345678"]),
        (originate("SIP/trunk/0612345678", "8368"), ["0612345678"]),
        (redirect("8600051*0612345678"), ["8600051*0612345678"]),
        (redirect("990009*CL_0612345678"), ["990009*CL_0612345678"]),
    ],
)
def test_what_it_does_outside_is_asked_about(action: str, asked: list[str]) -> None:
    """Its calls to people are, behind whatever extension of its own."""
    book = Playbook(routes=ROUTES).logged_in()
    book.from_client(action.encode())
    assert (book.sent_server(), book.questions()) == (b"", asked)
