"""`gatekeeper scrub --preview`."""

import sys
from typing import TYPE_CHECKING

from gatekeeper.cli.context import note
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import console, count, say, say_counts, say_json, table
from gatekeeper.cli.previews import PreviewFormat
from gatekeeper.cli.progress import WorkProgress
from gatekeeper.cli.times import read_moment
from gatekeeper.clock import micros_of
from gatekeeper.translation import counted, phrase

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.contacts.address import Contacts
    from gatekeeper.scrub.options import ScrubOptions
    from gatekeeper.scrub.preview import Preview


def run_preview(
    settings: "Settings",
    contacts: "Contacts",
    options: "ScrubOptions",
    at: str,
    output_format: PreviewFormat,
    *,
    visible: bool,
) -> None:
    """Show how many contacts could be called when, and why the others not.

    Raises:
        GatekeeperError: they can't be read, or nobody may be called.
    """
    from gatekeeper.daemon.wiring import open_scrubber
    from gatekeeper.scrub.preview import preview

    moment = read_moment(at, "--at")
    if moment.note:
        note(moment.note)
    bar = WorkProgress(phrase("looking"), visible=visible and sys.stderr.isatty())
    with open_scrubber(settings, who()) as scrubber, bar as progress:
        found = preview(scrubber, contacts, options, micros_of(moment.at), progress.update)
    if output_format is PreviewFormat.JSON:
        say_json(found.as_dict())
    else:
        _show(found)


def _show(found: "Preview") -> None:
    say(
        counted(
            "{count:,} contact at {at} ({zone}); nothing is changed",
            "{count:,} contacts at {at} ({zone}); nothing is changed",
            found.contacts,
            at=found.at,
            zone=found.zone,
        )
    )
    rows = (
        (phrase("callable now"), found.now),
        (phrase("later that day"), found.today),
        (phrase("within 7 days"), found.week),
        (phrase("later"), found.later),
        (phrase("not at all"), found.never),
    )
    say_counts(rows, 14)
    if found.why:
        heads = (phrase("why not now"), phrase("provision"), phrase("contacts"), phrase("within 7 days"))
        made = table(*heads, right=heads[2:])
        for one in found.why:
            made.add_row(one.reason, one.provision or "-", count(one.contacts), count(one.later))
        console().print(made)
    if found.hours:
        hours = (phrase("hour"), phrase("callable"))
        made = table(*hours, right=hours[1:])
        for hour, value in found.hours.items():
            made.add_row(f"{hour}:00", count(value))
        console().print(made)
