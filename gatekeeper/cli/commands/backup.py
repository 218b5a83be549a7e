"""`gatekeeper backup` and `gatekeeper restore`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import count, say, say_json

_MEGABYTE = 10**6


class BackupPart(StrEnum):
    """What a backup has."""

    ALERTS = "alerts"
    JOURNAL = "journal"
    CONSENTS = "consents"
    LISTS = "lists"
    SCRUBS = "scrubs"


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the backup's own folder is made.")],
    *,
    keep: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="Of the backups in the folder keep the newest N only; 0 keeps all."),
    ] = 0,
    secrets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the configuration with its secrets into a tar file of its own, which must not exist.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Back up lists, journal, consents and the scrubs' certificates, also while the daemon runs.

    Each store is copied as it is at one moment, and the whole backup is read again before it counts. The configuration
    is not in it: --secrets writes it apart.

    For example:

      gatekeeper backup /srv/backups
      gatekeeper backup /srv/backups --keep 14
      gatekeeper backup /srv/backups --secrets /media/key/gatekeeper-secrets.tar
    """
    settings = invocation(context).settings
    from gatekeeper.backup import make_backup  # brings SQLAlchemy in
    from gatekeeper.clock import now_micros

    found = make_backup(settings.daemon.data_dir, folder.absolute(), now=now_micros(), by=who(), keep=keep)
    written = _write_secrets(secrets, settings.file, settings.law.overrides) if secrets is not None else ()
    if as_json:
        say_json(
            {
                "path": str(found.path),
                "files": found.files,
                "bytes": found.size,
                "counts": found.counts,
                "removed": [str(path) for path in found.removed],
                "secrets": [str(path) for path in written],
            }
        )
        return
    say(f"backed up  {found.path}: {count(found.files)} files, {found.size / _MEGABYTE:,.1f} MB, verified")
    for name, counted in found.counts.items():
        say(f"  {name:9}{', '.join(f'{count(number)} {what}' for what, number in counted.items())}")
    for path in found.removed:
        say(f"removed    {path}")
    for path in written:
        say(f"apart      {path}, in {secrets}")


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="BACKUP", help="The backup: a folder that `backup` made.")],
    *,
    only: Annotated[
        list[BackupPart] | None, typer.Option("--only", help="Put back this part only; repeat it for several.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Move what is there into a folder of its own, where it stays.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only verify the backup, and say what is newer than it.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Put a backup back into the data folder; the daemon must be stopped.

    The backup is read whole before anything is changed. What was written since it was made is told.

    For example:

      gatekeeper restore /srv/backups/gatekeeper-20261126T030000Z --dry-run
      gatekeeper restore /srv/backups/gatekeeper-20261126T030000Z --only lists --replace
    """
    settings = invocation(context).settings
    from gatekeeper.backup import restore_backup  # brings SQLAlchemy in
    from gatekeeper.clock import now_micros

    found = restore_backup(
        folder.absolute(),
        settings.daemon.data_dir,
        now=now_micros(),
        only=[part.value for part in only or ()],
        replace=replace,
        dry_run=dry_run,
    )
    if as_json:
        say_json({**found._asdict(), "aside": found.aside and str(found.aside), "dry_run": dry_run})
        return
    done = "sound" if dry_run else f"restored to {settings.daemon.data_dir}"
    say(f"{folder}, made {found.made_at}: {done}")
    say(f"  {', '.join(found.parts)} ({count(found.files)} files)")
    for name, newer in found.newer.items():
        note(f"{name}: {', '.join(f'{count(number)} {what}' for what, number in newer.items())} newer than the backup")
    for name in found.unreadable:
        note(f"{name}: what is there can't be read, so that nobody can say what is newer than the backup")
    if found.aside:
        say(f"what was there is in {found.aside}")


def _write_secrets(target: Path, configuration: Path | None, overrides: str) -> tuple[Path, ...]:
    """Write the configuration, the file of overrides and the unit's variables into a tar file for this user alone.

    Raises:
        BackupError: it can't be written, or is there.
    """
    import os
    import tarfile

    from gatekeeper.errors import BackupError

    folder = (configuration or Path("/etc/gatekeeper/gatekeeper.toml")).absolute().parent
    named = [configuration, Path(overrides) if overrides else None, folder / "environment"]
    files = [path.absolute() for path in named if path is not None and path.exists()]
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
            for path in files:
                archive.add(path, recursive=False)
    except OSError as error:
        raise BackupError(f"the secrets can't be written: {error.filename or target}: {error.strerror}") from error
    return tuple(files)
