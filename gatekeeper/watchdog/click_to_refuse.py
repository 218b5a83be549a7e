"""Click-to-refuse: a client tells of a refusal by a `UserEvent`, and is told by one what came of it."""

import logging
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

from gatekeeper.ami.client import AmiLink
from gatekeeper.errors import ProtocolError
from gatekeeper.refusals.service import MOST_TEXT, Refusal, Refuse, Refused
from gatekeeper.text import printable
from gatekeeper.vocabulary import UserEventName
from gatekeeper.watchdog.dial_event import header_of

log = logging.getLogger(__name__)


async def grant(event: Mapping[str, Any], refuse: Refuse, link: AmiLink) -> Refused:
    """Take a refusal that came as an event, and answer it.

    Its headers: `Number`, or `Decision` (what the call carries in GATEKEEPER_DECISION); and, as far as they are known,
    `Agent`, `Channel`, `Uniqueid`, `Linkedid`, `Note`, `Reference`. The last one comes back in the answer.
    """
    given = {name: printable(header_of(event, name))[:MOST_TEXT] for name in _HEADERS}
    number = given["Number"]
    result = await refuse(
        Refusal(
            via="UserEvent",
            number=unquote(number) if "%" in number else number,
            decision=printable(header_of(event, "Decision")),
            agent=given["Agent"],
            channel=given["Channel"],
            uniqueid=given["Uniqueid"],
            linkedid=given["Linkedid"],
            note=given["Note"],
        )
    )
    try:
        link.send(
            "UserEvent",
            UserEvent=UserEventName.REFUSED,
            Result=result.value,
            Number=quote(number, safe="%"),
            Agent=given["Agent"],
            Reference=given["Reference"],
        )
    except ProtocolError:
        log.warning("a refusal came to %s, and the one who asked could not be told", result)
    return result


_HEADERS: Final = ("Number", "Agent", "Channel", "Uniqueid", "Linkedid", "Note", "Reference")
