"""Connector to VICIdial: who objects to calls, or is put on a red list by hand, goes to its own do-not-call list.

By `add_dnc_phone` of its non-agent API (NON-AGENT_API.txt, which comes with VICIdial): an answer is one line of text,
that begins with SUCCESS or with ERROR, both with the HTTP status 200.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from gatekeeper.delivery.post import Receiver
from gatekeeper.errors import DeliveryError
from gatekeeper.hooks.message import HookEvent, HookMessage
from gatekeeper.phone.forms import DIGIT_FORMS, DigitForm
from gatekeeper.policy.ledger import EventKind
from gatekeeper.text import one_line
from gatekeeper.translation import phrase

INTERNAL: Final = "SYSTEM_INTERNAL"
"""VICIdial's name of the list that every campaign of it heeds."""

_SOURCE: Final = "gatekeeper"
_ADDED: Final = "SUCCESS: add_dnc_phone"
_THERE_ALREADY: Final = "ERROR: add_dnc_phone DNC NUMBER ALREADY EXISTS"
_VERSION: Final = "VERSION:"
_NAMES: Final = re.compile(r" - |\|")
_DIGITS: Final = re.compile(r"\d{6,}")
_MOST_SHOWN: Final = 120
_TO_BE_ADDED: Final = {
    HookEvent.REFUSAL: lambda data: data.get("kind") == EventKind.OBJECTION.value,
    HookEvent.LIST: lambda data: data.get("kind") == "red" and data.get("change") == "add",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VicidialLogin:
    """Who adds numbers, and where.

    Attributes:
        user: a user of VICIdial with `user_level` 8 and "modify lists".
        secret: that user's password.
        campaigns: whose lists; `SYSTEM_INTERNAL` for all.
        forms: how its leads have their numbers written.
    """

    user: str
    secret: str
    campaigns: tuple[str, ...] = (INTERNAL,)
    forms: tuple[DigitForm, ...] = ("significant",)


class VicidialChannel:
    """Tells one VICIdial.

    Args:
        name: the endpoint's.
        receiver: its `non_agent_api.php`.
        login: who adds numbers.
    """

    most = 1
    pause_s = 0.0

    def __init__(self, name: str, receiver: Receiver, login: VicidialLogin) -> None:
        self.name = name
        self._receiver = receiver
        self._login = login

    @property
    def goal(self) -> str:
        """The server."""
        return self._receiver.goal

    def send(self, messages: Sequence[HookMessage], /) -> None:
        """Add the numbers that are not to be called; a test asks for the version alone.

        Raises:
            DeliveryError: it can't be reached, does not take one, or gives an answer that is not understood.
        """
        for message in messages:
            if message.kind is HookEvent.TEST:
                self._ask({"function": "version"}, lambda said: said.startswith(_VERSION))
                continue
            number = str(message.data.get("number") or "").removeprefix("+")
            if not number or not _is_to_be_added(message.kind, message.data):
                continue
            for form in dict.fromkeys(DIGIT_FORMS[name](int(number)) for name in self._login.forms):
                for campaign in self._login.campaigns:
                    asked = {"function": "add_dnc_phone", "phone_number": form, "campaign_id": campaign}
                    self._ask(asked, lambda said: said.startswith((_ADDED, _THERE_ALREADY)))

    def _ask(self, fields: dict[str, str], is_right: Callable[[str], bool]) -> None:
        # By POST, so that user and password are in no log of a web server.
        login = {"source": _SOURCE, "user": self._login.user, "pass": self._login.secret}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        said = self._receiver.post(urlencode({**login, **fields}).encode(), headers).text.strip()
        if not is_right(said):
            raise DeliveryError(phrase("VICIdial at {goal} answers: {shown}", goal=self.goal, shown=_shown(said)))


def _is_to_be_added(kind: HookEvent, data: Any) -> bool:
    asked = _TO_BE_ADDED.get(kind)
    return asked is not None and asked(data)


def _shown(answer: str) -> str:
    """An answer fit for a log: what stands behind the dash, or between bars, names user and number."""
    return _DIGITS.sub("…", one_line(_NAMES.split(answer, maxsplit=1)[0]))[:_MOST_SHOWN] or phrase("nothing")
