"""Where a callee may be: country, regions with a law of their own, and time zones. Pure."""

from gatekeeper.territory.place import NOWHERE, Place

__all__ = ["NOWHERE", "Place"]
