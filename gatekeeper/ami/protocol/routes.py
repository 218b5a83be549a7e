"""Routes to the outside: the site's trunks, technologies and contexts, as plain values."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from gatekeeper.ami.protocol.extensions import is_named

_DECORATION: Final = re.compile(r"(?:sips?|tel):|%(?:3a|2d)|(?:[^\w+*#]|_)+", re.IGNORECASE)
"""May stand before a number without belonging to it. Asterisk skips dashes in extensions (`ext_cmp` of `pbx.c`)."""

_BEGINNINGS: Final = frozenset("+*#0123456789")

INSIDE_TECHNOLOGIES = frozenset({
    "agent", "alsa", "audiosocket", "console", "mgcp", "multicastrtp", "oss", "sccp", "skinny", "unicastrtp", "ustm",
    "websocket",
})  # fmt: skip
"""Channel technologies that reach telephones and programs of the site only."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Which dial strings and contexts lead outside.

    A number that is dialled at a peer (`PJSIP/number@peer`, `SIP/peer/number`, `IAX2/peer/number`, `DAHDI/g1/number`)
    always leads outside, unless the peer is one of `inside_peers`; so does every technology that is not known here. A
    plain peer (`PJSIP/1001`) is a telephone of the site, unless it is one of `trunks`.

    Patterns are those of `fnmatch` (`*`, `?`, `[abc]`) and don't regard case.

    Attributes:
        trunks: patterns of peers that lead outside even when they are dialled without a number.
        inside_peers: patterns of peers that never do.
        inside_technologies: technologies that never do, in lower case.
        outside_contexts: patterns of contexts where every extension leads outside.
        inside_contexts: patterns of contexts where none does. `outside_contexts` come first.
        inside_extensions: patterns of extensions that don't either, though they look like public numbers
            (`gatekeeper.ami.protocol.extensions`); not in `outside_contexts`.
        public_digits: in every other context, an extension with at least so many digits is taken for a public number.
    """

    trunks: tuple[str, ...] = ("trunk*", "*-trunk", "*_trunk", "carrier*")
    inside_peers: tuple[str, ...] = ()
    inside_technologies: frozenset[str] = INSIDE_TECHNOLOGIES
    outside_contexts: tuple[str, ...] = (
        "outbound*", "outside*", "outgoing*", "dialout*", "outrt-*", "*-outbound", "*-out", "gatekeeper*",
    )  # fmt: skip
    inside_contexts: tuple[str, ...] = ()
    inside_extensions: tuple[str, ...] = ()
    public_digits: int = 9

    def is_trunk(self, peer: str) -> bool:
        """Whether a peer leads outside by itself."""
        return _matches(peer, self.trunks) and not self.is_inside_peer(peer)

    def is_inside_peer(self, peer: str) -> bool:
        """Whether a peer never leads outside."""
        # Asked with the number before the peer, too: without patterns that would only fill the cache.
        return bool(self.inside_peers) and _matches(peer, self.inside_peers)

    def is_public(self, extension: str) -> bool:
        """Whether an extension has the shape of a public number, however it is decorated."""
        first = extension[:1]
        if first not in _BEGINNINGS:
            first = _first_character(extension)
            if not first or first.isalpha():
                return False
        return first == "+" or sum(map(str.isdigit, extension)) >= self.public_digits

    def leads_outside(self, context: str, extension: str) -> bool:
        """Whether an extension of a context is to be checked."""
        if _matches(context, self.outside_contexts):
            return True
        if not self.is_public(extension) or _matches(context, self.inside_contexts):
            return False
        return not is_named(extension, self.inside_extensions, self.is_public)


def _first_character(extension: str) -> str:
    """The first character that is not decoration, or ""."""
    at = 0
    while match := _DECORATION.match(extension, at):
        at = match.end()
    return extension[at : at + 1]


@lru_cache(maxsize=4096)
def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    name = name.strip().lower()
    return any(fnmatchcase(name, pattern.lower()) for pattern in patterns)
