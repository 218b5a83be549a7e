"""The checks, in the order in which they are told."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from gatekeeper.doctor.checks import asterisk, daemon, dialplan, files, manager, names, records, stores
from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.finding import CheckFinding, unsure
from gatekeeper.errors import GatekeeperError

Look = Callable[[Examined], Iterator[CheckFinding]]


class HarmlessCheck(NamedTuple):
    """A check that changes nothing and calls nobody.

    Attributes:
        name: its name, by which it can be chosen.
        look: what it does.
    """

    name: str
    look: Look


CHECKS: Final = (
    HarmlessCheck("configuration", daemon.settings),
    HarmlessCheck("daemon", daemon.listening),
    HarmlessCheck("asterisk-version", asterisk.version),
    HarmlessCheck("modules", asterisk.modules),
    HarmlessCheck("includes", dialplan.includes),
    HarmlessCheck("guards", dialplan.guards),
    HarmlessCheck("redirections", dialplan.redirections),
    HarmlessCheck("trunk-names", names.trunk_names),
    HarmlessCheck("socket-group", names.socket_group),
    HarmlessCheck("manager-users", manager.users),
    HarmlessCheck("watchdog", manager.watchdog),
    HarmlessCheck("ports", manager.ports),
    HarmlessCheck("permissions", files.permissions),
    HarmlessCheck("data-folder", files.data_owner),
    HarmlessCheck("agi-script", files.script),
    HarmlessCheck("records", records.records),
    HarmlessCheck("lists", stores.lists),
    HarmlessCheck("journal", stores.journal),
    HarmlessCheck("disk", stores.disk),
    HarmlessCheck("clock", stores.clock),
)


def examine(on: Examined, only: tuple[str, ...] = ()) -> Iterator[tuple[str, CheckFinding]]:
    """Make the checks, and give what each finds, by its name.

    Args:
        on: the installation.
        only: the names of the checks to be made; all without.
    """
    for check in CHECKS:
        if only and check.name not in only:
            continue
        try:
            for finding in check.look(on):
                yield check.name, finding
        except GatekeeperError as error:
            yield check.name, unsure(str(error), "mend what it says, and run this again")
