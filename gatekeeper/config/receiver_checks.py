"""Checks of an address that is posted to, and of `[hooks.NAME]`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gatekeeper.config.problems import Problem
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.config.settings import Settings


def hook_problems(settings: "Settings") -> Iterator[Problem]:
    """Everything that is wrong. A secret that is missing is not: only the daemon's user may have it."""
    for name, section in settings.hooks.items():
        example = "https://crm.example.org/gatekeeper"
        wrong = fault_of_address(section.url, "private", example, private=section.private)
        if wrong:
            yield Problem(("hooks", name, "url"), wrong)
        if section.connector == "vicidial" and not section.username:
            yield Problem(("hooks", name, "username"), phrase("is missing: VICIdial wants a user"))
        if section.connector == "vicidial" and not (section.dnc_campaigns and section.number_forms):
            yield Problem(("hooks", name), phrase("adds nothing: dnc_campaigns and number_forms name where and how"))
        if not section.events:
            yield Problem(("hooks", name, "events"), phrase("is empty: it would be told nothing"))


def fault_of_address(url: str, permission: str, example: str, *, private: bool) -> str:
    """What is wrong with an address, or "". It is not shown: the path of a webhook is often a secret.

    Args:
        url: the address.
        permission: the key that allows a private network.
        example: an address that would be right.
        private: whether that is allowed.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("https", "http"):
        return phrase("must be an address such as {example}", example=example)
    if parts.scheme != "https" and not private:
        return phrase(
            "must begin with https://; http:// is for a private network ({permission} = true)", permission=permission
        )
    if parts.username or parts.password:
        return phrase("has a user or a password in it: the signature is what a receiver checks")
    return ""
