"""Reads AstDB, Asterisk's own database, over the manager's connection."""

from gatekeeper.ami.client import AmiLink
from gatekeeper.errors import PeerGoneError, ProtocolError
from gatekeeper.watchdog.dial_event import header_of


async def read_family(link: AmiLink, family: str) -> list[tuple[str, str]]:
    """All keys of a family, in their order, and their values.

    Args:
        link: the connection to Asterisk.
        family: the family.

    Raises:
        ProtocolError: Asterisk does not tell.
    """
    try:
        events = await link.ask("DBGetTree", Family=family)
    except PeerGoneError:
        raise
    except ProtocolError as error:
        if "not found" in str(error):
            return []  # how Asterisk says that there are none
        raise
    prefix = f"/{family}/"
    found = [
        (header_of(event, "Key"), header_of(event, "Val")) for event in events if event.event == "DBGetTreeResponse"
    ]
    return sorted((key.removeprefix(prefix), value) for key, value in found if key.startswith(prefix))
