"""Checks of `[alerts]`: mistakes that show only when two settings are seen together."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatekeeper.config.problems import Problem
from gatekeeper.config.receiver_checks import fault_of_address
from gatekeeper.config.sections.alerts import SYSLOG, AlertsSection
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.config.settings import Settings


def alert_problems(settings: "Settings") -> Iterator[Problem]:
    """Everything that is wrong. A secret that is missing is not: only the daemon's user may have it."""
    section = settings.alerts
    if section.enabled and not section.has_channel:
        yield Problem(("alerts", "enabled"), phrase("is true, and nobody is told: set email_to, webhook_url or syslog"))
    yield from (Problem(("alerts", key), text) for key, text in (*_mail(section), *_webhook(section)))
    if section.syslog and not SYSLOG.fullmatch(section.syslog):
        yield Problem(
            ("alerts", "syslog"),
            phrase('is "{syslog}"; it must be the path of a socket, or HOST:PORT', syslog=section.syslog),
        )


def _mail(section: AlertsSection) -> Iterator[tuple[str, str]]:
    for address in (*section.email_to, *filter(None, [section.email_from])):
        if not _is_address(address):
            key = "email_from" if address == section.email_from else "email_to"
            yield key, phrase('has "{address}", which is not an address such as ops@example.org', address=address)
    if section.email_to and not section.email_from:
        yield "email_from", phrase("is missing: e-mail must come from somebody, such as gatekeeper@example.org")


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(at and local and domain) and text.isascii() and not set(text) & set(' ,;<>()[]\\"')


def _webhook(section: AlertsSection) -> Iterator[tuple[str, str]]:
    if not section.webhook_url:
        return
    example = "https://hooks.example.org/gatekeeper"
    wrong = fault_of_address(section.webhook_url, "webhook_private", example, private=section.webhook_private)
    if wrong:
        yield "webhook_url", wrong
