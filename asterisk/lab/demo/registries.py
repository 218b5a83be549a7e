"""The other kinds of list in the demonstration: a wash return, a list that grew old, a register of contracts."""

import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

from lab.daemon import GatekeeperDaemon
from lab.demo.calls import Call

CONFIG: Final = """
[lists.returns]
kind = "wash"
title = "Our own file, come back from the registry"
format = "bloctel-return"

[lists.forgotten]
kind = "opposition"
title = "A list that nobody refreshed"

[lists.contracts]
kind = "contract"

[campaigns.default]
lists = ["bloctel"]

[campaigns.washed]
lists = ["returns"]

[campaigns.forgetful]
lists = ["forgotten"]

[campaigns.customers]
lists = ["bloctel"]
principal = "Soleil SARL"
"""

WASHED_OK: Final = "washed: may be called"
WASHED_LISTED: Final = "washed: marked"
NOT_WASHED: Final = "never washed"
STALE: Final = "campaign with a stale list"
CUSTOMER: Final = "listed, but a customer"


class Extra(NamedTuple):
    """A call of a campaign of its own.

    Attributes:
        call: the call.
        campaign: its campaign.
        reason: the reason code that must be in the journal.
    """

    call: Call
    campaign: str
    reason: str


def national(number: int) -> str:
    """A French number as it is written in France."""
    return f"0{number - 33_000_000_000}"


def prepare(daemon: GatekeeperDaemon, listed: Sequence[int], free: Sequence[int]) -> list[Extra]:
    """Import the lists; give the calls that show them."""
    washed_ok, washed_listed, never, stale = free[:4]
    customer = listed[0]
    returned = daemon.folder / "retour_demo.csv"
    returned.write_text(f"{national(washed_ok)};1;OK\n{national(washed_listed)};2;Inscrit\n")
    daemon.command("list", "import", "returns", str(returned))
    old = daemon.folder / "forgotten.txt"
    old.write_text(f"{national(free[5])}\n")
    daemon.command("list", "import", "forgotten", str(old), "--valid-until", "2026-08-10", "--force")
    contracts = daemon.folder / "contracts.csv"
    contracts.write_text(f"number;principal;subject\n{national(customer)};Soleil SARL;solar panels\n")
    daemon.command("list", "import", "contracts", str(contracts))
    return [
        Extra(Call(WASHED_OK, national(washed_ok), True), "washed", "CLEAR"),
        Extra(Call(WASHED_LISTED, national(washed_listed), False), "washed", "LISTED"),
        Extra(Call(NOT_WASHED, national(never), False), "washed", "NOT_SCRUBBED"),
        Extra(Call(STALE, national(stale), False), "forgetful", "LIST_STALE"),
        Extra(Call(CUSTOMER, national(customer), True), "customers", "CONTRACT"),
    ]


def write_contacts(daemon: GatekeeperDaemon, listed: Sequence[int], free: Sequence[int]) -> str:
    """A campaign's contacts, a third of them listed; gives the file's name."""
    path = daemon.folder / "contacts.csv"
    with path.open("w") as file:
        file.write("name;mobile;city\n")
        for line, (one, two, three) in enumerate(zip(listed, free[::2], free[1::2], strict=False)):
            for who, number in (("A", one), ("B", two), ("C", three)):
                file.write(f"{who}{line};{national(number)};Lyon\n")
    return str(path)


def scrub_arguments(daemon: GatekeeperDaemon, contacts: str) -> list[str]:
    """The command that scrubs them."""
    command = [sys.executable, "-m", "gatekeeper", "--config", str(daemon.config_path)]
    return [*command, "scrub", contacts, "--campaign", "summer"]
