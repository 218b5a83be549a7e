"""`gatekeeper hooks ...`: programs that follow what happens here, tried."""

from typing import TYPE_CHECKING

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.output import say
from gatekeeper.clock import now_micros
from gatekeeper.errors import ConfigError, DeliveryError
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.delivery.channel import DeliveryChannel
    from gatekeeper.hooks.message import HookMessage

hooks = typer.Typer(
    no_args_is_help=True,
    help="Programs that are told what happens here: webhooks and VICIdial ([hooks.NAME]).",
)


def test(context: typer.Context) -> None:
    """Send a test to each endpoint, and say what became of it.

    A webhook gets the event `hooks.test`, VICIdial is asked for its version. It is sent at once, by this command and
    not by the daemon, and not tried again.

    For example:

      gatekeeper hooks test
    """
    settings = invocation(context).settings
    if not settings.hooks:
        raise ConfigError(phrase("there is no program to tell: add [hooks.NAME] ({origin})", origin=settings.origin))
    channels = [section.as_channel(name) for name, section in settings.hooks.items()]
    failed = [channel.name for channel in channels if not _told(channel)]
    if failed:
        raise DeliveryError(phrase("the test did not get through to {names}", names=", ".join(failed)))


def _told(channel: "DeliveryChannel[HookMessage]") -> bool:
    from gatekeeper.hooks.message import HookEvent, HookMessage  # the help does without
    from gatekeeper.journal import new_ident

    now = now_micros()
    try:
        channel.send([HookMessage(new_ident(now), now, HookEvent.TEST, {})])
    except DeliveryError as error:
        note(phrase("{label}: {text}", label=channel.name, text=error))
        return False
    say(phrase("{name}: sent to {goal}", name=channel.name, goal=channel.goal))
    return True


hooks.command("test", help=help_of(test))(test)
