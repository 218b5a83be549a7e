"""The socket's operation that puts a number on a list by hand."""

from collections.abc import Callable, Mapping
from typing import Final

from gatekeeper.consents import ConsentStore
from gatekeeper.control.server import Operation
from gatekeeper.daemon.operations.fields import check_fields, needed
from gatekeeper.intake import ListRules, ensure_list
from gatekeeper.lists import ListStore, check_name
from gatekeeper.phone import Normaliser
from gatekeeper.phone.given import public_number
from gatekeeper.refusals.red_list import add_by_hand
from gatekeeper.refusals.store_thread import StoreThread

OPERATION: Final = "list_add"
"""The operation's name."""

FIELDS: Final = frozenset({"list", "number"})


def list_add_operation(stores: StoreThread, normaliser: Normaliser, rules: Callable[[str], ListRules]) -> Operation:
    """`{"op": "list_add", "list": "red", "number": "0612345678", "by": "anna", "note": "by letter"}`.

    On a red list it is an objection, too, which the consent ledger keeps. The answer's `result` is `ADDED`, or
    `ALREADY` where the list had the number; it is in force when the answer comes.

    Args:
        stores: where it is written.
        normaliser: reads the number.
        rules: what the configuration lays down of a list.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        check_fields(asked, FIELDS)
        name = check_name(needed(asked, "list"))
        number = public_number(needed(asked, "number"), normaliser)
        by, note = asked["by"].strip(), asked.get("note", "")

        def added(store: ListStore, consents: ConsentStore) -> int:
            ensure_list(store, rules(name))
            return add_by_hand(store, consents, name, [number], by=by, note=note)

        return {"result": "ADDED" if await stores.run(added) else "ALREADY", "list": name}

    return answer
