"""`AGI`: a command to a channel under asynchronous AGI."""

from typing import Final

from gatekeeper.ami.action import Action, printable
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import PASSED, Checked, Finding, RefusedActionError
from gatekeeper.ami.inspect.applications import numbers_run
from gatekeeper.ami.inspect.reading import plain
from gatekeeper.ami.inspect.variables import demand_no_program, demand_settable
from gatekeeper.ami.routes import Routes

_HARMLESS: Final = (
    "answer", "asyncagi break", "channel status", "control stream file", "database get", "get data", "get option",
    "get variable", "get full variable", "hangup", "noop", "receive char", "receive text", "record file", "say ",
    "send image", "send text", "set autohangup", "set callerid", "set music", "speech ", "stream file", "tdd mode",
    "verbose", "wait for digit",
)  # fmt: skip


def inspect_agi(action: Action, routes: Routes, policy: ClientPolicy) -> Finding:
    """`AGI`: an application it executes is looked into; what would move the call in the dialplan is refused."""
    (line,) = plain(action, "Command")
    words = line.split()
    lower = " ".join(words).lower()
    if lower.startswith("exec "):
        return _execute(words, routes, policy)
    demand_no_program(line)
    if lower.startswith("set variable "):
        demand_settable(words[2].replace('"', "").replace("\\", ""), policy)
        return PASSED
    if lower and not f"{lower} ".startswith(_HARMLESS):
        raise RefusedActionError(f"the AGI command {printable(' '.join(words[:2]))} is not open to this client")
    return PASSED


def _execute(words: list[str], routes: Routes, policy: ClientPolicy) -> Finding:
    if any(character in word for word in words for character in '"\\'):
        raise RefusedActionError("an AGI EXEC with quotes")
    found = numbers_run(words[1], " ".join(words[2:]), routes, policy)
    if not found:
        return PASSED
    numbers = tuple(printable(number) for number in dict.fromkeys(found))
    return Checked(numbers, printable(" ".join(words[1:])), policy.campaign, policy.principal)
