"""`gatekeeper doctor`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.output import console, say, say_json, table

FAILING = 3
"""Exit code where a check failed."""

UNSURE = 4
"""Exit code where none failed, and a person has to look at something."""


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object to a finding.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="CHECK", help="Make this check alone; may be repeated.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show what is well, too.")] = False,
    calls: Annotated[
        bool,
        typer.Option("--calls", help="Then dial a number on a list of its own by each context that leads outside."),
    ] = False,
    number: Annotated[
        str, typer.Option("--number", metavar="NUMBER", help="With --calls: the number; else one that nobody has.")
    ] = "",
    root: Annotated[
        Path, typer.Option("--root", metavar="DIR", help="The folder that stands for /: an image, not this machine.")
    ] = Path("/"),
) -> None:
    """Look for what keeps the gate from holding, and say what to do about each. It changes nothing and calls nobody.

    With --calls it then proves it: a number that nobody has is put on the list `doctor`, dialled by each context that
    leads outside, and taken off again; the journal must have blocked it each time. Where the gate does not hold, that
    number is called.

    Run it as root: others may not read the manager's users and the secrets. Exit codes: 0 all is well, 3 a check
    failed, 4 none failed, and a person has to look at something.

    For example:

      gatekeeper doctor
      gatekeeper doctor --only guards --only trunk-names
      gatekeeper doctor --json
      gatekeeper doctor --calls
    """
    from gatekeeper.doctor import CHECKS, CheckStatus, examine, examined
    from gatekeeper.site import SiteTree

    names = [check.name for check in CHECKS]
    wrong = [name for name in only or () if name not in names]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]!r} is unknown; there are: {', '.join(names)}", param_hint="--only")
    call = invocation(context)
    on = examined(SiteTree(root), call.config, call.environ)
    found = list(examine(on, tuple(only or ())))
    if calls:
        from gatekeeper.doctor.calls import canary_calls
        from gatekeeper.site.command import asterisk_command

        program = on.site.folders["astsbindir"] / "asterisk" if on.site else Path("asterisk")
        found += [("calls", one) for one in canary_calls(on, asterisk_command(program), number)]
    elif number:
        raise typer.BadParameter("says what --calls dials; give that, too", param_hint="--number")
    if as_json:
        for name, one in found:
            say_json({"check": name, "status": one.status.value, "found": one.said, "remedy": one.remedy})
    else:
        styles = {CheckStatus.FAILED: "bold red", CheckStatus.UNSURE: "yellow"}
        made = table("Check", "", "Found", "What to do", wrap=("Found", "What to do"))
        for name, one in found:
            if every or one.status is not CheckStatus.OK:
                made.add_row(name, one.status.value, one.said, one.remedy, style=styles.get(one.status, "green"))
        if made.row_count:
            console().print(made)
        told = {status: sum(one.status is status for _, one in found) for status in CheckStatus}
        say(", ".join(f"{count} {status.value}" for status, count in told.items()))
    statuses = {one.status for _, one in found}
    if CheckStatus.FAILED in statuses:
        sys.exit(FAILING)
    sys.exit(UNSURE if CheckStatus.UNSURE in statuses else 0)
