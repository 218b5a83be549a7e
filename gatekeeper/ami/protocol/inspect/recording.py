"""Actions that record: what they call files and options reaches applications, and shells."""

from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspect.applications import numbers_run
from gatekeeper.ami.protocol.inspect.files import demand_recording_path, demand_shell_safe
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspection import PASSED, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError

_DIVIDING: Final = frozenset(',"\\()[]')


def inspect_mix_monitor(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`MixMonitor`: Asterisk joins the three headers with commas and has its application divide them again."""
    file, options, command = plain(action, "File", "Options", "Command")
    if "," in options or command:
        raise RefusedActionError("MixMonitor with a command, or a comma that could begin one")
    demand_one_argument(file)
    numbers_run("mixmonitor", f"{file},{options}", "", routes, policy)
    return PASSED


def inspect_conference_record(action: Action, _routes: Routes, _policy: ClientPolicy) -> Inspection:
    """`ConfbridgeStartRecord`: its file becomes the first argument of `MixMonitor`, in front of options and command."""
    conference, file = plain(action, "Conference", "RecordFile")
    demand_conference_file(conference, file)
    return PASSED


def demand_conference_file(conference: str, file: str) -> None:
    """Refuse a conference's recording: its file, or where none is named, one that Asterisk names after the conference.

    Raises:
        RefusedActionError: it would be divided, or written where none may be.
    """
    demand_one_argument(conference)
    demand_one_argument(file)
    demand_recording_path(conference)
    demand_recording_path(file)


def demand_one_argument(file: str) -> None:
    """Refuse a file's name which Asterisk would divide.

    Raises:
        RefusedActionError: it would.
    """
    if not _DIVIDING.isdisjoint(file):
        raise RefusedActionError("a recording's name with a character that could begin a command")


def inspect_monitor(action: Action, _routes: Routes, _policy: ClientPolicy) -> Inspection:
    """`Monitor`, `ChangeMonitor`: with `Mix`, the names stand in a command for a shell."""
    for name in plain(action, "File", "Format"):
        demand_shell_safe(name)
        demand_recording_path(name)
    return PASSED
