"""`gatekeeper top`."""

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.commands.lists.status import STYLES, freshness
from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import console
from gatekeeper.cli.stores import open_lists, open_log
from gatekeeper.cli.topview import LastMinutes, ListAge, view
from gatekeeper.clock import moment_of, now_micros
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.journal import JournalReader

_WINDOW_US = 600_000_000
_LISTS_EVERY_S = 10.0


def top(
    context: typer.Context,
    *,
    every: Annotated[float, typer.Option(metavar="SECONDS", min=0.2, max=60, help="How often it is renewed.")] = 1.0,
    once: Annotated[bool, typer.Option("--once", help="Show it once, and end.")] = False,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show what is being decided now: calls a second, blocked by reason, bypasses, and until when the lists hold.

    It goes on until Ctrl-C. It reads what the daemon writes, and no call waits for it. Where its output is not a
    terminal, it is shown once.

    For example:

      gatekeeper top
      gatekeeper top --once --lang fr
    """
    settings = invocation(context).settings
    recent = LastMinutes()
    with open_log(settings) as reader:
        after = _begin(reader, recent)
        out = console()
        if once or not sys.stdout.isatty():
            out.print(view(recent, _ages(settings), now_micros(), lang))
            return
        from rich.live import Live

        looked, lists = time.monotonic(), _ages(settings)
        with contextlib.suppress(KeyboardInterrupt), Live(console=out, screen=True, auto_refresh=False) as live:
            while True:
                now = now_micros()
                recent.forget(now)
                live.update(view(recent, lists, now, lang), refresh=True)
                time.sleep(every)
                after = _go_on(reader, recent, after)
                if time.monotonic() - looked >= _LISTS_EVERY_S:
                    looked, lists = time.monotonic(), _ages(settings)


def _begin(reader: "JournalReader", recent: LastMinutes) -> int:
    """Count what is there of the last minutes; gives the `seq` of the last decision."""
    from gatekeeper.journal import DecisionFilter  # brings SQLAlchemy in

    after = reader.last_seq()
    for page in reader.pages(DecisionFilter(since=moment_of(now_micros() - _WINDOW_US))):
        recent.take(page)
        after = max(after, page[-1].seq)
    return after


def _go_on(reader: "JournalReader", recent: LastMinutes, after: int) -> int:
    """Count what has come since; gives the `seq` of the last decision."""
    from gatekeeper.journal import DecisionFilter

    if reader.last_seq() > after:
        for page in reader.pages(DecisionFilter(since=moment_of(now_micros() - _WINDOW_US)), after=after):
            recent.take(page)
            after = page[-1].seq
    return after


def _ages(settings: "Settings") -> list[ListAge]:
    with open_lists(settings) as store:
        found = store.status()
    ages = []
    for one in found:
        fresh = freshness(one, settings)
        ages.append(ListAge(one.name, fresh.state, fresh.left, STYLES.get(fresh.state, "green")))
    missing = [name for name in settings.lists if name not in {one.name for one in found}]
    return ages + [ListAge(name, "missing", None, "bold red") for name in missing]
