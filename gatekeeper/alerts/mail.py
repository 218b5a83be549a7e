"""Alerts by e-mail (SMTP, RFC 5321): what is due at once is one message."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Literal

from gatekeeper.alerts.alert import Alert, Severity
from gatekeeper.alerts.wording import worded
from gatekeeper.clock import moment_of
from gatekeeper.errors import AlertError
from gatekeeper.translation import phrase, trouble_of
from gatekeeper.words import Language, Sentence, sentence

_TIMEOUT_S: Final = 30.0

_SUBJECT: Final = Sentence("[Gatekeeper {server}] {first}", "[Gatekeeper {server}] {first}")
_SUBJECT_OF_MANY: Final = Sentence(
    "[Gatekeeper {server}] {first} (and {more} more)", "[Gatekeeper {server}] {first} (et {more} de plus)"
)
_END: Final = Sentence(
    "Sent by Gatekeeper on {server}. [alerts] in its configuration says what is told, and to whom.",
    "Envoyé par Gatekeeper sur {server}. [alerts], dans sa configuration, dit ce qui est annoncé, et à qui.",
)
_ORDER: Final = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mail goes, and by which server.

    Attributes:
        host: the server that takes it.
        port: its port.
        tls: how the connection is encrypted: "starttls" after it was opened, "tls" from its beginning, "none".
        context: what the server's certificate is checked with.
        username: who logs in there; "" for nobody.
        secret: that user's.
        sender: the address that it comes from.
        to: who gets it.
        server: how this machine is called in it.
        language: of its words.
    """

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    context: ssl.SSLContext | None
    username: str
    secret: str
    sender: str
    to: tuple[str, ...]
    server: str
    language: Language


class MailChannel:
    """Sends mail.

    Args:
        settings: where to.
        pause_s: how long to wait after a message, in seconds.
    """

    name = "e-mail"
    most = 200

    def __init__(self, settings: MailSettings, pause_s: float = 30.0) -> None:
        self.pause_s = pause_s
        self._settings = settings

    @property
    def goal(self) -> str:
        """The addresses, and the server."""
        settings = self._settings
        return phrase(
            "{addresses} by {host}:{port}", addresses=", ".join(settings.to), host=settings.host, port=settings.port
        )

    def send(self, alerts: Sequence[Alert], /) -> None:
        """Send them in one message.

        Raises:
            AlertError: the server can't be reached, or does not take it for all.
        """
        settings = self._settings
        message = message_of(alerts, settings)
        try:
            with self._connected() as server:
                if settings.tls == "starttls":
                    server.starttls(context=settings.context)
                if settings.username:
                    _log_in(server, settings)
                refused = server.send_message(message, settings.sender, list(settings.to))
        except smtplib.SMTPException as error:
            raise AlertError(
                phrase(
                    "the mail server {host}:{port} did not take it: {said}",
                    host=settings.host,
                    port=settings.port,
                    said=_said(error),
                )
            ) from None
        except OSError as error:
            raise AlertError(
                phrase(
                    "the mail server {host}:{port} can't be reached: {strerror}",
                    host=settings.host,
                    port=settings.port,
                    strerror=trouble_of(error),
                )
            ) from None
        if refused:
            # The others have it: to send it again would tell them twice.
            raise AlertError(
                phrase("the mail server took it, but not for {names}", names=", ".join(refused)), for_good=True
            )

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A session. What the server says to its end takes nothing back: what it took by then, it has taken."""
        settings, here = self._settings, socket.gethostname()
        server = (
            smtplib.SMTP_SSL(settings.host, settings.port, here, timeout=_TIMEOUT_S, context=settings.context)
            if settings.tls == "tls"
            else smtplib.SMTP(settings.host, settings.port, here, timeout=_TIMEOUT_S)
        )
        with contextlib.closing(server):
            try:
                yield server
            finally:
                with contextlib.suppress(OSError):
                    server.quit()


def _log_in(server: smtplib.SMTP, settings: MailSettings) -> None:
    """Log in.

    Raises:
        AlertError: with this name and secret nobody can.
        smtplib.SMTPException: the server does not take them.
        OSError: it is gone.
    """
    try:
        server.login(settings.username, settings.secret)
    except UnicodeError:
        # smtplib sends ASCII alone; its error has the letter in it.
        raise AlertError(
            phrase("alerts.smtp_username or alerts.smtp_secret has a letter beyond ASCII, with which nobody can log in")
        ) from None


def message_of(alerts: Sequence[Alert], settings: MailSettings) -> EmailMessage:
    """The message that tells some alerts: the worst in its subject."""
    told = [(alert, worded(alert, settings.language)) for alert in alerts]
    told.sort(key=lambda one: (_ORDER.index(one[1].severity), one[0].id))
    subject = sentence(_SUBJECT if len(told) == 1 else _SUBJECT_OF_MANY, settings.language)
    message = EmailMessage()
    message["Subject"] = subject.format(server=settings.server, first=told[0][1].headline, more=len(told) - 1)
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.to)
    message["Date"] = format_datetime(moment_of(max(alert.at for alert in alerts)))
    # The same if it has to be sent again: a mailbox can tell that it has it.
    message["Message-ID"] = f"<{told[0][0].id}.{len(told)}@gatekeeper.invalid>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic reply is wanted
    parts = [
        f"{one.headline}\n{moment_of(alert.at):%Y-%m-%d %H:%M:%S} UTC · {one.severity}\n{one.advice}\n"
        for alert, one in told
    ]
    end = sentence(_END, settings.language).format(server=settings.server)
    message.set_content("\n".join([*parts, "-- ", end]) + "\n")
    return message


def _said(error: smtplib.SMTPException) -> str:
    """What a server says, without what it may repeat of a login."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return phrase("it refuses the login ({code}): look at smtp_username and smtp_secret", code=error.smtp_code)
    if isinstance(error, smtplib.SMTPResponseException):
        told = error.smtp_error if isinstance(error.smtp_error, str) else error.smtp_error.decode("utf-8", "replace")
        return f"{error.smtp_code} {' '.join(told.split())[:200]}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _ in error.recipients.values()}
        return phrase("it refuses all recipients ({codes})", codes=", ".join(map(str, sorted(codes))))
    return type(error).__name__
