"""`Command`: the command line of Asterisk, by which anything can be done.

A site can give commands other names (`res_clialiases`), so that a list of forbidden ones would be worth nothing: what
is known to be harmless passes, what dials is checked, everything else is refused unless the policy names it.
"""

import re
from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.dial_strings import DialledNumbers, numbers_at, numbers_of
from gatekeeper.ami.protocol.inspect.agi import numbers_of_agi
from gatekeeper.ami.protocol.inspect.applications import numbers_run
from gatekeeper.ami.protocol.inspect.classes.commands import HARMLESS_COMMANDS, READ_COMMANDS, REFUSED_COMMANDS
from gatekeeper.ami.protocol.inspect.reading import plain, shown
from gatekeeper.ami.protocol.inspect.recording import demand_conference_file
from gatekeeper.ami.protocol.inspect.variables import checked_value
from gatekeeper.ami.protocol.inspection import PASSED, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError

_QUOTE: Final = re.compile(r'["\\]')
_LONGEST: Final = max(len(line.split()) for line in HARMLESS_COMMANDS | READ_COMMANDS | REFUSED_COMMANDS)


def inspect_command(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`Command`: passes when it is known to be harmless or the policy names it."""
    (line,) = plain(action, "Command")
    words = line.lower().split()
    command = known_command(words)
    if command in READ_COMMANDS:
        return checked_value(_numbers(command, line, routes, policy), line, policy)
    if quote := _QUOTE.search(line):
        # Asterisk would join what stands on both sides of a quote to one word.
        words = line[: quote.start()].lower().rpartition(" ")[0].split()
        command = known_command(words)
    if not line or command in HARMLESS_COMMANDS or _begins(words, policy.commands):
        return PASSED
    named = shown(" ".join(words[:2]))
    raise RefusedActionError(f"the command {named} is not open to this client; if it calls nobody and shows no secret, "
                             "name it in ami_users.NAME.commands")  # fmt: skip


def known_command(words: list[str]) -> str:
    """The longest command of a class that a line begins with, or "" where there is none."""
    for length in range(min(len(words), _LONGEST), 0, -1):
        beginning = " ".join(words[:length])
        if beginning in HARMLESS_COMMANDS or beginning in READ_COMMANDS or beginning in REFUSED_COMMANDS:
            return beginning
    return ""


def _begins(words: list[str], beginnings: tuple[str, ...]) -> bool:
    return any(words[: len(wanted)] == wanted for wanted in (beginning.split() for beginning in beginnings) if wanted)


def _numbers(command: str, line: str, routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    if _QUOTE.search(line) or not line.isascii():
        raise RefusedActionError(f"{command} with quotes, or with characters that divide words for some readers only")
    words = line.split()[len(command.split()) :]
    if command == "confbridge record start":
        demand_conference_file("".join(words[:1]), " ".join(words[1:]))
        return ()
    if command == "agi exec":
        return numbers_of_agi(" ".join(words[1:]), "".join(words[:1]), routes, policy)
    if command in {"queue add member", "add queue member"}:
        return numbers_of(words[0], routes) if words and "/" in words[0] else ()
    return _originated(words, routes, policy)


def _originated(words: list[str], routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    """`channel originate <dial string> application <name> [data]` or `... extension [<extension>][@<context>]`."""
    dial_string, kind, *rest = [*words, "", ""]
    found = numbers_of(dial_string, routes)
    if kind.lower() == "application":
        found += numbers_run(rest[0], " ".join(rest[1:]).strip(), dial_string, routes, policy)
    elif kind.lower() == "extension":
        extension, _, context = rest[0].partition("@")
        found += numbers_at(context or "default", extension or "s", routes)
    return found
