"""`gatekeeper list show`."""

from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.numbers import read_number
from gatekeeper.cli.output import console, say, say_json, table
from gatekeeper.cli.stores import open_lists
from gatekeeper.cli.times import iso, shown, shown_zone
from gatekeeper.phone import display

if TYPE_CHECKING:
    from gatekeeper.lists import Membership


def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number, written as you like.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each list.")] = False,
) -> None:
    """Show on which lists a number is, since when, and who changed that by hand.

    For example:

      gatekeeper list show 0612345678
      gatekeeper list show "+33 6 12 34 56 78" --json
    """
    settings = invocation(context).settings
    e164 = read_number(number, settings)
    with open_lists(settings) as store:
        memberships = store.show(e164)
    if as_json:
        for membership in memberships:
            say_json(_record(membership))
        return
    listed = [membership.list for membership in memberships if membership.listed]
    say(f"{display(e164)}: {'on ' + ', '.join(listed) if listed else 'on no list'}")
    if memberships:
        say()
        _show(memberships)


def _record(membership: "Membership") -> dict[str, object]:
    return {
        "list": membership.list,
        "kind": membership.kind,
        "listed": membership.listed,
        "version": membership.version,
        "source": membership.source,
        "since": iso(membership.since),
        "by": membership.by,
        "note": membership.note,
        "cleared_until": iso(membership.cleared_until),
        "changes": [
            {"at": iso(change.at), "op": change.op, "by": change.by, "note": change.note}
            for change in membership.changes
        ],
    }


def _show(memberships: "list[Membership]") -> None:
    from gatekeeper.text import escaped

    made = table("List", "Kind", "Listed", "Version", "Since", "By", "From", wrap=("By", "From"))
    for one in memberships:
        origin = " ".join(part for part in ("by hand:" if one.source == "hand" else "", one.note) if part)
        listed = "yes" if one.listed else "no"
        if one.cleared_until is not None:
            listed = f"no, until {shown(one.cleared_until)[:10]}"
        since = shown(one.since)
        made.add_row(
            one.list,
            one.kind,
            listed,
            str(one.version),
            since,
            escaped(one.by),
            escaped(origin) if one.listed else "",
            style="bold" if one.listed else "dim",
        )
    out = console()
    out.print(made)
    changes = sorted((change.at, one.list, change) for one in memberships for change in one.changes)
    if changes:
        history = table("Time", "List", "OverlayChange", "By", "Note", wrap=("By", "Note"))
        for at, name, change in changes:
            history.add_row(shown(at), name, change.op, escaped(change.by), escaped(change.note))
        out.print()
        out.print("Changed by hand:", style="bold")
        out.print(history)
    out.print(f"Times are local ({shown_zone()}).", style="dim")
