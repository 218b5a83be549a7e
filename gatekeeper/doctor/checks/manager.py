"""Checks of Asterisk's manager: where it listens, what its users may do, and the watchdog's secret."""

from collections.abc import Iterator
from typing import Final

from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.finding import CheckFinding, failed, ok, unsure
from gatekeeper.install.steps.contexts import GENERATED
from gatekeeper.site import ManagerUser

_NEEDED: Final = frozenset({"originate", "call", "agent", "reporting", "user", "log", "verbose", "dtmf", "dialplan"})
"""What a dialer may have: docs/bypass.md."""

_WATCHDOG: Final = frozenset({"call", "user", "reporting", "system"})
_HERE: Final = ("127.0.0.1", "::1", "localhost")
_SHORTEST: Final = 16


def users(on: Examined) -> Iterator[CheckFinding]:
    """No user that may place calls may do more than a dialer needs."""
    if on.site is None:
        return
    ours = on.settings.asterisk[on.settings.server_name("")].username if on.settings else "gatekeeper"
    wrong = 0
    for user in on.site.manager.dialers:
        more = _more(user)
        if on.site.kind in GENERATED and user.name == "admin":
            continue  # FreePBX's own, which reloads modules
        if user.name != ours and more:
            wrong += 1
            yield failed(
                f"{user.place}: user {user.name} may place calls, and more than a dialer needs: {', '.join(more)}",
                'give it write = originate,call,agent,reporting, then asterisk -rx "manager reload"',
            )
    if not wrong:
        yield ok("no manager user that may place calls may do more than a dialer needs")


def _more(user: ManagerUser) -> list[str]:
    return sorted(user.write - _NEEDED)


def watchdog(on: Examined) -> Iterator[CheckFinding]:
    """The watchdog's user is there, with its rights, and both sides have one secret."""
    if on.site is None or on.settings is None or not on.settings.watchdog.enabled:
        if on.settings is not None and not on.settings.watchdog.enabled:
            yield failed("the watchdog is off: what goes round the gates is not seen", "[watchdog] enabled = true")
        return
    there = on.site.manager
    server = on.settings.asterisk.get(on.settings.server_name(on.settings.watchdog.asterisk))
    if server is None or server.host not in _HERE:
        return
    if not there.enabled:
        yield failed("Asterisk's manager is off", "enabled = yes in manager.conf, or run `gatekeeper install`")
    if server.port != there.port:
        yield failed(f"the manager listens on port {there.port}, not {server.port}", "set port in [asterisk.main]")
    user = next((one for one in there.users if one.name == server.username), None)
    section = there.conf.section(server.username)
    if user is None or section is None:
        yield failed(f"manager.conf has no user {server.username}", "run `gatekeeper install`, then `manager reload`")
        return
    if not user.write >= _WATCHDOG and "all" not in user.write:
        yield failed(
            f"{user.place}: the watchdog's user lacks write = {','.join(sorted(_WATCHDOG - user.write))}",
            'give it the rights of asterisk/samples/manager.conf, then asterisk -rx "manager reload"',
        )
    yield _secret(server.secret.get_secret_value(), section.get("secret") or "", user.place)


def _secret(ours: str, theirs: str, place: str) -> CheckFinding:
    """How the two secrets are; neither is shown."""
    if not ours:
        return unsure("the watchdog's secret can't be read", "run this as root: it is in /etc/gatekeeper/environment")
    if ours != theirs:
        return failed(
            f"{place}: the secret is not that of /etc/gatekeeper/environment, so the watchdog can't log in",
            "run `gatekeeper install`, which sets it; then `manager reload`",
        )
    if ours == "change-me" or len(ours) < _SHORTEST:
        return failed(
            f"{place}: the watchdog's secret can be guessed",
            f"take one of {_SHORTEST} characters or more, such as `openssl rand -hex 24` gives, on both sides",
        )
    return ok("the watchdog's user and its secret are right")


def ports(on: Examined) -> Iterator[CheckFinding]:
    """What listens for others than this machine."""
    opened = []
    if on.site is not None:
        there = on.site.manager
        if there.enabled and there.address not in _HERE:
            opened.append(("Asterisk's manager", there.address, there.port, "bindaddr = 127.0.0.1 in manager.conf"))
        http = on.site.conf("http.conf")
        address = http.value("general", "bindaddr") or ""
        if (http.value("general", "enabled") or "no").lower() in ("yes", "true") and address not in _HERE:
            opened.append(("Asterisk's HTTP server, with ARI", address, 8088, "bindaddr = 127.0.0.1 in http.conf"))
    if on.settings is not None:
        for name, section, is_on in (
            ("fastagi", on.settings.fastagi, on.settings.fastagi.enabled),
            ("ami_proxy", on.settings.ami_proxy, on.settings.ami_proxy.enabled),
        ):
            if is_on and section.host not in _HERE:
                opened.append((f"[{name}]", section.host, section.port, f"host = 127.0.0.1 in [{name}]"))
    for what, address, port, remedy in opened:
        yield unsure(
            f"{what} listens on {address or 'every address'}, port {port}",
            f"{remedy}, or let a firewall open it to those alone who need it",
        )
    if not opened:
        yield ok("what listens does so for this machine alone")
