"""Networks from which somebody who has signed in came of late: some of the desk's connections are kept for them."""

from collections import OrderedDict
from typing import Final

MOST: Final = 256
"""So many are known; the one that was seen longest ago is forgotten first."""


class KnownNetworks:
    """The networks, as `network_of` names them; known as long as the desk runs. Used on the desk's loop alone."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, network: object) -> bool:
        return network in self._seen

    def add(self, network: str) -> None:
        """Somebody with a session has come from there."""
        self._seen[network] = None
        self._seen.move_to_end(network)
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)
