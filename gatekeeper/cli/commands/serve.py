"""`gatekeeper serve`."""

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.translation import speak
from gatekeeper.words import Language


def serve(context: typer.Context) -> None:
    """Run the daemon that Asterisk asks, until it is told to stop (SIGTERM, SIGINT).

    It stays in the foreground and writes to standard error: let systemd start it.

    For example:

      gatekeeper serve
      gatekeeper --config /srv/gatekeeper.toml serve
    """
    settings = invocation(context).settings_with("asterisk")
    speak(Language.EN)  # of the log; whoever asks says in which language the answer is wanted
    from gatekeeper.daemon.serve import serve as run  # the other commands do without

    run(settings)
