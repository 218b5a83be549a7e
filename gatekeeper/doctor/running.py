"""The running Asterisk, asked over its manager as the watchdog's user: only questions, nothing is changed.

Sources, measured on Asterisk 16.28 and 22.10: `CoreSettings`, `ShowDialPlan`, `Getvar` and `ListCommands` need no more
than `write = reporting`, which the shipped sample of manager.conf gives.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from gatekeeper.doctor.manager_link import logged_in
from gatekeeper.errors import GatekeeperError, PeerGoneError, ProtocolError
from gatekeeper.translation import phrase
from gatekeeper.vocabulary import DialplanGlobal
from gatekeeper.watchdog.dial_event import header_of
from gatekeeper.watchdog.endpoints import PjsipEndpoint, survey
from gatekeeper.watchdog.rights import NEEDED

if TYPE_CHECKING:
    from gatekeeper.ami.client import AmiLink
    from gatekeeper.config import Settings

CONTEXTS: Final = ("gatekeeper", "gatekeeper-check", "gatekeeper-ask", "gatekeeper-predial", "gatekeeper-emergency")
"""Contexts of the shipped dialplan without which a call is refused, or an emergency call is not let by."""

_GLOBALS: Final = (DialplanGlobal.AGI, DialplanGlobal.EMERGENCY_SITE)


@dataclass(frozen=True)
class RunningAsterisk:
    """What it says.

    Attributes:
        trouble: why it could not be asked, or "".
        refused: whether it refused the login.
        version: its version, such as `22.10.1`; "" where it does not tell.
        lacking: what the watchdog's user may not do, each as the end of a sentence.
        contexts: which of `CONTEXTS` it has loaded.
        values: the global variables of the gate, by name.
        endpoints: its PJSIP endpoints, where a SIP gate is configured.
    """

    trouble: str = ""
    refused: bool = False
    version: str = ""
    lacking: tuple[str, ...] = ()
    contexts: frozenset[str] = frozenset()
    values: Mapping[str, str] = field(default_factory=dict)
    endpoints: tuple[PjsipEndpoint, ...] = ()


def ask_asterisk(settings: "Settings") -> RunningAsterisk:
    """Log in as the watchdog does, and ask. Takes at most some seconds."""
    name = settings.server_name(settings.watchdog.asterisk)
    server = settings.asterisk[name]
    if not server.secret.get_secret_value():
        return RunningAsterisk(trouble=phrase("there is no secret for the manager's user {user}", user=server.username))
    try:
        return asyncio.run(_asked(settings, name))
    except (GatekeeperError, OSError) as error:
        return RunningAsterisk(trouble=str(error))


async def _asked(settings: "Settings", name: str) -> RunningAsterisk:
    async with logged_in(settings.asterisk[name].as_link(name)) as link:
        if not link.connected:
            return RunningAsterisk(trouble=link.trouble, refused=link.refused)
        told = await _told(link)
        return replace(told, endpoints=await _endpoints(link)) if settings.sip_gate.enabled else told


async def _told(link: "AmiLink") -> RunningAsterisk:
    (may,) = await link.ask("ListCommands")
    lacking = tuple(what_for for action, what_for in NEEDED.items() if not header_of(may, action))
    contexts = frozenset([name for name in CONTEXTS if await _is_loaded(link, name)])
    values = {
        name.value: header_of(found[0], "Value") for name in _GLOBALS if (found := await _try(link, "Getvar", name))
    }
    settings = await _try(link, "CoreSettings")
    version = header_of(settings[0], "AsteriskVersion") if settings else ""
    return RunningAsterisk(version=version, lacking=lacking, contexts=contexts, values=values)


async def _endpoints(link: "AmiLink") -> tuple[PjsipEndpoint, ...]:
    return tuple((await survey(link)).values())


async def _is_loaded(link: "AmiLink", context: str) -> bool:
    try:
        await link.ask("ShowDialPlan", Context=context)
    except PeerGoneError:
        raise
    except ProtocolError:
        return False
    return True


async def _try(link: "AmiLink", action: str, variable: str = "") -> list[Any]:
    try:
        return await link.ask(action, Variable=variable)
    except PeerGoneError:
        raise
    except ProtocolError:
        return []
