"""A post to a receiver: to the address that was looked at, without proxies, redirections or secrets in errors."""

import contextlib
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import httpx  # takes its time, in which no call is answered: sites that post have it before the daemon serves

from gatekeeper import __version__
from gatekeeper.delivery.addresses import is_public
from gatekeeper.errors import DeliveryError
from gatekeeper.translation import phrase, trouble_of

_TIMEOUT_S: Final = 20.0
_GONE: Final = 410
_MOST: Final = 4096
"""Bytes of an answer that are read."""


class PostAnswer(NamedTuple):
    """An answer of the range of success.

    Attributes:
        status: its status.
        text: the beginning of its body.
    """

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets posts.

    Attributes:
        url: the address.
        private: whether it may be one of a private network.
        context: what its certificate is checked with.
        permission: what is to be set for a private network, for an error's text.
    """

    url: str
    private: bool
    context: ssl.SSLContext
    permission: str

    @property
    def goal(self) -> str:
        """The receiver, without its path: that may be a secret."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}/..."

    def post(self, body: bytes, headers: Mapping[str, str]) -> PostAnswer:
        """Post a body; gives the answer.

        Args:
            body: what is posted.
            headers: beside those of every post; `Content-Type` at least.

        Raises:
            DeliveryError: the receiver can't be reached, may not be, or does not take it.
        """
        url = httpx.URL(self.url)
        # The address that was looked at is the one that is used: asked again, a name could lead elsewhere.
        address = self._address(url.host, url.port or (443 if url.scheme == "https" else 80))
        own = {"User-Agent": f"gatekeeper/{__version__}", "Accept-Encoding": "identity"}
        sent = {"Host": url.netloc.decode("ascii"), **own, **headers}
        named = {"sni_hostname": url.host}
        try:
            with (
                httpx.Client(verify=self.context, timeout=_TIMEOUT_S, trust_env=False) as client,
                client.stream(
                    "POST", url.copy_with(host=address), content=body, headers=sent, extensions=named
                ) as answer,
            ):
                status, begins = answer.status_code, _beginning(answer)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Not its text: it may have the address in it.
            raise DeliveryError(
                phrase("{goal} can't be reached ({name})", goal=self.goal, name=type(error).__name__)
            ) from None
        if status == _GONE:
            raise DeliveryError(phrase("{goal} answers that it is gone (410)", goal=self.goal), for_good=True)
        if not 200 <= status < 300:  # noqa: PLR2004 - HTTP's own range of success
            raise DeliveryError(phrase("{goal} answers with the status {status}", goal=self.goal, status=status))
        return PostAnswer(status, begins)

    def _address(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise DeliveryError(
                phrase("{host} has no address: {strerror}", host=host, strerror=trouble_of(error))
            ) from None
        except UnicodeError:
            raise DeliveryError(phrase("{host} can't be the name of a host", host=host)) from None
        addresses = [str(one[4][0]) for one in found]
        if not self.private and not all(map(is_public, addresses)):
            raise DeliveryError(
                phrase(
                    "{host} has an address of a private network, where nothing is posted; if it is meant, set "
                    "{permission}",
                    host=host,
                    permission=self.permission,
                )
            )
        return addresses[0]


def _beginning(answer: httpx.Response) -> str:
    """What an answer begins with; the rest of it is not waited for.

    Nor is it a failure where that does not come: by its status the receiver has taken the post.
    """
    found, end = b"", time.monotonic() + _TIMEOUT_S
    with contextlib.suppress(httpx.HTTPError):
        for chunk in answer.iter_raw():
            found += chunk
            if len(found) >= _MOST or time.monotonic() > end:
                break
    return found[:_MOST].decode("utf-8", "replace")
