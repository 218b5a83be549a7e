"""Territories: in which country, territory and time zones a callee may be, by number and postcode.

Pure: no clock, no settings, and no I/O but reading the tables of this package once, when it is imported. Only
`gatekeeper.territory.bulk` needs NumPy.
"""

from gatekeeper.territory.lookup import place_of
from gatekeeper.territory.place import NOWHERE, Place

__all__ = ["NOWHERE", "Place", "place_of"]
