"""Checks of names in the configuration that something else must know: trunks and the socket's group.

`gatekeeper config check` makes these, too.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.finding import CheckFinding, failed, ok, unsure
from gatekeeper.install.places import USER
from gatekeeper.site import AsteriskSite
from gatekeeper.site.outside import outside_dials

_REALTIME: Final = ("ps_endpoints", "sippeers", "iaxpeers")
_HERE: Final = ("127.0.0.1", "::1", "localhost")
_UNITS: Final = ("/etc/systemd/system/gatekeeper.service", "/usr/lib/systemd/system/gatekeeper.service")


def trunk_names(on: Examined) -> Iterator[CheckFinding]:
    """Each name of `[routes] trunks` is that of a peer, and each trunk is named."""
    if on.site is None or on.settings is None:
        return
    server = on.settings.asterisk.get(on.settings.server_name(on.settings.watchdog.asterisk))
    if server is not None and server.host not in _HERE:
        yield unsure(f"Asterisk is another machine ({server.host})", "compare [routes] trunks with its endpoints there")
        return
    patterns = on.settings.routes.trunks
    names = _names(on.site)
    default = type(on.settings.routes).model_fields["trunks"].default
    unknown = [one for one in patterns if not any(_matches(name, one) for name in names)] if patterns != default else []
    for one in unknown:
        near = get_close_matches(one, names, 1)
        hint = f'did you mean "{near[0]}"? ' if near else ""
        said = f'[routes] trunks names "{one}", and no endpoint, peer or Dial() has that name'
        remedy = f"{hint}there are: {', '.join(sorted(names)) or 'none'}"
        yield unsure(said, remedy) if _realtime(on.site) else failed(said, remedy)
    unnamed = [peer.name for peer in on.site.trunks if not any(_matches(peer.name, one) for one in patterns)]
    if unnamed:
        yield unsure(
            f"the watchdog does not take these for trunks when they are dialled without a number: {', '.join(unnamed)}",
            f"add them to trunks in [routes] of {on.settings.file or 'gatekeeper.toml'}, and restart the daemon",
        )
    if not unknown and not unnamed:
        yield ok(f"[routes] trunks names what there is: {', '.join(patterns)}")


def socket_group(on: Examined) -> Iterator[CheckFinding]:
    """The group that the AGI script's socket is given to exists, and the daemon's user is of it."""
    if on.settings is None or not on.settings.socket.group:
        return
    group = on.settings.socket.group
    number = int(group) if group.isdigit() else on.tree.number("/etc/group", group)
    if number is None:
        yield failed(
            f'[socket] group is "{group}", and there is no such group: the daemon does not start',
            'name a group that there is, such as "asterisk", or take the line out',
        )
        return
    user = _daemon_user(on)
    if user == "root" or number in _groups(on, user):
        yield ok(f"the AGI script's socket is given to the group {group}")
    else:
        yield failed(
            f"[socket] group is {group}, which the daemon's user {user} is not one of: the daemon does not start",
            f"usermod --append --groups {group} {user}, then restart the daemon",
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


def _daemon_user(on: Examined) -> str:
    for unit in _UNITS:
        for line in (on.tree.text(Path(unit)) or "").splitlines():
            if line.startswith("User="):
                return line.removeprefix("User=").strip()
    return USER


def _groups(on: Examined, user: str) -> set[int]:
    mine = {int(row[3]) for row in on.tree.accounts("/etc/passwd") if row[0] == user and row[3:4] and row[3].isdigit()}
    rows = on.tree.accounts("/etc/group")
    return mine | {int(row[2]) for row in rows if row[2].isdigit() and user in row[-1].split(",")}
