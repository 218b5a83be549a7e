"""The plan of an installation: the site is looked at, and everything is drafted."""

from pathlib import Path

from gatekeeper.install.draft import Draft, DraftedTree
from gatekeeper.install.places import ENVIRONMENT, SYSTEMD, UNITS, programs_of
from gatekeeper.install.steps import draft_all, draft_files_only
from gatekeeper.install.steps.gate import tell_open
from gatekeeper.site import SiteKind, SiteTree, find_site
from gatekeeper.site.elsewhere import not_read
from gatekeeper.translation import phrase

_OLDEST = 16


def plan(tree: SiteTree, *, files_only: bool = False, kind: SiteKind | None = None) -> Draft:
    """Draft an installation; nothing is changed.

    Args:
        tree: the site.
        files_only: Gatekeeper's own files alone.
        kind: the kind of site, where a person knows it better.

    Raises:
        InstallError: there is no Asterisk, or a file can't be read.
    """
    draft = Draft(tree)
    programs = programs_of(tree)
    if files_only:
        draft_files_only(draft, programs)
    else:
        site = find_site(tree, kind)
        _told(draft, site.version, f"{site.kind.value}{f' ({site.recognised_by})' if site.recognised_by else ''}")
        draft.found(
            phrase(
                "Asterisk runs as {user}, group {group}; its configuration is in {etc}",
                user=site.user,
                group=site.group,
                etc=site.etc,
            )
        )
        for trunk in site.trunks:
            draft.found(
                phrase(
                    "trunk {technology}/{name} ({place})",
                    technology=trunk.technology,
                    name=trunk.name,
                    place=trunk.place,
                )
            )
        draft_all(draft, site, programs)
        # Lines have moved: what is left is told by where it stands afterwards.
        after = find_site(DraftedTree(draft), kind)
        for line in after.dialplan.conf.missing:
            draft.decide(
                phrase(
                    "{place}: {file} is not there, so Asterisk refuses the whole dialplan",
                    place=line.place,
                    file=line.value,
                )
            )
        for line in after.dialplan.conf.programs:
            draft.decide(
                phrase(
                    "{place}: what #exec {file} writes was not read: put the gate before its Dial()s",
                    place=line.place,
                    file=line.value,
                )
            )
        for other in not_read(after):
            draft.decide(
                phrase(
                    "{place}: what {what} brings in was not read: put the gate before its Dial()s, and name its trunks "
                    "in [routes] trunks",
                    place=other.line.place,
                    what=other.what,
                )
            )
        tell_open(draft, after)
    _start(draft, programs.program)
    return draft


def _told(draft: Draft, version: str, kind: str) -> None:
    draft.found(
        phrase(
            "Asterisk {version}, a site of the kind {kind}", version=version or phrase("of unknown version"), kind=kind
        )
    )
    if version and int(version.partition(".")[0]) < _OLDEST:
        draft.decide(
            phrase(
                "Asterisk {version} is older than {oldest}, with which nothing was tried",
                version=version,
                oldest=_OLDEST,
            )
        )


def _start(draft: Draft, program: Path) -> None:
    """How the daemon is started: before Asterisk reads its dialplan again, or calls are refused until then."""
    if draft.tree.exists(SYSTEMD) or not draft.tree.is_machine:
        draft.start("systemctl daemon-reload")
        draft.start(f"systemctl enable --now {UNITS}")
    else:
        draft.start("install -d -o gatekeeper -g gatekeeper /run/gatekeeper")
        draft.start(
            f"setpriv --reuid gatekeeper --regid gatekeeper --init-groups env $(cat {ENVIRONMENT}) {program} serve &"
        )
