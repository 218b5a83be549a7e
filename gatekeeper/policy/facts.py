"""The facts: what the lists say about a number at the moment of the attempt."""

from typing import NamedTuple


class Hit(NamedTuple):
    """A list holds the number.

    Attributes:
        list: the list's name.
        version: the version of the list that said so.
    """

    list: str
    version: str


class Facts(NamedTuple):
    """What is known about the number of one attempt.

    Attributes:
        red: the red list that holds it, if one does.
        listed: the first of the campaign's opposition lists that holds it, if one does.
        stale: the first of the campaign's lists that is too old to rely on or was never imported, or None.
        unscrubbed: the first of the campaign's lists that says nothing of the number although it must: a wash list
            without a fresh answer on it, or a list that does not cover its prefix; or None.
        contract: the register that has a running contract of the number with the principal, if one has. Looked up
            only where `listed`, `stale` or `unscrubbed` speaks against the call.
    """

    red: Hit | None = None
    listed: Hit | None = None
    stale: Hit | None = None
    unscrubbed: Hit | None = None
    contract: Hit | None = None

    @property
    def against(self) -> Hit | None:
        """The list that speaks against the call, red lists apart; in the order in which the rules are asked."""
        return self.listed or self.stale or self.unscrubbed


NO_FACTS = Facts()
"""The facts about what is not a person's number: no list is asked."""
