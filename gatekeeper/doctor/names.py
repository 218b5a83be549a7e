"""Names in the configuration that something else must know: trunks that Asterisk has, and the group of the socket.

`gatekeeper config check` compares them, and so does `gatekeeper doctor`.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from gatekeeper.config import Settings
from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.install.places import USER
from gatekeeper.site import AsteriskSite, SiteTree
from gatekeeper.site.outside import outside_dials

_REALTIME: Final = ("ps_endpoints", "sippeers", "iaxpeers")
_HERE: Final = ("127.0.0.1", "::1", "localhost")
_UNITS: Final = ("/etc/systemd/system/gatekeeper.service", "/usr/lib/systemd/system/gatekeeper.service")


def trunk_names(settings: Settings, site: AsteriskSite) -> Iterator[CheckFinding]:
    """What is wrong with `[routes] trunks`: a name that no peer has, a trunk that is not named."""
    server = settings.asterisk.get(settings.server_name(settings.watchdog.asterisk))
    if server is not None and server.host not in _HERE:
        yield warning(
            said("Asterisk is another machine ({host})", "Asterisk est une autre machine ({host})", host=server.host),
            said(
                "compare [routes] trunks with its endpoints there",
                "comparez [routes] trunks avec ses postes, là-bas",
            ),
        )
        return
    patterns = settings.routes.trunks
    yield from _unknown(settings, site, patterns)
    unnamed = [peer.name for peer in site.trunks if not any(_matches(peer.name, one) for one in patterns)]
    if unnamed:
        yield warning(
            said(
                "the watchdog does not take these for trunks when they are dialled without a number: {names}",
                "le surveillant ne tient pas pour des lignes celles-ci quand elles sont appelées sans numéro : {names}",
                names=", ".join(unnamed),
            ),
            said(
                "add them to trunks in [routes], and restart the daemon",
                "ajoutez-les à trunks dans [routes], puis redémarrez le démon",
            ),
            str(settings.file or ""),
        )


def _unknown(settings: Settings, site: AsteriskSite, patterns: tuple[str, ...]) -> Iterator[CheckFinding]:
    if patterns == type(settings.routes).model_fields["trunks"].default:
        return
    names = _names(site)
    # A database may have more peers than the files tell of.
    tell = warning if _realtime(site) else failed
    for one in patterns:
        if any(_matches(name, one) for name in names):
            continue
        near = get_close_matches(one, names, 1)
        there = ", ".join(sorted(names)) or "-"
        yield tell(
            said(
                '[routes] trunks names "{name}", and no endpoint, peer or Dial() has that name',
                "[routes] trunks nomme « {name} », et aucun poste ni aucun Dial() n'a ce nom",
                name=one,
            ),
            said(
                'did you mean "{near}"? There are: {there}' if near else "there are: {there}",
                "vouliez-vous dire « {near} » ? Il y a : {there}" if near else "il y a : {there}",
                near=near[0] if near else "",
                there=there,
            ),
            str(settings.file or ""),
        )


def socket_group(settings: Settings, tree: SiteTree) -> Iterator[CheckFinding]:
    """What is wrong with the group that the AGI script's socket is given to: only its members may give to it."""
    group = settings.socket.group
    if not group:
        return
    number = int(group) if group.isdecimal() else tree.number("/etc/group", group)
    file = str(settings.file or "")
    if number is None:
        yield failed(
            said(
                '[socket] group is "{group}", and there is no such group: the daemon does not start',
                "[socket] group est « {group} », et ce groupe n'existe pas : le démon ne démarre pas",
                group=group,
            ),
            said(
                'name a group that there is, such as "asterisk", or take the line out',
                "nommez un groupe qui existe, comme « asterisk », ou retirez la ligne",
            ),
            file,
        )
        return
    user = _daemon_user(tree)
    if user != "root" and number not in _groups(tree, user):
        yield failed(
            said(
                "[socket] group is {group}, which the daemon's user {user} is not one of: the daemon does not start",
                "[socket] group est {group}, dont l'utilisateur du démon, {user}, ne fait pas partie : le démon ne "
                "démarre pas",
                group=group,
                user=user,
            ),
            said(
                "usermod --append --groups {group} {user}, then restart the daemon",
                "usermod --append --groups {group} {user}, puis redémarrez le démon",
                group=group,
                user=user,
            ),
            file,
        )


def _names(site: AsteriskSite) -> set[str]:
    dialled = {
        target.trunk for dial in outside_dials(site.dialplan, site.peers) for target in dial.targets if target.trunk
    }
    return {peer.name for peer in site.peers} | dialled


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())


def _realtime(site: AsteriskSite) -> bool:
    """Whether peers are in a database, too, of which the files tell nothing."""
    settings = site.conf("extconfig.conf").section("settings")
    if settings is not None and any(line.key in _REALTIME for line in settings.lines):
        return True
    sorcery = site.conf("sorcery.conf").section("res_pjsip")
    return sorcery is not None and any(line.value.startswith("realtime") for line in sorcery.lines)


def _daemon_user(tree: SiteTree) -> str:
    for unit in _UNITS:
        for line in (tree.text(Path(unit)) or "").splitlines():
            if line.startswith("User="):
                return line.removeprefix("User=").strip()
    return USER


def _groups(tree: SiteTree, user: str) -> set[int]:
    mine = {int(row[3]) for row in tree.accounts("/etc/passwd") if row[0] == user and row[3:4] and row[3].isdecimal()}
    rows = tree.accounts("/etc/group")
    return mine | {int(row[2]) for row in rows if row[2].isdecimal() and user in row[-1].split(",")}
