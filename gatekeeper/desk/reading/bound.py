"""Principals that a visitor is bound to: what is theirs may be seen, and nothing else. Pure."""

from gatekeeper.policy.ledger import name_key

Principals = frozenset[str] | None
"""Whose rows alone may be seen; None for all."""


def may_see(principals: Principals, principal: str) -> bool:
    """Whether what belongs to a principal may be seen; what belongs to nobody is for those who see all."""
    if principals is None:
        return True
    return bool(principal.strip()) and name_key(principal) in {name_key(one) for one in principals}
