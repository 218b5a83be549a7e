"""The socket's operation that takes a number off a list by hand."""

from collections.abc import Mapping
from typing import Final

from gatekeeper.consents import ConsentStore
from gatekeeper.control.server import Operation
from gatekeeper.daemon.operations.fields import check_fields, needed
from gatekeeper.errors import ListError
from gatekeeper.lists import ListStore, check_name
from gatekeeper.phone import Normaliser
from gatekeeper.phone.given import public_number
from gatekeeper.refusals.store_thread import StoreThread
from gatekeeper.translation import phrase

OPERATION: Final = "list_remove"
"""The operation's name."""

FIELDS: Final = frozenset({"list", "number"})


def list_remove_operation(stores: StoreThread, normaliser: Normaliser) -> Operation:
    """`{"op": "list_remove", "list": "red", "number": "0612345678", "by": "anna", "note": "asked to be called"}`.

    What a registry's own file holds can't be taken off: only the registry, or an administrator at the machine
    (`gatekeeper list remove`), does that. The objection that came with a red list's entry stays in the consent ledger.
    The answer's `result` is `REMOVED`, or `NOT_LISTED`; it is in force when the answer comes.

    Args:
        stores: where it is written.
        normaliser: reads the number.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        check_fields(asked, FIELDS)
        name = check_name(needed(asked, "list"))
        number = public_number(needed(asked, "number"), normaliser)
        by, note = asked["by"].strip(), asked.get("note", "")

        def removed(store: ListStore, _consents: ConsentStore) -> int:
            taken = store.take_back(name, [number], by=by, note=note)
            if not taken and any(one.list == name and one.listed for one in store.show(number)):
                raise ListError(
                    phrase(
                        "the registry's own file has the number, so it stays on the list {name}: it goes with the "
                        "registry's next file that does not have it; nothing was changed",
                        name=name,
                    )
                )
            return taken

        return {"result": "REMOVED" if await stores.run(removed) else "NOT_LISTED", "list": name}

    return answer
