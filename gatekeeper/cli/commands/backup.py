"""`gatekeeper backup` and `gatekeeper restore`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import count, say, say_json
from gatekeeper.translation import counted, marked, phrase, trouble_of
from gatekeeper.words import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEGABYTE = 10**6

PART_NAMES = {
    "alerts": marked("alerts"),
    "hooks": marked("hooks"),
    "accounts": marked("accounts"),
    "journal": marked("journal"),
    "consents": marked("consents"),
    "lists": marked("lists"),
    "scrubs": marked("scrubs"),
}
"""What a backup has, for people."""

_COUNTED = {
    "decisions": marked("decisions"),
    "entries": marked("entries"),
    "changes": marked("changes"),
    "imports": marked("imports"),
    "actions": marked("actions"),
}
"""What is counted of it."""


class BackupPart(StrEnum):
    """What a backup has."""

    ALERTS = "alerts"
    HOOKS = "hooks"
    ACCOUNTS = "accounts"
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
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
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
    for path, why in found.kept:
        note(phrase("the backup is made, but {path} can't be removed: {why}", path=path, why=why))
    if found.later:
        note(
            counted(
                "{count} backup is dated later than this one and stays, such as {path}: was the clock wrong?",
                "{count} backups are dated later than this one and stay, such as {path}: was the clock wrong?",
                len(found.later),
                path=found.later[-1],
            )
        )
    if as_json:
        say_json(
            {
                "path": str(found.path),
                "files": found.files,
                "bytes": found.size,
                "counts": found.counts,
                "removed": [str(path) for path in found.removed],
                "kept": [str(path) for path, _ in found.kept],
                "later": [str(path) for path in found.later],
                "secrets": [str(path) for path in written],
            }
        )
        return
    megabytes = found.size / _MEGABYTE
    say(
        counted(
            "backed up  {path}: {count:,} file, {size:,.1f} MB, verified",
            "backed up  {path}: {count:,} files, {size:,.1f} MB, verified",
            found.files,
            path=found.path,
            size=megabytes,
        )
    )
    for name, counts in found.counts.items():
        say(f"  {phrase(PART_NAMES.get(name, name)):<13}{_figures(counts)}")
    for path in found.removed:
        say(phrase("removed    {path}", path=path))
    for path in written:
        say(phrase("apart      {path}, in {secrets}", path=path, secrets=secrets))


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
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
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
    done = phrase("sound") if dry_run else phrase("restored to {folder}", folder=settings.daemon.data_dir)
    say(phrase("{folder}, made {made_at}: {done}", folder=folder, made_at=found.made_at, done=done))
    parts = ", ".join(phrase(PART_NAMES.get(name, name)) for name in found.parts)
    say(counted("  {parts} ({count:,} file)", "  {parts} ({count:,} files)", found.files, parts=parts))
    for name, newer in found.newer.items():
        note(
            phrase(
                "{part}, newer than the backup: {figures}",
                part=phrase(PART_NAMES.get(name, name)),
                figures=_figures(newer),
            )
        )
    for name in found.unreadable:
        note(
            phrase(
                "{part}: what is there can't be read, so that nobody can say what is newer than the backup",
                part=phrase(PART_NAMES.get(name, name)),
            )
        )
    if found.aside:
        say(phrase("what was there is in {path}", path=found.aside))


def _figures(counts: "Mapping[str, int]") -> str:
    return ", ".join(f"{phrase(_COUNTED.get(what, what))} {count(number)}" for what, number in counts.items())


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
        raise BackupError(
            phrase(
                "the secrets can't be written: {filename}: {strerror}",
                filename=error.filename or target,
                strerror=trouble_of(error),
            )
        ) from error
    return tuple(files)
