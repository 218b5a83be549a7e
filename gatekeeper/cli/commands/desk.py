"""`gatekeeper desk`."""

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.translation import speak
from gatekeeper.words import Language


def desk(context: typer.Context) -> None:
    """Serve the web pages for compliance staff and admins, and the interface /v1 for programs.

    A process of its own beside the daemon, under the same user: let systemd start it (gatekeeper-desk.service). It
    listens on 127.0.0.1:9574 unless [desk] says otherwise. The first user is made by `gatekeeper user add`.

    For example:

      gatekeeper desk
      gatekeeper --config /srv/gatekeeper.toml desk
    """
    settings = invocation(context).settings
    speak(Language.EN)  # of the log; each page is in its reader's language
    from gatekeeper.desk.server import serve_desk  # the other commands do without

    serve_desk(settings)
