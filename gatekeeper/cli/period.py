"""Options of the commands that show what was between two moments: since, until, of which sort, in which form."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import note
from gatekeeper.cli.times import read_moment
from gatekeeper.policy import Reason, Verdict

if TYPE_CHECKING:
    from datetime import datetime


class LogFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


SinceOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="From then on: 2026-11-23, 2026-11-23T14:30+01:00, 7d, today.")
]
UntilOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="Up to then, without it; a day counts to its end.")
]
CampaignsOption = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Of this campaign; repeat for several.")
]
ReasonsOption = Annotated[
    list[Reason] | None,
    typer.Option(metavar="CODE", case_sensitive=False, help="With this reason; repeat for several."),
]
VerdictOption = Annotated[Verdict | None, typer.Option(case_sensitive=False, help="Only what was allowed, or blocked.")]
FormatOption = Annotated[LogFormat, typer.Option("--format", help="For people, a spreadsheet or a program.")]


def read_time(text: str | None, option: str, *, end_of_day: bool = False) -> "datetime | None":
    """A time that an option names, with a note where it could be understood otherwise; None without one."""
    if text is None:
        return None
    moment = read_moment(text, option, end_of_day=end_of_day)
    if moment.note:
        note(moment.note)
    return moment.at
