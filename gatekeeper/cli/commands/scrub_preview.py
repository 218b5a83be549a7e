"""`gatekeeper scrub --preview`."""

import sys
from typing import TYPE_CHECKING

from gatekeeper.cli.context import note
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import console, count, say, say_json, table
from gatekeeper.cli.previews import PreviewFormat
from gatekeeper.cli.progress import WorkProgress
from gatekeeper.cli.times import read_moment
from gatekeeper.clock import micros_of

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
    bar = WorkProgress("looking", visible=visible and sys.stderr.isatty())
    with open_scrubber(settings, who()) as scrubber, bar as progress:
        found = preview(scrubber, contacts, options, micros_of(moment.at), progress.update)
    if output_format is PreviewFormat.JSON:
        say_json(found.as_dict())
    else:
        _show(found)


def _show(found: "Preview") -> None:
    say(f"{count(found.contacts)} contacts at {found.at} ({found.zone}); nothing is changed")
    rows = (
        ("callable now", found.now),
        ("later that day", found.today),
        ("within 7 days", found.week),
        ("later", found.later),
        ("not at all", found.never),
    )
    for label, value in rows:
        say(f"  {label:<16}{count(value):>12}")
    if found.why:
        made = table("why not now", "provision", "contacts", "within 7 days", right=("contacts", "within 7 days"))
        for one in found.why:
            made.add_row(one.reason, one.provision or "-", count(one.contacts), count(one.later))
        console().print(made)
    if found.hours:
        made = table("hour", "callable", right=("callable",))
        for hour, value in found.hours.items():
            made.add_row(f"{hour}:00", count(value))
        console().print(made)
