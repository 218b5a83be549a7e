"""The plan of an installation: the site is looked at, and everything is drafted."""

from pathlib import Path

from gatekeeper.install.draft import Draft, DraftedTree
from gatekeeper.install.places import ENVIRONMENT, SYSTEMD, UNITS, programs_of
from gatekeeper.install.steps import draft_all, draft_files_only
from gatekeeper.install.steps.gate import tell_open
from gatekeeper.site import SiteKind, SiteTree, find_site

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
        draft.found(f"Asterisk runs as {site.user}, group {site.group}; its configuration is in {site.etc}")
        for trunk in site.trunks:
            draft.found(f"trunk {trunk.technology}/{trunk.name} ({trunk.place})")
        draft_all(draft, site, programs)
        # Lines have moved: what is left is told by where it stands afterwards.
        after = find_site(DraftedTree(draft), kind)
        for line in after.dialplan.conf.missing:
            draft.decide(f"{line.place}: {line.value} is not there, so Asterisk refuses the whole dialplan")
        for line in after.dialplan.conf.programs:
            draft.decide(f"{line.place}: what #exec {line.value} writes was not read: put the gate before its Dial()s")
        tell_open(draft, after)
    _start(draft, programs.program)
    return draft


def _told(draft: Draft, version: str, kind: str) -> None:
    draft.found(f"Asterisk {version or 'of unknown version'}, a site of the kind {kind}")
    if version and int(version.partition(".")[0]) < _OLDEST:
        draft.decide(f"Asterisk {version} is older than {_OLDEST}, with which nothing was tried")


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
