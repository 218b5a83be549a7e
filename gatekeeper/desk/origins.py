"""Origins: under which addresses the desk is known, and whether a request comes from one of its own pages. Pure.

A name that is not the desk's own could be made to point at it by whoever owns the name (DNS rebinding), so that a page
of his would be taken for one of ours. Sources: OWASP's Cross-Site Request Forgery Prevention, "Fetch Metadata" (W3C),
RFC 6454.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]{1,5})?")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_IMPLIED = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Origins:
    """The addresses of a desk.

    Attributes:
        public_url: what people type, "" where it is host and port.
        host: what it listens on.
    """

    public_url: str = ""
    host: str = "127.0.0.1"

    def knows(self, host: str) -> bool:
        """Whether a request's `Host` is one of the desk's: the public one, the configured one, or an address."""
        name = _name(host)
        if name in {"localhost", self.host.lower()} or self._is_public(name):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def admits(self, method: str, scheme: str, headers: Mapping[str, str]) -> bool:
        """Whether a request may do what it asks for, by where it comes from.

        Args:
            method: of the request.
            scheme: `http` or `https`, as it came in.
            headers: by their names in small letters.
        """
        site = headers.get("sec-fetch-site", "")
        if method in _SAFE:
            # Another site may send people here by a link, and nothing else.
            return site not in {"cross-site", "same-site"} or headers.get("sec-fetch-mode") == "navigate"
        if site and site != "same-origin":
            return False
        origin = headers.get("origin", "")
        if origin:
            host = headers.get("host", "")
            # Who can be between a browser and a proxy answers as the public name without TLS: that page is not ours.
            own = self.public_url if self._is_public(_name(host)) else f"{scheme}://{host}"
            return _written(origin) in {_written(self.public_url), _written(own)} - {""}
        # A browser says one or the other of every form.
        return site == "same-origin"

    def _is_public(self, name: str) -> bool:
        return bool(self.public_url) and name == urlsplit(self.public_url).hostname


def _written(origin: str) -> str:
    """An origin as browsers write it (RFC 6454, 6.2): in small letters, without the port that goes without saying."""
    small = origin.lower()
    scheme, _, _ = small.partition(":")
    return small.removesuffix(_IMPLIED.get(scheme, ""))


def _name(host: str) -> str:
    """The name in a `Host`; "" where that is not a name or an address, with a port or without."""
    found = _HOST.fullmatch(host)
    return "" if found is None else (found[1] or found[2]).lower()
