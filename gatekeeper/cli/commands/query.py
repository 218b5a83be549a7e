"""`gatekeeper query`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.contacts import ColumnsOption, CountryCodeOption, TableOption, WhereOption, read_contacts
from gatekeeper.cli.context import invocation, must_have_campaign
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import say_counts, say_json
from gatekeeper.cli.progress import WorkProgress
from gatekeeper.cli.stores import make_list, open_lists
from gatekeeper.clock import now_micros
from gatekeeper.errors import ConfigError
from gatekeeper.translation import counted, marked, phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gatekeeper.config import Settings
    from gatekeeper.registries.query.fill import FillReport
    from gatekeeper.registries.query.source import QuerySubject
    from gatekeeper.scrub.ask_ahead import ToAsk

_OUTCOMES = {"listed": marked("listed"), "clear": marked("clear"), "no_data": marked("no data")}
"""What a registry answered, as it is counted."""


def query(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The registry: [queries.NAME].")],
    contacts: Annotated[
        str,
        typer.Argument(metavar="CONTACTS", help="A CSV or XLSX file, or a database: mysql://user:password@host/name."),
    ],
    consent: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="The date of consent of all of these contacts; without, what the consent ledger has for each.",
        ),
    ] = None,
    campaign: Annotated[
        str, typer.Option(metavar="NAME", help="The campaign for whose company they consented (campaigns.default).")
    ] = "",
    principal: Annotated[str, typer.Option(metavar="NAME", help="The company that they consented to.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Ask also about numbers whose answer still holds.")] = False,
    column: ColumnsOption = None,
    country_code_column: CountryCodeOption = None,
    table: TableOption = "",
    where: WhereOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="The counts as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Ask a registry about the numbers of contacts, ahead of a scrub or a campaign.

    Each number is asked about once, and only where it has no answer that holds. What was answered is kept at once: the
    same command goes on where it stopped.

    For example:

      gatekeeper query litigators contacts.csv
      gatekeeper query reassigned contacts.xlsx --campaign insurance
      gatekeeper query reassigned contacts.xlsx --consent 2026-01-31
      gatekeeper query litigators mysql://cron:secret@localhost/asterisk --table vicidial_list
    """
    settings = invocation(context).settings
    if name not in settings.queries:
        raise ConfigError(
            phrase(
                "there is no registry {name!r} that is asked; there are: {names}. A new one is a table "
                "[queries.{key}] in {file}",
                name=name,
                names=", ".join(settings.queries) or phrase("none"),
                key=name,
                file=settings.file or phrase("the configuration"),
            )
        )
    must_have_campaign(campaign, settings)
    columns = tuple(column or ())
    with open_lists(settings) as store:
        make_list(store, name, settings)
    from gatekeeper.phone import Normaliser
    from gatekeeper.screening.known import known_of_calls
    from gatekeeper.scrub.ask_ahead import AskOptions, choose_subjects
    from gatekeeper.scrub.contact_numbers import Reading

    terms = settings.queries[name].as_terms()
    options = AskOptions(
        Reading(columns, country_code_column, abroad=True),
        consent.date() if consent is not None else None,
        everything,
        principal or _principal(campaign, settings),
        known_of_calls([terms], settings.daemon.data_dir),
    )
    to_ask = choose_subjects(
        read_contacts(contacts, table, columns, country_code_column, where=where),
        name,
        terms,
        settings.daemon.data_dir,
        Normaliser(settings.phone.as_written_plan()),
        options,
        now_micros(),
    )
    with WorkProgress(phrase("asking {name}", name=name), visible=not quiet and not as_json) as bar:
        report = _fill(settings, name, to_ask.subjects, lambda done: bar.update(done, len(to_ask.subjects)))
    _tell(to_ask, report, as_json=as_json)
    if report.failed or report.gave_up:
        _fail(name, to_ask, report)


def _principal(campaign: str, settings: "Settings") -> str:
    """The company that a campaign calls for, as calls without a name of their own have it."""
    from gatekeeper.policy.attempt import DEFAULT_CAMPAIGN

    found = settings.campaign_map.get(campaign or DEFAULT_CAMPAIGN)
    return found.principal if found is not None else ""


def _fill(
    settings: "Settings", name: str, subjects: "Sequence[QuerySubject]", progress: "Callable[[int], None]"
) -> "FillReport":
    import asyncio

    from gatekeeper.registries.query.fill import Filler
    from gatekeeper.registries.query.http import HttpQuery

    async def run() -> "FillReport":
        section = settings.queries[name]
        source = HttpQuery(section.as_query(name))
        with open_lists(settings) as store:
            filler = Filler(
                source,
                lambda answers, asked_at: store.keep_answers(name, answers, asked_at),
                per_second=section.per_second,
                progress=progress,
            )
            try:
                return await filler.run(subjects)
            finally:
                await source.close()

    return asyncio.run(run())


def _tell(to_ask: "ToAsk", report: "FillReport", *, as_json: bool) -> None:
    answered = sum(report.outcomes.values())
    rows = {
        marked("numbers"): to_ask.numbers,
        marked("not its own"): to_ask.elsewhere,
        marked("no date or state"): to_ask.unaskable,
        marked("answered before"): to_ask.answered,
        **{_OUTCOMES[outcome.value]: number for outcome, number in report.outcomes.items()},
        marked("no answer"): len(to_ask.subjects) - answered,
        marked("set aside"): to_ask.aside,
    }
    if as_json:
        say_json({label.replace(" ", "_"): number for label, number in rows.items()})
        return
    say_counts(((phrase(label), number) for label, number in rows.items()), 16)


def _fail(name: str, to_ask: "ToAsk", report: "FillReport") -> None:
    from gatekeeper.errors import QueryError

    missing = len(to_ask.subjects) - sum(report.outcomes.values())
    what = phrase("gives no answer") if report.gave_up else phrase("gave not every answer")
    raise QueryError(
        counted(
            "the registry {name} {what} ({why}): {count:,} number has none, and its calls are blocked where one is "
            "needed; the same command asks about it again",
            "the registry {name} {what} ({why}): {count:,} numbers have none, and their calls are blocked where one is "
            "needed; the same command asks about them again",
            missing,
            name=name,
            what=what,
            why=report.why,
        )
    )
