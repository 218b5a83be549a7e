"""`gatekeeper install` and `gatekeeper uninstall`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.output import say
from gatekeeper.translation import marked, phrase

if TYPE_CHECKING:
    from gatekeeper.install.draft import Draft
    from gatekeeper.site import SiteKind, SiteTree

Root = Annotated[
    Path, typer.Option("--root", metavar="DIR", help="The folder that stands for /: an image, not this machine.")
]


def install(
    root: Root = Path("/"),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show every change as a diff, and change nothing.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put everything back as it was before.")] = False,
    files_only: Annotated[
        bool, typer.Option("--files-only", help="Only Gatekeeper's own files: Asterisk's configuration stays as it is.")
    ] = False,
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="plain, freepbx, issabel or vicidial; else it is found out.")
    ] = "",
    no_start: Annotated[
        bool, typer.Option("--no-start", help="Start, stop and reload nothing: the commands for that are told.")
    ] = False,
) -> None:
    """Install Gatekeeper into the Asterisk of this machine: it is found, and the gate is put before its trunks.

    It makes the daemon's user, its configuration with a secret, the units of systemd, the manager's user, the dialplan
    and the feature code, and tells what is left for a person to decide. Each file that it changes is kept; --undo puts
    all back byte for byte. Running it again changes only what is missing. Where systemd runs, the daemon is then
    started, and a running Asterisk reads its files; with --no-start, and elsewhere, the commands for that come last.

    For example:

      gatekeeper install --dry-run
      gatekeeper install
      gatekeeper install --undo
    """
    from gatekeeper.install.applying import apply
    from gatekeeper.install.plan import plan
    from gatekeeper.install.starting import asterisk_runs, may_start, start
    from gatekeeper.site import SiteTree

    tree = SiteTree(root)
    if undo:
        _undo(tree, no_stop=no_start)
        return
    draft = plan(tree, files_only=files_only, kind=_kind(kind))
    if dry_run:
        _show(draft)
    else:
        for line in apply(draft):
            say(phrase("not given, for this is not root: {line}", line=line))
        _made(draft)
    starts = not (dry_run or files_only or no_start) and may_start(tree)
    _remarks(draft, with_commands=not starts)
    if starts:
        say()
        say(phrase("Started, and read by Asterisk:"))
        for command in start(draft):
            say(f"  {command}")
        if not asterisk_runs():
            say(phrase("  (Asterisk does not run; it reads its files when it starts)"))
    if not dry_run and not draft.is_empty:
        say()
        say(phrase("`gatekeeper install --undo` puts everything back."))


def uninstall(
    root: Root = Path("/"),
    no_stop: Annotated[
        bool, typer.Option("--no-stop", help="Stop and reload nothing: the commands for that are told.")
    ] = False,
) -> None:
    """Take Gatekeeper out of Asterisk: all that `install` has changed is put back.

    Where systemd runs, a running Asterisk then reads its files, and the daemon is stopped. Lists, consents and the
    journal stay, for they prove what was done.

    For example:

      gatekeeper uninstall
    """
    from gatekeeper.site import SiteTree

    _undo(SiteTree(root), no_stop=no_stop)


def _kind(text: str) -> "SiteKind | None":
    from gatekeeper.site import SiteKind

    if not text:
        return None
    try:
        return SiteKind(text)
    except ValueError:
        raise typer.BadParameter(phrase("there are: {names}", names=", ".join(SiteKind)), param_hint="--kind") from None


def _undo(tree: "SiteTree", *, no_stop: bool) -> None:
    from gatekeeper.install.places import DATA
    from gatekeeper.install.starting import STOP, may_start, stop, told
    from gatekeeper.install.undoing import demand_installed, undo

    demand_installed(tree)
    asking = []
    for one in undo(tree):
        say(f"{one.name}: {phrase(one.became.value)}")
        if one.copy:
            say(phrase("  as it was before the installation: {copy}", copy=one.copy))
        if one.asks and one.name not in asking:
            asking.append(one.name)
    done = not no_stop and may_start(tree) and not asking
    say()
    if asking:
        say(
            phrase(
                "Asterisk has read nothing, and nothing was stopped: the gate is asked still by {files}. Take those "
                "lines out, or their calls are refused; then, in this order:",
                files=", ".join(asking),
            )
        )
    else:
        say(phrase("Read by Asterisk, and stopped:") if done else phrase("Then, in this order:"))
    for command in stop() if done else (told("core reload"), *STOP):
        say(f"  {command}")
    if tree.exists(DATA):
        say()
        say(phrase("{folder} stays: it has the journal, which proves what was done, and the lists.", folder=DATA))


def _show(draft: "Draft") -> None:
    for account in draft.accounts:
        say(f"+ {account}")
    for folder, ownership in draft.folders.items():
        owner, mode = f"{ownership.user}:{ownership.group}", f"{ownership.mode:o}"
        say(phrase("+ folder {folder} ({owner} {mode})", folder=folder, owner=owner, mode=mode))
    for line in draft.shown():
        say(line)


def _made(draft: "Draft") -> None:
    if draft.is_empty:
        say(phrase("nothing to change"))
    for account in draft.accounts:
        say(phrase("made     {what}", what=account))
    for folder in draft.folders:
        say(phrase("made     {what}", what=folder))
    for drafted in draft.files.values():
        text = marked("made     {what}") if drafted.before is None else marked("changed  {what}")
        say(phrase(text, what=drafted.path))


def _remarks(draft: "Draft", *, with_commands: bool) -> None:
    from gatekeeper.install.draft import RemarkKind

    heads = (
        (RemarkKind.FOUND, marked("Found")),
        (RemarkKind.DECIDE, marked("Left for you")),
        (RemarkKind.START, marked("Start the daemon, before Asterisk asks it")),
        (RemarkKind.RELOAD, marked("Then let Asterisk read its files")),
    )
    for kind, head in heads:
        told = list(draft.said(kind))
        if not told or (kind in (RemarkKind.START, RemarkKind.RELOAD) and not with_commands):
            continue
        say()
        say(phrase("{head}:", head=phrase(head)))
        for text in told:
            if kind is RemarkKind.RELOAD:
                say(f'  asterisk -rx "{text}"')
            else:
                first, *rest = draft.without_secrets_lines(text)
                say(f"  {'' if kind is RemarkKind.START else '- '}{first}")
                for line in rest:
                    say(f"      {line}")
