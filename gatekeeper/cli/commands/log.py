"""`gatekeeper log`."""

import contextlib
import itertools
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.numbers import read_number
from gatekeeper.cli.output import console, width
from gatekeeper.cli.period import (
    CampaignsOption,
    FormatOption,
    LogFormat,
    ReasonsOption,
    SinceOption,
    UntilOption,
    VerdictOption,
    read_time,
)
from gatekeeper.cli.provisions import known_provision
from gatekeeper.cli.stores import open_log
from gatekeeper.translation import phrase
from gatekeeper.words import Language, Sentence, printed

if TYPE_CHECKING:
    from gatekeeper.journal import DecisionFilter, JournalReader, StoredDecision

_SCREENFUL = 50
_FOLLOW_FROM = 10
_NOTHING = Sentence("No decision.", "Aucune décision.")


def log(
    context: typer.Context,
    *,
    since: SinceOption = None,
    until: UntilOption = None,
    number: Annotated[str | None, typer.Option(metavar="NUMBER", help="Of one number, written as you like.")] = None,
    reason: ReasonsOption = None,
    verdict: VerdictOption = None,
    campaign: CampaignsOption = None,
    agent: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Asked for by this agent, manager user or program: alice, or all of it as the column asked_by has it; "
            "repeat for several.",
        ),
    ] = None,
    provision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="That this provision of a law decided, or would have: FR-HOURS; repeat for several."
        ),
    ] = None,
    would_block: Annotated[
        bool, typer.Option("--would-block", help="Only what a provision in shadow would have blocked.")
    ] = False,
    ident: Annotated[
        str | None,
        typer.Option(
            "--id", metavar="ID", help="One decision, with its corrections: its id, as GATEKEEPER_DECISION has it."
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="The newest N only (table: 50, or 10 with --follow; csv and json: all)."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on showing what is added, until Ctrl-C.")] = False,
    corrected: Annotated[
        bool,
        typer.Option("--corrected", help="Also rows that were written and never answered, beside their corrections."),
    ] = False,
    form: FormatOption = LogFormat.TABLE,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show the journal: every decision, allowed or blocked, oldest first.

    For example:

      gatekeeper log --since today --verdict block
      gatekeeper log --number 0612345678 --lang fr
      gatekeeper log --since 2026-11-01 --format csv > november.csv
      gatekeeper log --follow --reason RED_LIST --reason LISTED
      gatekeeper log --agent alice --since 7d
      gatekeeper log --id 01KASBXG2V5T4E9M8R7QZ0W3JH --format json
    """
    settings = invocation(context).settings
    from gatekeeper.journal import DecisionFilter  # brings SQLAlchemy in

    wanted = DecisionFilter(
        since=read_time(since, "--since"),
        until=read_time(until, "--until", end_of_day=True),
        number=read_number(number, settings) if number is not None else None,
        reasons=frozenset(one.value for one in reason or ()),
        verdicts=frozenset([verdict.value] if verdict else ()),
        campaigns=frozenset(campaign or ()),
        agents=frozenset(_name(one) for one in agent or ()),
        provisions=frozenset(known_provision(one) for one in provision or ()),
        would_block=would_block,
        id=_ident(ident) if ident is not None else "",
        corrected=corrected or ident is not None,
    )
    with open_log(settings) as reader:
        try:
            with _interruptible(follow=follow) as stop:
                if form is LogFormat.TABLE:
                    _table(reader, wanted, limit, lang, stop)
                else:
                    _export(_rows(reader, wanted, limit, stop), form, at_once=follow)
        except KeyboardInterrupt:
            # How one leaves --follow where its output is not taken any more.
            sys.stdout.flush()


@contextlib.contextmanager
def _interruptible(*, follow: bool) -> Iterator[Callable[[], bool] | None]:
    """What says whether Ctrl-C has ended --follow; None where nothing is followed.

    The first Ctrl-C raises nothing: an exception amid a library's clean-up would be printed by Python. The second does.
    """
    if not follow:
        yield None
        return
    asked = False

    def ask(_signal: int, _frame: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


def _name(text: str) -> str:
    """Who asked for a call."""
    name = text.strip()
    if not name:
        raise typer.BadParameter(phrase("a name is wanted, such as alice"), param_hint="--agent")
    return name


def _ident(text: str) -> str:
    """The id of a decision; small letters are understood."""
    from gatekeeper.journal import bytes_of_ident

    ident = text.strip().upper()
    try:
        bytes_of_ident(ident)
    except ValueError:
        raise typer.BadParameter(
            phrase("{text!r} is not the id of a decision: it has 26 letters and digits", text=text)
        ) from None
    return ident


def _rows(
    reader: "JournalReader", wanted: "DecisionFilter", limit: int | None, stop: Callable[[], bool] | None
) -> "Iterator[StoredDecision]":
    """What is there, and then, where `stop` is given, what comes until it says so."""
    after = reader.last_seq() if stop else 0
    if limit is not None:
        newest = reader.latest(wanted, limit)
        after = max([after, *(one.seq for one in newest)])
        yield from newest
    else:
        for page in reader.pages(wanted):
            after = max(after, page[-1].seq) if page else after
            yield from page
    if stop:
        yield from reader.follow(wanted, after=after, stop=stop)


def _export(rows: "Iterable[StoredDecision]", form: LogFormat, *, at_once: bool) -> None:
    from gatekeeper.journal.export import write_csv, write_json

    write = write_csv if form is LogFormat.CSV else write_json
    # Each row at once where the next one may be long in coming.
    write(_flushing(rows) if at_once else rows, sys.stdout)


def _flushing(rows: "Iterable[StoredDecision]") -> "Iterator[StoredDecision]":
    for row in rows:
        yield row
        sys.stdout.flush()


def _table(
    reader: "JournalReader",
    wanted: "DecisionFilter",
    limit: int | None,
    lang: Language,
    stop: Callable[[], bool] | None,
) -> None:
    from gatekeeper.cli.logtable import LogTable, legend, style, zone_line

    shown = limit or (_FOLLOW_FROM if stop else _SCREENFUL)
    after = reader.last_seq()
    found = reader.latest(wanted, shown + 1)
    more, found = len(found) > shown, found[-shown:]
    # What is still to come can't be measured.
    measured = [] if stop else found
    lines = LogTable(width(), lang, measured, cut=sys.stdout.isatty())
    out = console()
    out.print(lines.heading(), style="bold", soft_wrap=True)
    for one in found:
        out.print(lines.line(one), style=style(one.row), soft_wrap=True)
    if stop:
        after = max([after, *(one.seq for one in found)])
        for one in reader.follow(wanted, after=after, stop=stop):
            out.print(lines.line(one), style=style(one.row), soft_wrap=True)
            sys.stdout.flush()
        return
    if not found:
        out.print(printed(_NOTHING, lang))
        return
    out.print()
    for line in itertools.chain(
        legend((code for one in found for code in (one.row.reason, one.row.would_block)), lang, width()),
        [zone_line(lang)],
    ):
        out.print(line, style="dim")
    if more:
        note(
            phrase(
                "there are older ones; these are the newest {shown} (--limit, --since, or --format csv for all)",
                shown=shown,
            )
        )
