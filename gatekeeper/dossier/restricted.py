"""Restriction of a dossier: to what is of its reader's principals, and what concerns everybody."""

from collections.abc import Sequence

from gatekeeper.consents.extract import ExtractEntry
from gatekeeper.dossier.model import NumberDossier
from gatekeeper.lists import ListKind, Membership
from gatekeeper.policy.ledger import name_key

Principals = frozenset[str] | None
"""The principals that a reader is bound to; None for who sees all."""


def may_see(principal: str, principals: Principals) -> bool:
    """Whether a reader may see what is of a principal; what is of nobody is for who sees all."""
    if principals is None:
        return True
    return bool(principal.strip()) and name_key(principal) in {name_key(one) for one in principals}


def restricted(whole: NumberDossier, principals: Principals) -> NumberDossier:
    """The dossier as its reader may see it.

    Lists concern everybody, and so does an objection to whoever calls. Who wrote them down, and in which call or about
    which company, does not: a note may name a decision, and a registry may have been asked with the day of a consent.
    Decisions and attempts are read for the reader's principals alone.
    """
    if principals is None:
        return whole
    own = {name_key(one) for one in principals}
    return whole._replace(
        memberships=[_without_notes(one) for one in whole.memberships if one.kind is not ListKind.CONTRACT],
        holdings=[one for one in whole.holdings if one.list in _shown(whole)],
        answers=[one._replace(consent="", text="", sha256="") for one in whole.answers],
        contracts=[one for one in whole.contracts if one.principal in own],
        entries=restricted_entries(whole.entries, principals),
    )


def restricted_entries(entries: Sequence[ExtractEntry], principals: Principals) -> list[ExtractEntry]:
    """The entries of the consent ledger as their reader may see them."""
    if principals is None:
        return list(entries)
    own = {name_key(one) for one in principals}
    return [shown for one in entries if (shown := _entry(one, own)) is not None]


def _shown(whole: NumberDossier) -> set[str]:
    return {one.list for one in whole.memberships if one.kind is not ListKind.CONTRACT}


def _without_notes(membership: Membership) -> Membership:
    by_hand = membership.source != "import"
    changes = tuple(change._replace(by="", note="") for change in membership.changes)
    return membership._replace(
        by="" if by_hand else membership.by, note="" if by_hand else membership.note, changes=changes
    )


def _entry(entry: ExtractEntry, own: set[str]) -> ExtractEntry | None:
    """An entry of the reader's principals whole, one that concerns whoever calls without who and why; else None."""
    principal = name_key(entry.principal)
    if principal in own:
        return entry
    if principal:
        return None
    return entry._replace(written_by="", note="", proof="", proof_shared=False, contact="", text="", third_parties=())
