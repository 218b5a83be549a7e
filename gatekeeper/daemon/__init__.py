"""The composition root: builds everything, starts it, and stops it in order."""

from gatekeeper.daemon.serve import serve

__all__ = ["serve"]
