"""`gatekeeper init`."""

import os
import pwd
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.output import say
from gatekeeper.errors import ConfigError
from gatekeeper.ownership import make_folder, settle_tree
from gatekeeper.translation import counted, marked, phrase, trouble_of
from gatekeeper.vocabulary import EnvironmentVariable

if TYPE_CHECKING:
    from gatekeeper.config import Settings

_DATA_DIR = Path("/var/lib/gatekeeper")
_USER = "gatekeeper"
"""Whom the shipped units run the daemon as."""

_STORES = (
    marked("configuration"),
    marked("data folder"),
    marked("lists"),
    marked("consents"),
    marked("journal"),
)
"""What is made."""


def init(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The data folder; written into the configuration."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the configuration that is there, and make only what is missing.")
    ] = False,
    user: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The daemon's user, who gets what root makes here (gatekeeper)."),
    ] = None,
) -> None:
    """Write a commented configuration, and make the data folder, the databases and the red list.

    It overwrites nothing: where there is a configuration already, it refuses, or keeps it with --keep. Run by root, it
    gives a new data folder to the daemon's user, and lets that user's group read a new configuration. In a data folder
    that is there, it gives all files to the folder's owner, and takes others' rights from them.

    For example:

      gatekeeper init
      gatekeeper --config /srv/gk/gatekeeper.toml init --data-dir /srv/gk/data
      gatekeeper init --keep
    """
    from gatekeeper.config import DEFAULT_PATH, load

    call = invocation(context)
    named = call.environ.get(EnvironmentVariable.CONFIG, "")
    owner = _owner(user)
    file = call.config or (Path(named) if named else DEFAULT_PATH)
    if file.exists() and not keep:
        raise ConfigError(
            phrase(
                "{file} exists and is not overwritten; `gatekeeper init --keep` makes the databases it asks for",
                file=file,
            )
        )
    if not file.exists():
        _write(file, (data_dir or _DATA_DIR).absolute(), owner)
        _made("configuration", file)
    elif data_dir is not None:
        raise ConfigError(phrase("{file} exists and says where the data folder is; leave --data-dir out", file=file))
    settings = load(file, call.environ)
    _make_stores(settings, owner)
    _next_steps(settings, file, is_default=file == DEFAULT_PATH)


def _owner(user: str | None) -> pwd.struct_passwd | None:
    """The daemon's user, if it is for us to give it something; None for an ordinary user, who has what he makes.

    Raises:
        ConfigError: a user was named that there is not.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(user or _USER)
    except KeyError:
        if user:
            raise ConfigError(
                phrase("there is no user {user!r}: name the one that the daemon runs as with --user", user=user)
            ) from None
        return None


def _write(file: Path, data_dir: Path, owner: pwd.struct_passwd | None) -> None:
    from gatekeeper.config.template import template

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Exclusively: two at once do not overwrite each other's.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w", encoding="utf-8") as handle:
            handle.write(template(data_dir))
            if owner is not None:
                os.fchown(handle.fileno(), 0, owner.pw_gid)
            os.fchmod(handle.fileno(), 0o640)
    except OSError as error:
        raise ConfigError(
            phrase(
                "{file} can't be written: {reason}; run this as root, or name a file with --config",
                file=file,
                reason=trouble_of(error),
            )
        ) from None


def _make_stores(settings: "Settings", owner: pwd.struct_passwd | None) -> None:
    import asyncio  # a quarter of what every other command takes to start

    from gatekeeper.config.list_rules import configured_lists
    from gatekeeper.consents import CONSENTS_FILE, ConsentStore
    from gatekeeper.intake import ensure_list
    from gatekeeper.journal import JOURNAL_FILE
    from gatekeeper.lists import LISTS_FILE, ListStore

    folder = settings.daemon.data_dir
    try:
        is_new = not folder.exists()
        make_folder(folder, 0o750)
        if is_new and owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        mended = settle_tree(folder)
    except OSError as error:
        raise ConfigError(
            phrase(
                "the data folder {folder} can't be made: {reason}; run this as root, or set daemon.data_dir "
                "in {origin}",
                folder=folder,
                reason=trouble_of(error),
                origin=settings.origin,
            )
        ) from None
    righted = counted("{count} file put right", "{count} files put right", mended) if mended else ""
    _made("data folder", f"{folder}{righted and f' ({righted})'}")
    with ListStore(folder, anew=True) as store:
        for rules in configured_lists(settings).values():
            ensure_list(store, rules)
    _made("lists", f"{folder / LISTS_FILE} ({', '.join(settings.lists)})")
    ConsentStore(folder).close()
    _made("consents", folder / CONSENTS_FILE)
    asyncio.run(_make_log(folder / JOURNAL_FILE))
    _made("journal", folder / JOURNAL_FILE)


def _made(what: str, where: object) -> None:
    wide = max(map(len, map(phrase, _STORES))) + 2
    say(f"{phrase(what):<{wide}}{where}")


async def _make_log(file: Path) -> None:
    from gatekeeper.journal import JournalWriter
    from gatekeeper.journal.sqlite import SqliteBackend

    writer = JournalWriter(SqliteBackend(file))
    await writer.start()
    trouble = writer.trouble
    await writer.close()
    if trouble is not None:
        raise trouble


def _next_steps(settings: "Settings", file: Path, *, is_default: bool) -> None:
    command = "gatekeeper" if is_default else f"gatekeeper --config {file}"
    say()
    say(phrase("What comes next:"))
    steps = []
    if os.geteuid() == 0 and settings.daemon.data_dir.stat().st_uid == 0:
        steps.append(
            _step(
                phrase(
                    "unless the daemon is to run as root, make its user and give it the data folder and the "
                    "configuration:"
                ),
                f"useradd --system --home-dir {settings.daemon.data_dir} --shell /usr/sbin/nologin {_USER}",
                f"chown -R {_USER}: {settings.daemon.data_dir} && chgrp {_USER} {file}",
            )
        )
    steps += [
        _step(phrase("describe your site and your lists in {file}, then:", file=file), f"{command} config check"),
        _step(
            phrase("fill a list that you configured, such as [lists.bloctel]:"),
            phrase("{command} list import bloctel FILE", command=command),
        ),
        _step(
            phrase("put a person on the red list:"),
            phrase("{command} list add red 0612345678 --note 'asked by telephone'", command=command),
        ),
        _step(phrase("ask whether a number may be called:"), f"{command} check 0612345678 --explain"),
        _step(phrase("start the daemon, and include the dialplan in Asterisk:"), f"{command} serve"),
    ]
    _numbered(steps)
    say()
    say(phrase("Where calls are made already, take the law into use step by step:"))
    _numbered(
        [
            _step(
                phrase("judge by it without blocking, and restart the daemon:"),
                phrase('[law] shadow = ["fr"] in {file}, or shadow = true in one campaign', file=file),
                phrase("Red lists, your own lists and emergency numbers know no shadow"),
            ),
            _step(
                phrase("import consents and contracts, and look each day at what would have been blocked:"),
                f"{command} shadow report --since yesterday",
            ),
            phrase("when what is left ought to be blocked, take it out of shadow: one campaign or country at a time"),
        ]
    )


def _step(what: str, *lines: str) -> str:
    return "\n     ".join((what, *lines))


def _numbered(steps: list[str]) -> None:
    for place, step in enumerate(steps, start=1):
        say(f"  {place}. {step}")
