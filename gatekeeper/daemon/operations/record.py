"""The socket's operation that writes down what happened with a consumer: a consent, a refusal, a withdrawal."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from gatekeeper.clock import now_micros
from gatekeeper.consents import ConsentStore
from gatekeeper.consents.importing.cells import lacks
from gatekeeper.consents.importing.proof_cells import read_reference
from gatekeeper.consents.recording import CONSENT_FIELDS, EVENT_FIELDS, read_consent, read_event, read_zone
from gatekeeper.control.server import Operation
from gatekeeper.daemon.operations.fields import check_fields, needed, writer_of
from gatekeeper.daemon.operations.record_contract import CONTRACT, CONTRACT_FIELDS, contract_writer
from gatekeeper.errors import BadNumberError, ConsentError, ProtocolError, RejectedConsentError, TooOftenError
from gatekeeper.intake import ListRules
from gatekeeper.lists import ListStore
from gatekeeper.phone import Normaliser, display
from gatekeeper.phone.given import public_number
from gatekeeper.policy.ledger import EventKind
from gatekeeper.refusals.service import Refusal, Refusals, Refused
from gatekeeper.refusals.store_thread import StoreThread
from gatekeeper.translation import phrase

OPERATION: Final = "record"
"""The operation's name."""

CONSENT: Final = "consent"
REFUSAL: Final = "refusal"
EVENTS: Final = MappingProxyType(
    {
        "callback": EventKind.CALL_BACK_REQUEST,
        "inquiry": EventKind.INQUIRY,
        "objection": EventKind.OBJECTION,
        "offer-refused": EventKind.REFUSAL,
        "purchase": EventKind.PURCHASE,
        "withdrawal": EventKind.WITHDRAWAL,
    }
)
"""The kinds that are events of the ledger."""

LOOSENING: Final = (CONSENT, CONTRACT, "callback", "inquiry", "purchase")
"""The kinds that a call may rest on."""

KINDS: Final = tuple(sorted((CONSENT, CONTRACT, REFUSAL, *EVENTS)))

_WHOSE: Final = frozenset({"kind", "number", "contact", "proof", "zone"})
_REFUSAL_FIELDS: Final = frozenset({"kind", "number", "decision", "agent", "channel", "uniqueid", "linkedid"})


class Recording:
    """Writes down what the socket's `record` tells.

    - `consent`: with the fields of `gatekeeper consent add` (`collected_at` has to be said).
    - `refusal`: the person does not want to be called. The number goes on the red list, as by `gatekeeper refuse`; it
      may be named by the `decision` that let the call by.
    - `contract`: in a register of contracts; `principal` has to be said.
    - `withdrawal`, `objection`, `offer-refused`, `callback`, `purchase`, `inquiry`: events of the consent ledger, with
      the fields of `gatekeeper consent withdraw`.

    Args:
        stores: where it is written.
        refusals: takes refusals.
        normaliser: reads numbers.
        home: the home country, for times without a zone.
        registers: the site's registers of contracts.
        rules: what the configuration lays down of a list.
    """

    def __init__(
        self,
        stores: StoreThread,
        refusals: Refusals,
        normaliser: Normaliser,
        home: str,
        registers: Sequence[str],
        rules: Callable[[str], ListRules],
    ) -> None:
        self._stores = stores
        self._refusals = refusals
        self._normaliser = normaliser
        self._home = home
        self._registers = tuple(registers)
        self._rules = rules

    def operation(self) -> Operation:
        """`{"op": "record", "kind": "withdrawal", "number": "0612345678", "by": "anna", "note": "by letter"}`.

        What it says is in force when the answer comes.
        """
        return self._answer

    async def _answer(self, asked: Mapping[str, str]) -> Mapping[str, object]:
        # To the letter: who may ask was looked up by what stands there, blanks and all.
        kind = asked.get("kind", "")
        if kind == REFUSAL:
            return await self._refused(asked)
        if kind == CONSENT:
            return await self._consented(asked)
        if kind == CONTRACT:
            return await self._contracted(asked)
        if kind in EVENTS:
            return await self._happened(asked, EVENTS[kind])
        raise ProtocolError(phrase("kind is one of: {names}", names=", ".join(KINDS)))

    async def _refused(self, asked: Mapping[str, str]) -> Mapping[str, object]:
        check_fields(asked, _REFUSAL_FIELDS)
        said = {name: asked.get(name, "") for name in ("decision", "agent", "channel", "uniqueid", "linkedid", "note")}
        number = asked.get("number", "")
        if number or not said["decision"]:
            number = display(public_number(needed(asked, "number"), self._normaliser))
        via = asked.get("via", "socket")
        result = await self._refusals.take(Refusal(via, number, recorded_by=asked["by"].strip(), **said))
        if result is Refused.TOO_MANY:
            raise TooOftenError(
                phrase("more than refusal.per_minute within a minute came this way; nothing was changed")
            )
        if result is Refused.NOT_A_PERSON:
            raise BadNumberError(phrase("no call to a person that was let by within the last hour has this decision"))
        return {"result": result.value}

    async def _consented(self, asked: Mapping[str, str]) -> Mapping[str, object]:
        check_fields(asked, CONSENT_FIELDS | _WHOSE)
        number, contact = self._whose(asked)
        needed(asked, "collected_at")
        given = read_consent(
            number, contact, asked, proof=_proof(asked), zone=read_zone(asked.get("zone", ""), self._home),
            now=now_micros(),
        )  # fmt: skip

        def added(_store: ListStore, consents: ConsentStore) -> int:
            (ident,) = consents.add([given], writer_of(asked))
            return ident

        entry = await self._stores.run(added)
        return {"result": "RECORDED", "entry": entry, "lacks": lacks(given.terms, proved=bool(given.proof))}

    async def _contracted(self, asked: Mapping[str, str]) -> Mapping[str, object]:
        check_fields(asked, CONTRACT_FIELDS)
        number = public_number(needed(asked, "number"), self._normaliser)
        await self._stores.run(contract_writer(asked, number, self._home, self._registers, self._rules))
        return {"result": "RECORDED"}

    async def _happened(self, asked: Mapping[str, str], kind: EventKind) -> Mapping[str, object]:
        check_fields(asked, EVENT_FIELDS | _WHOSE)
        number, contact = self._whose(asked)
        # A zone is asked for only where a time is said: now has none.
        zone = read_zone(asked.get("zone", ""), self._home) if asked.get("at") or asked.get("zone") else "UTC"
        event = read_event(number, contact, kind, asked, proof=_proof(asked), zone=zone, now=now_micros())

        def recorded(_store: ListStore, consents: ConsentStore) -> int:
            (ident,) = consents.record([event], writer_of(asked))
            return ident

        return {"result": "RECORDED", "entry": await self._stores.run(recorded)}

    def _whose(self, asked: Mapping[str, str]) -> tuple[int, str]:
        number, contact = asked.get("number", ""), asked.get("contact", "").strip()
        if not number and not contact:
            raise ProtocolError(phrase("number is missing (or contact): whose is it?"))
        return (public_number(number, self._normaliser) if number else 0), contact


def _proof(asked: Mapping[str, str]) -> str:
    try:
        said = read_reference(asked.get("proof", ""))
    except RejectedConsentError as error:
        raise ConsentError(phrase("{error}; nothing was changed", error=error)) from None
    if said is None:
        raise ConsentError(
            phrase("proof is the SHA-256 of a file that is kept, or ref: and where it is kept; nothing was changed")
        )
    return said
