"""The watchdog's rights: tries whether Asterisk's manager lets it see calls and end them, as Asterisk does not tell.

Asterisk refuses an action by an answer, but leaves out an event without a word. What a connection may do is settled at
its login; a reload of `manager.conf` changes it for later logins only. So it is tried on a connection of its own, which
tells of the next login as well.

Sources, each measured on Asterisk 16.28 and 22.10: `ListCommands` lists what may be asked for, and is open to all; an
`ExtensionStatus` event is of class `call`, as `DialBegin` is, and comes when the state behind a hint changes.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Mapping
from functools import reduce
from typing import Any, Final

from gatekeeper.ami.client import AmiLink, LinkSettings
from gatekeeper.errors import GatekeeperError, ProtocolError
from gatekeeper.logs import StateLog
from gatekeeper.translation import marked, phrase
from gatekeeper.vocabulary import UserEventName
from gatekeeper.watchdog.dial_event import header_of

log = logging.getLogger(__name__)

NEEDED: Final = {
    "Hangup": marked("end blocked calls (write = call)"),
    "UserEvent": marked("report bypasses (write = user)"),
    "Getvar": marked("see what a channel carries (write = reporting)"),
    "CoreShowChannels": marked("look for calls that it missed (write = reporting)"),
    "DBGetTree": marked("collect what the dialplan kept (write = reporting)"),
    "DBDel": marked("delete what it has collected (write = system)"),
}
"""The actions that the watchdog asks for, with what for."""

_CONTEXT: Final = "gatekeeper-watchdog"
_HINT: Final = "eyes"
_STATE: Final = "DEVICE_STATE(Custom:Gatekeeper)"
"""A hint of the shipped dialplan, and the state behind it. Nothing else uses them."""

_EVENTS: Final = frozenset({"ExtensionStatus", "UserEvent"})
_ANSWER_S: Final = 1.0
_TRIES: Final = 50


class RightsCheck:
    """Tries what the user of `manager.conf` may do.

    Args:
        settings: where Asterisk's manager is, and who logs in there.

    Attributes:
        sees_calls: whether an event of a call came on the watchdog's own connection; then it need not be tried.
    """

    def __init__(self, settings: LinkSettings) -> None:
        self.sees_calls = False
        self._settings = settings
        self._lack = StateLog(
            log,
            phrase("the watchdog's manager user {name!r}", name=settings.username),
            over="the watchdog's manager user may do all that it needs to",
        )
        self._one_at_a_time = asyncio.Lock()

    @property
    def trouble(self) -> str:
        """What it may not do, or ""."""
        return self._lack.trouble

    async def check(self) -> bool:
        """Try it; whether the outcome is another one than before."""
        async with self._one_at_a_time:
            trouble = await _Trial(self._settings).outcome(blind_is_told=not self.sees_calls)
        if trouble is None:
            return False
        return self._lack.begin(trouble) if trouble else self._lack.end()


class _Trial:
    """One login, and what it may do.

    Args:
        settings: of the watchdog's own connection.
    """

    def __init__(self, settings: LinkSettings) -> None:
        self._login_s = settings.connect_s
        self._answer_s = min(_ANSWER_S, settings.answer_s)
        self._link = AmiLink(settings, _EVENTS, self._on_event, self._on_login, quiet=True)
        self._logged_in = asyncio.Event()
        self._called = asyncio.Event()
        self._told = asyncio.Event()
        self._token = secrets.token_hex(8)

    async def outcome(self, *, blind_is_told: bool) -> str | None:
        """What it may not do, or ""; None where that can't be found out now, for want of a connection."""
        running = asyncio.create_task(self._link.run())
        try:
            if not await self._log_in():
                return _remedied(phrase("can't log in")) if self._link.refused else None
            missing = await self._missing()
            hears, sees = await asyncio.gather(self._hears_user_events(), self._sees_calls())
            if not hears:
                missing.append(phrase("hear UserEvents, such as refusals (read = user)"))
            if not sees and blind_is_told:
                missing.append(phrase("see calls being dialled (read = call, and the sample's lines `eventfilter`)"))
        except GatekeeperError as error:
            log.debug("the rights of the manager user could not be tried: %s", error)
            return None
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
        if not missing:
            return ""
        return _remedied(phrase("may not {names}", names=reduce(_and, missing)))

    async def _log_in(self) -> bool:
        """Asterisk takes a second to refuse a login, so that guessing takes long."""
        for _ in range(_TRIES):
            if self._link.refused or await _within(self._logged_in, self._login_s / _TRIES):
                break
        return self._logged_in.is_set()

    async def _missing(self) -> list[str]:
        (answer,) = await self._link.ask("ListCommands")
        return [phrase(what_for) for action, what_for in NEEDED.items() if not header_of(answer, action)]

    async def _hears_user_events(self) -> bool:
        try:
            await self._link.ask("UserEvent", UserEvent=UserEventName.TRIAL, Token=self._token)
        except ProtocolError:
            return True  # it may not send one, which is told already
        return await _within(self._told, self._answer_s)

    async def _sees_calls(self) -> bool:
        """Change a state that the shipped dialplan has a hint for; True where that can't be done."""
        try:
            (hint,) = await self._link.ask("ExtensionState", Context=_CONTEXT, Exten=_HINT)
            if not header_of(hint, "Hint"):
                return True
            (state,) = await self._link.ask("Getvar", Variable=_STATE)
            other = "NOT_INUSE" if header_of(state, "Value") == "INUSE" else "INUSE"
            await self._link.ask("Setvar", Variable=_STATE, Value=other)
        except ProtocolError:
            return True
        return await _within(self._called, self._answer_s)

    def _on_event(self, event: Mapping[str, Any]) -> None:
        if header_of(event, "Event") == "ExtensionStatus":
            if header_of(event, "Context") == _CONTEXT:
                self._called.set()
        elif header_of(event, "UserEvent") == UserEventName.TRIAL and header_of(event, "Token") == self._token:
            self._told.set()

    async def _on_login(self) -> None:
        self._logged_in.set()


def _and(one: str, other: str) -> str:
    return phrase("{names}; {why}", names=one, why=other)


def _remedied(what: str) -> str:
    return phrase(
        "{what}. Compare its section in manager.conf with asterisk/samples/manager.conf, then reload the manager "
        "(`asterisk -rx 'manager reload'`)",
        what=what,
    )


async def _within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
