"""`gatekeeper alerts ...`: who is told of what stops calls, tried."""

from typing import TYPE_CHECKING, Final

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import say
from gatekeeper.clock import now_micros
from gatekeeper.errors import AlertError, ConfigError, DeliveryError
from gatekeeper.translation import marked, phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.alerts.channel import AlertChannel

alerts = typer.Typer(
    no_args_is_help=True,
    help="Who is told before calls stop: by e-mail, webhook and syslog ([alerts]).",
)

_NOT_ENABLED: Final = marked("the daemon tells nobody: set enabled = true in [alerts], and restart it")


def test(
    context: typer.Context,
    lang: LanguageOption = Language.EN,  # noqa: ARG001, PT028 - what is told is in it from here on; no test of pytest's
) -> None:
    """Send a test by each channel, and say what became of it.

    It is sent at once, by this command and not by the daemon, and not tried again.

    For example:

      gatekeeper alerts test
    """
    settings = invocation(context).settings
    channels = settings.alerts.as_channels()
    if not channels:
        raise ConfigError(
            phrase(
                "there is nobody to tell: set email_to, webhook_url or syslog in [alerts] ({origin})",
                origin=settings.origin,
            )
        )
    failed = [channel.name for channel in channels if not _told(channel)]
    if not settings.alerts.enabled:
        note(phrase(_NOT_ENABLED))
    if failed:
        raise AlertError(phrase("the test did not get through by {names}", names=", ".join(failed)))


def _told(channel: "AlertChannel") -> bool:
    from gatekeeper.alerts.alert import Alert, AlertKind  # the help does without
    from gatekeeper.journal import new_ident

    now = now_micros()
    try:
        channel.send([Alert(new_ident(now), now, AlertKind.TEST, {})])
    except DeliveryError as error:
        note(phrase("{label}: {text}", label=channel.name, text=error))
        return False
    say(phrase("{label}: sent to {goal}", label=channel.name, goal=channel.goal))
    return True


alerts.command("test", help=help_of(test))(test)
