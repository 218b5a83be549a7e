"""A carrier that sends every call on to another number (SIP 302, RFC 3261 section 21.3.3), and notes each."""

from typing import Final

from tests.dialplan.scripted_carrier import BUSY, ScriptedCarrier

ELSEWHERE: Final = "0698765432"


class Redirector(ScriptedCarrier):
    """Redirects each number to :data:`ELSEWHERE`, which is busy."""

    def answer(self, number: str) -> tuple[str, ...]:
        """A redirection, but for the number that it leads to."""
        if number == ELSEWHERE:
            return (BUSY,)
        return ("302 Moved Temporarily", f"Contact: <sip:{ELSEWHERE}@127.0.0.1:{self.port}>")
