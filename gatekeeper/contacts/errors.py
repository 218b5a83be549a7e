"""What can be wrong with contacts as a whole. A single bad row is no error: it is removed, and counted."""

from gatekeeper.errors import GatekeeperError


class ContactsError(GatekeeperError):
    """A file or table of contacts can't be read or written as asked; nothing was changed."""
