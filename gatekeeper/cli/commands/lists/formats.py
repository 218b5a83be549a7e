"""`gatekeeper list formats`."""

from typing import Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.output import say, say_json
from gatekeeper.translation import counted


def formats(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the formats that files of lists can come in.

    Those of the configuration ([formats.NAME]) stand beside the built-in ones, and before one of the same name. Text,
    CSV and XLSX need none named. All may be packed: zip, gzip, xz, zstd, bzip2.

    For example:

      gatekeeper list formats
      gatekeeper list formats --json
    """
    from gatekeeper.registries.formats import builtin  # brings SQLAlchemy in

    own = invocation(context).settings.list_formats
    for name, form in sorted({**builtin(), **own}.items()):
        if as_json:
            say_json(
                {
                    "name": name,
                    "title": form.title,
                    "kind": form.kind.value,
                    "country": form.country,
                    "max_age_days": form.max_age_days,
                    "configured": name in own,
                }
            )
        else:
            age = form.max_age_days
            days = counted("{count:>3} day", "{count:>3} days", age) if age else ""
            say(f"{name:<18} {form.kind:<8} {form.country:<3} {days:<9} {form.title}")
