"""The record of a carrier: reads from SIPp's own files which calls it saw.

SIPp writes one tab-separated line per message (``-trace_shortmsg``): date, time, epoch seconds, ``R`` or ``S``,
Call-ID, CSeq, start line; and, by our scenario's ``<log>``, Call-ID, From and To of each INVITE, with spaces between.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from lab.errors import LabError

_USER: Final = re.compile(r"^INVITE sips?:([^@;> ]*)@", re.IGNORECASE)
_FROM_USER: Final = re.compile(r"sips?:([^@;>]*)@", re.IGNORECASE)
_COLUMNS: Final = 6


@dataclass
class Invite:
    """One call that reached the carrier. Times are seconds since the epoch, to the microsecond."""

    call_id: str
    number: str
    """User part of the request URI, as it was dialled."""
    at: float
    caller: str = ""
    """User part of the From header."""
    answered_at: float | None = None
    """When the carrier sent 200 to the INVITE."""
    cancelled_at: float | None = None
    """When the CANCEL came."""
    ended_at: float | None = None
    """When the BYE came or was sent."""
    status: int = 0
    """Last final status sent to the INVITE, 0 while there is none."""


class Record:
    """Reads the two files as they grow; a line is taken once it is whole."""

    def __init__(self, messages: Path, callers: Path) -> None:
        self._messages = _Tail(messages)
        self._callers = _Tail(callers)
        self._waiting_callers: dict[str, str] = {}
        self.calls: dict[str, Invite] = {}
        """Call-ID -> call, in the order of arrival."""
        self.lines = 0

    def refresh(self) -> None:
        """Take in what was written since the last time."""
        for line in self._messages.new_lines():
            self.lines += 1
            self._take(line)
        for line in self._callers.new_lines():
            call_id, _, headers = line.partition(" ")
            found = _FROM_USER.search(headers)
            self._waiting_callers[call_id] = unquote(found.group(1)) if found else ""
        self._name_callers(list(self._waiting_callers))

    def _name_callers(self, call_ids: Iterable[str]) -> None:
        for call_id in call_ids:
            if call_id in self.calls:
                self.calls[call_id].caller = self._waiting_callers.pop(call_id)

    def _take(self, line: str) -> None:
        columns = line.split("\t")
        if len(columns) < _COLUMNS + 1:
            message = f"{self._messages.path}: not a line of SIPp's record: {line!r}"
            raise LabError(message)
        at, direction, call_id, cseq, start = float(columns[2]), columns[3], columns[4], columns[5], columns[6]
        call = self.calls.get(call_id)
        if direction == "R" and call is None and (user := _USER.match(start)):
            self.calls[call_id] = Invite(call_id, unquote(user.group(1)), at)
        elif call is None:
            return  # a request outside of any call, such as OPTIONS
        elif start.startswith("CANCEL "):
            call.cancelled_at = call.cancelled_at or at
        elif start.startswith("BYE "):
            call.ended_at = call.ended_at or at
        elif direction == "S" and cseq.endswith("INVITE"):
            status = int(start.split()[1])
            call.status = status if status >= 200 else call.status
            if status == 200:
                call.answered_at = call.answered_at or at


class _Tail:
    """The whole lines that were added to a file since the last look; none while it does not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0

    def new_lines(self) -> list[str]:
        try:
            with self.path.open("rb") as file:
                file.seek(self._offset)
                added = file.read()
        except FileNotFoundError:
            return []
        whole = added[: added.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole.decode(errors="replace").splitlines()
