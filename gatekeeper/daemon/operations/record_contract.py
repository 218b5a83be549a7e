"""The part of the socket's `record` that writes a contract down in a register of contracts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from gatekeeper.consents import ConsentStore
from gatekeeper.consents.importing.cells import read_end, read_when
from gatekeeper.consents.recording import read_zone
from gatekeeper.daemon.operations.fields import needed
from gatekeeper.errors import ListError, ProtocolError, RejectedConsentError
from gatekeeper.intake import ListRules, ensure_list
from gatekeeper.lists import ListStore
from gatekeeper.registries.contract_row import OPEN_END, ContractRow
from gatekeeper.translation import phrase

CONTRACT: Final = "contract"
"""The kind."""

CONTRACT_FIELDS: Final = frozenset({"kind", "number", "list", "principal", "subject", "since", "until", "zone"})


def contract_writer(
    asked: Mapping[str, str], number: int, home: str, registers: Sequence[str], rules: Callable[[str], ListRules]
) -> Callable[[ListStore, ConsentStore], None]:
    """What writes the contract down that a question tells of.

    Args:
        asked: the question, with known fields only. Without `list` it is the site's one register.
        number: the customer's.
        home: the home country, for times without a zone.
        registers: the registers of the site.
        rules: what the configuration lays down of a list.

    Raises:
        ProtocolError: no register is named, or no principal.
        ListError: the times can't be read.
    """
    name = asked.get("list", "").strip() or (registers[0] if len(registers) == 1 else "")
    if name not in registers:
        known = ", ".join(registers) or "none: a table [lists.NAME] of the kind contract makes one"
        raise ProtocolError(phrase("list names a register of contracts; there are {known}", known=known))
    contract = ContractRow(number, needed(asked, "principal"), asked.get("subject", ""), *_span(asked, home))
    by, note = asked["by"].strip(), asked.get("note", "")

    def write(store: ListStore, _consents: ConsentStore) -> None:
        ensure_list(store, rules(name))
        store.add_contract(name, contract, by=by, note=note)

    return write


def _span(asked: Mapping[str, str], home: str) -> tuple[int, int]:
    """From when until when: without a beginning it always ran, without an end it has none; the last day counts."""
    since, until = asked.get("since", ""), asked.get("until", "")
    if not since and not until:
        return 0, OPEN_END
    zone = ZoneInfo(read_zone(asked.get("zone", ""), home))
    try:
        begins = read_when(since, zone, "since").at if since else 0
        return begins, read_end(until, zone, "until", OPEN_END) if until else OPEN_END
    except RejectedConsentError as error:
        raise ListError(phrase("{error}; nothing was changed", error=error)) from None
