"""Errors about contacts as a whole. A single bad row raises none: it is removed, and counted."""

from gatekeeper.errors import GatekeeperError


class ContactsError(GatekeeperError):
    """A file or table of contacts can't be read or written as asked; nothing was changed."""
