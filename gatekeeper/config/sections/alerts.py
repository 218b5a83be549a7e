"""`[alerts]`: who is told before calls stop, and by what."""

import re
import socket
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field, SecretStr

from gatekeeper.config.field_types import Flag, Host, PemFile, Section, Text, Texts, Whole
from gatekeeper.errors import ConfigError
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.alerts.channel import AlertChannel
    from gatekeeper.alerts.mail import MailChannel
    from gatekeeper.alerts.webhook import WebhookChannel
    from gatekeeper.words import Language

SYSLOG: Final = re.compile(r"/[^\x00]+|[^\s:/]+:[0-9]{1,5}|\[[0-9a-fA-F:]+\]:[0-9]{1,5}")
"""The path of a socket, or `HOST:PORT`."""


class AlertsSection(Section):
    """Tells people, by e-mail, webhook and syslog, of what stops calls or soon will. No number of a person is in it."""

    enabled: Flag = Field(default=False, description="Whether people are told.")
    server: Text = Field(default="", description="How this machine is called in alerts; without, its host name.")
    lang: Literal["en", "fr"] = Field(default="en", description="The language of the alerts.")
    disk_percent: Whole = Field(
        default=10, ge=0, le=99, description="Below how many percent of room on the data folder's disk that is told."
    )
    email_to: Texts = Field(default=(), description="The addresses that get e-mail; none for no e-mail.")
    email_from: Text = Field(default="", description="The address that it comes from.")
    smtp_host: Host = Field(default="127.0.0.1", description="The mail server that takes it.")
    smtp_port: Whole = Field(default=25, ge=1, le=65535, description="Its port: 25, 587 for users, 465 for TLS.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description='How the connection is encrypted. "starttls": after it was opened. "tls": from its beginning. '
        '"none": not at all, for a mail server on this machine.',
    )
    smtp_ca: PemFile = Field(
        default="", description="The authority (PEM) that signed its certificate; without one, those of the system."
    )
    smtp_username: Text = Field(default="", description="The user that logs in there; none where nobody has to.")
    smtp_secret: SecretStr = Field(
        default=SecretStr(""), description="That user's password; better in the variable than in the file."
    )
    webhook_url: Text = Field(default="", description="The address that each alert is posted to; none for no webhook.")
    webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="What it is signed with, as Standard Webhooks says: whsec_ and Base64; better in the variable.",
    )
    webhook_private: Flag = Field(
        default=False,
        description="Whether the webhook may go to an address of a private network, and by http:// without encryption.",
    )
    webhook_ca: PemFile = Field(
        default="", description="The authority (PEM) that signed its certificate; without one, those of the system."
    )
    syslog: Text = Field(
        default="",
        description='A socket such as "/dev/log", or HOST:PORT of a syslog server (UDP); none for no syslog.',
    )

    @property
    def has_channel(self) -> bool:
        """Whether there is anybody to tell."""
        return bool(self.email_to or self.webhook_url or self.syslog)

    def as_language(self) -> "Language":
        """The language of the alerts."""
        from gatekeeper.words import Language

        return Language(self.lang)

    def as_channels(self) -> "list[AlertChannel]":
        """Who tells them.

        Raises:
            ConfigError: the webhook's secret is missing or wrong.
            DaemonError: a certificate can't be used.
        """
        from gatekeeper.alerts.syslog import SyslogChannel

        found: list[AlertChannel] = []
        if self.email_to:
            found.append(self._mail())
        if self.webhook_url:
            found.append(self._webhook())
        if self.syslog:
            found.append(SyslogChannel(self.syslog, self._server, self.as_language()))
        return found

    @property
    def _server(self) -> str:
        return self.server or socket.gethostname()

    def _mail(self) -> "MailChannel":
        from gatekeeper.alerts.mail import MailChannel, MailSettings
        from gatekeeper.net.tls import trusting

        return MailChannel(
            MailSettings(
                host=self.smtp_host,
                port=self.smtp_port,
                tls=self.smtp_tls,
                context=None if self.smtp_tls == "none" else trusting(self.smtp_ca, "alerts.smtp_ca"),
                username=self.smtp_username,
                secret=self.smtp_secret.get_secret_value(),
                sender=self.email_from,
                to=self.email_to,
                server=self._server,
                language=self.as_language(),
            )
        )

    def _webhook(self) -> "WebhookChannel":
        from gatekeeper.alerts.webhook import WebhookChannel, WebhookSettings
        from gatekeeper.delivery.signing import key_of
        from gatekeeper.net.tls import trusting

        try:
            key = key_of(self.webhook_secret.get_secret_value())
        except ValueError as error:
            raise ConfigError(
                phrase(
                    "alerts.webhook_secret can't be used: {error}; set it, best as GATEKEEPER_ALERTS__WEBHOOK_SECRET",
                    error=error,
                )
            ) from None
        return WebhookChannel(
            WebhookSettings(
                url=self.webhook_url,
                key=key,
                private=self.webhook_private,
                context=trusting(self.webhook_ca, "alerts.webhook_ca"),
                server=self._server,
                language=self.as_language(),
            )
        )
