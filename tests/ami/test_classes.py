"""Both Asterisks are asked for all that they have: what is not classified fails here, also in a new release."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gatekeeper.ami.protocol.inspect import INSPECTORS
from gatekeeper.ami.protocol.inspect.applications import READERS
from gatekeeper.ami.protocol.inspect.classes.actions import HARMLESS_ACTIONS, REFUSED_ACTIONS
from gatekeeper.ami.protocol.inspect.classes.agi_commands import EVALUATING_AGI, HARMLESS_AGI, READ_AGI, REFUSED_AGI
from gatekeeper.ami.protocol.inspect.classes.applications import FORMS, HARMLESS, READ, REFUSED
from gatekeeper.ami.protocol.inspect.classes.commands import HARMLESS_COMMANDS, READ_COMMANDS, REFUSED_COMMANDS
from gatekeeper.ami.protocol.inspect.classes.functions import READABLE, REFUSED_FUNCTIONS, SETTABLE, VARIABLES
from gatekeeper.ami.protocol.inspect.classes.technologies import TECHNOLOGIES
from gatekeeper.ami.protocol.inspect.command import known_command
from gatekeeper.ami.protocol.inspect.forms import ALL_FORMS
from lab.asterisk import AsteriskInstance
from lab.ports import free_port
from lab.roots import AsteriskRoot

# Modules that need hardware, root's rights or a network, or listen where they are not told: they bring no application.
UNWANTED = ("res_corosync", "cdr_", "cel_", "chan_vpb", "chan_ooh323", "chan_mgcp", "chan_skinny", "chan_unistim",
            "chan_mobile", "res_snmp", "res_hep", "res_pktccops", "pbx_dundi", "chan_phone", "chan_motif")  # fmt: skip
LOOPBACK = {
    "iax.conf": "[general]\nbindaddr = 127.0.0.1\nbindport = {port}\n",
    "sip.conf": "[general]\nudpbindaddr = 127.0.0.1:{port}\n",
}
DOCUMENTED = {"application", "function", "manager", "agi"}


class Everything(NamedTuple):
    """What one Asterisk has: as it says itself, and as its documentation says of modules that can't run here."""

    actions: set[str]
    applications: set[str]
    functions: set[str]
    commands: set[str]
    technologies: set[str]
    agi: set[str]
    options: dict[str, set[str]]


@pytest.fixture(scope="module")
def everything(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    """Ask an Asterisk with every module that loads."""
    folder = tmp_path_factory.mktemp(f"classes-{asterisk_root.release}")
    unwanted = sorted(module.name for module in asterisk_root.modules.glob("*.so") if module.name.startswith(UNWANTED))
    modules = "[modules]\nautoload = yes\n" + "".join(f"noload = {name}\n" for name in unwanted)
    files = {"modules.conf": modules, **{name: text.format(port=free_port("udp")) for name, text in LOOPBACK.items()}}
    files |= dict.fromkeys(
        ("agents.conf", "confbridge.conf", "followme.conf", "meetme.conf", "amd.conf"), "[general]\n"
    )
    with AsteriskInstance(asterisk_root, folder, config=files) as asterisk:
        documented = _documented(asterisk_root.data)
        yield Everything(
            _first_words(asterisk.cli("manager show commands"), 2) | documented["manager"],
            _before_colon(asterisk.cli("core show applications")) | documented["application"],
            _first_words(asterisk.cli("core show functions"), 2) | documented["function"],
            _commands(asterisk.cli("core show help")),
            _first_words(asterisk.cli("core show channeltypes"), 2),
            documented["agi"],
            _options(asterisk_root.data),
        )


def _tree(data: Path) -> ET.Element:
    return ET.parse(next(data.glob("documentation/core-*.xml"))).getroot()  # noqa: S314 - the package's own file


def _documented(data: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {kind: set() for kind in DOCUMENTED}
    for element in _tree(data):
        if element.tag in DOCUMENTED:
            found[element.tag].add(element.attrib["name"])
    return found


def _options(data: Path) -> dict[str, set[str]]:
    """Application -> the names of the options that its documentation lists."""
    return {
        element.attrib["name"].lower(): {
            option.attrib["name"].partition("(")[0] for option in element.findall("syntax//option")
        }
        for element in _tree(data).findall("application")
    }


def _first_words(table: str, heading: int) -> set[str]:
    return {line.split()[0] for line in table.splitlines()[heading:] if line.strip() and "-----" not in line
            and not line[:1].isdigit()}  # fmt: skip


def _before_colon(table: str) -> set[str]:
    return {line.partition(":")[0].strip() for line in table.splitlines() if ": " in line}


def _commands(table: str) -> set[str]:
    """Whole commands: `{on|off}` stands for two, what is in brackets may be left out."""
    found: set[str] = set()
    for line in table.splitlines():
        if " -- " in line:
            found |= _spelled_out(re.sub(r"\[[^]]*\]", "", line.partition(" -- ")[0]).lower())
    return found


def _spelled_out(command: str) -> set[str]:
    choice = re.search(r"\{([^}]*)\}", command)
    if choice is None:
        return {" ".join(command.split())}
    return {
        whole
        for word in choice[1].split("|")
        for whole in _spelled_out(command[: choice.start()] + word + command[choice.end() :])
    }


def test_every_action_has_a_class(everything: Everything) -> None:
    """Each action is harmless, read or refused."""
    assert len(everything.actions) > 130
    classified = HARMLESS_ACTIONS | INSPECTORS.keys() | REFUSED_ACTIONS.keys()
    assert {name for name in everything.actions if name.lower() not in classified} == set()


def test_every_application_has_a_class(everything: Everything) -> None:
    """Each application is harmless, read or refused."""
    assert len(everything.applications) > 180
    classified = HARMLESS | FORMS.keys() | READ | REFUSED.keys()
    assert {name for name in everything.applications if name.lower() not in classified} == set()


def test_every_option_has_a_class(everything: Everything) -> None:
    """Each option of an application that may be run is harmless or refused."""
    assert sum(map(len, everything.options.values())) > 300
    missing = {}
    for name, options in everything.options.items():
        form = ALL_FORMS.get(name)
        known = form.options | form.refused if form else set("aCcnbBv") if name == "originate" else set()
        if name not in REFUSED and options - known:
            missing[name] = options - known
    assert missing == {}


def test_every_function_has_a_class(everything: Everything) -> None:
    """Each function can be read, or set, or neither. Asterisk's list cuts names at 20 characters."""
    assert len(everything.functions) > 200
    classified = READABLE | SETTABLE | VARIABLES | REFUSED_FUNCTIONS | {"CHANNEL"}
    cut = {name[:20] for name in classified}
    assert {name for name in everything.functions if name not in classified and name not in cut} == set()


def test_every_command_has_a_class(everything: Everything) -> None:
    """Each command is known whole, or begins as one that is refused."""
    assert len(everything.commands) > 380
    whole = HARMLESS_COMMANDS | READ_COMMANDS
    unknown = {
        command
        for command in everything.commands
        if command not in whole and known_command(command.split()) not in REFUSED_COMMANDS
    }
    assert unknown == set()


def test_every_technology_and_agi_command_has_a_class(everything: Everything) -> None:
    """Each channel technology is known for one, and each AGI command has a class."""
    assert len(everything.technologies) > 8
    assert {name for name in everything.technologies if name.lower() not in TECHNOLOGIES} == set()
    assert everything.agi - (HARMLESS_AGI | EVALUATING_AGI | READ_AGI | REFUSED_AGI) == set()


@pytest.mark.parametrize(
    "classes",
    [
        (HARMLESS_ACTIONS, frozenset(INSPECTORS), frozenset(REFUSED_ACTIONS)),
        (HARMLESS, frozenset(FORMS), READ, frozenset(REFUSED)),
        (HARMLESS_COMMANDS, READ_COMMANDS, REFUSED_COMMANDS),
        (HARMLESS_AGI, EVALUATING_AGI, READ_AGI, REFUSED_AGI),
        *((REFUSED_FUNCTIONS, others) for others in (READABLE, SETTABLE, VARIABLES)),
        *((form.options, form.refused) for form in ALL_FORMS.values()),
    ],
)
def test_nothing_has_two_classes(classes: tuple[frozenset[str], ...]) -> None:
    """What is in two classes would be in the laxer one."""
    assert sum(map(len, classes)) == len(frozenset().union(*classes))


def test_what_is_said_to_be_read_has_a_reader() -> None:
    """No application is in the class of those read without being read."""
    assert set(READERS) == READ
