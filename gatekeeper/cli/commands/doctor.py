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
    root: Annotated[
        Path, typer.Option("--root", metavar="DIR", help="The folder that stands for /: an image, not this machine.")
    ] = Path("/"),
) -> None:
    """Look for what keeps the gate from holding, and say what to do about each. It changes nothing and calls nobody.

    Run it as root: others may not read the manager's users and the secrets. Exit codes: 0 all is well, 3 a check
    failed, 4 none failed, and a person has to look at something.

    For example:

      gatekeeper doctor
      gatekeeper doctor --only guards --only trunk-names
      gatekeeper doctor --json
    """
    from gatekeeper.doctor import CHECKS, CheckStatus, examine, examined
    from gatekeeper.site import SiteTree

    names = [check.name for check in CHECKS]
    wrong = [name for name in only or () if name not in names]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]!r} is unknown; there are: {', '.join(names)}", param_hint="--only")
    call = invocation(context)
    found = list(examine(examined(SiteTree(root), call.config, call.environ), tuple(only or ())))
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
