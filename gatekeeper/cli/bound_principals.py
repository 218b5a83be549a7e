"""Principals to which people and keys are bound, as the campaigns spell them."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.config import Settings


def warn_of_unknown(settings: "Settings", principals: Iterable[str] | None) -> None:
    """Say of each principal that no campaign has so, to the letter, that no decision may be found for it.

    Calls may name it themselves, so it stays allowed.
    """
    known = {one.principal for one in settings.campaigns.values()}
    for one in sorted({name.strip() for name in principals or ()} - known):
        told = phrase(
            "no campaign is for {name!r}, spelt just so: decisions of another spelling are not seen", name=one
        )
        sys.stderr.write(f"gatekeeper: {told}\n")
