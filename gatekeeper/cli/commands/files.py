"""`gatekeeper files`."""

from pathlib import Path
from typing import Annotated

import typer

from gatekeeper.cli.output import console, say, say_json, table
from gatekeeper.errors import InstallError
from gatekeeper.translation import phrase


def files(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Copy them there; the folder is made.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --to: overwrite files that are there and differ.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object to a file.")] = False,
) -> None:
    """List the files that come with Gatekeeper for Asterisk and systemd, or copy them to a folder.

    These are the dialplan, the AGI script, samples and units, by the names that the documents give them. Files that are
    there already and differ are not overwritten: then nothing is copied.

    For example:

      gatekeeper files
      gatekeeper files --to /usr/local/share/gatekeeper
    """
    if to is not None:
        _copy(to, force=force, as_json=as_json)
        return
    if force:
        raise InstallError(phrase("--force says what may be overwritten in a folder; name it with --to"))
    _list(as_json=as_json)


def _list(*, as_json: bool) -> None:
    from gatekeeper.install.files import SHIPPED, folder

    place = folder()
    if as_json:
        for shipped in SHIPPED:
            say_json({"file": shipped.name, "path": str(place / shipped.name), "purpose": shipped.purpose})
        return
    made = table(phrase("File"), phrase("For"), wrap=(phrase("For"),))
    for shipped in SHIPPED:
        made.add_row(shipped.name, phrase(shipped.purpose))
    say(phrase("in {place}:", place=place))
    console().print(made)


def _copy(to: Path, *, force: bool, as_json: bool) -> None:
    from gatekeeper.install.copying import copy_to

    for path, became in copy_to(to, force=force):
        if as_json:
            say_json({"path": str(path), "done": became.value})
        else:
            say(f"{phrase(became.value):<11}  {path}")
