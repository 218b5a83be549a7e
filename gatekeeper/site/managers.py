"""Asterisk's manager as manager.conf describes it: whether it listens and where, and its users with their rights."""

from pathlib import Path
from typing import NamedTuple

from gatekeeper.site.conf import ConfFile, read_conf
from gatekeeper.site.tree import SiteTree

_YES = ("yes", "true", "on", "1", "y", "t")
_CALLING = ("originate", "all")


class ManagerUser(NamedTuple):
    """A user of the manager.

    Attributes:
        name: its name.
        write: the classes of actions that it may ask for.
        place: where it is described.
    """

    name: str
    write: frozenset[str]
    place: str

    @property
    def may_call(self) -> bool:
        """Whether it may place calls: then it is a dialer, or can be one."""
        return any(one in self.write for one in _CALLING)


class Manager(NamedTuple):
    """The manager.

    Attributes:
        enabled: whether it listens.
        address: where; 0.0.0.0 is everywhere.
        port: on which port.
        channel_variables: which variables each event of a channel carries.
        users: all users.
        conf: the configuration itself.
    """

    enabled: bool
    address: str
    port: int
    channel_variables: tuple[str, ...]
    users: tuple[ManagerUser, ...]
    conf: ConfFile

    @property
    def dialers(self) -> tuple[ManagerUser, ...]:
        """The users that may place calls."""
        return tuple(one for one in self.users if one.may_call)


def find_manager(tree: SiteTree, etc: Path) -> Manager:
    """What manager.conf says, with its includes."""
    conf = read_conf(tree, etc, "manager.conf")
    port = conf.value("general", "port") or ""
    users = [one for one in conf.sections if not one.template and one.name != "general"]
    return Manager(
        enabled=(conf.value("general", "enabled") or "no").lower() in _YES,
        address=conf.value("general", "bindaddr") or "0.0.0.0",  # noqa: S104 - Asterisk's own default
        port=int(port) if port.isdigit() else 5038,
        channel_variables=tuple(
            name.strip() for name in (conf.value("general", "channelvars") or "").split(",") if name.strip()
        ),
        users=tuple(
            ManagerUser(
                one.name,
                frozenset(word.strip().lower() for word in (one.get("write") or "").split(",") if word.strip()),
                one.head.place if one.head else "",
            )
            for one in users
        ),
        conf=conf,
    )
