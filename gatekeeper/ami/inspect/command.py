"""`Command`: the command line of Asterisk, by which anything can be done.

A site can give commands other names (`res_clialiases`), so that a list of forbidden ones would be worth nothing: what
only shows something passes, `channel originate` is checked, everything else is refused unless the policy names it.
"""

import re
from typing import Final

from gatekeeper.ami.action import Action, printable
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import PASSED, Checked, Finding, RefusedActionError
from gatekeeper.ami.inspect.applications import numbers_run
from gatekeeper.ami.inspect.reading import plain
from gatekeeper.ami.routes import Routes
from gatekeeper.ami.targets import Numbers, numbers_at, numbers_of

_QUOTE: Final = re.compile(r'["\\]')
_SHOWING: Final = frozenset({"show", "list"})
_READ_ONLY: Final = ("core ping", "core waitfullybooted", "database get", "help")
_ORIGINATES: Final = ((("channel", "originate"), 2), (("originate",), 1))


def inspect_command(action: Action, routes: Routes, policy: ClientPolicy) -> Finding:
    """`Command`: passes when it only shows something or the policy names it."""
    (line,) = plain(action, "Command")
    words = line.lower().split()
    for beginning, length in _ORIGINATES:
        if tuple(words[:length]) == beginning:
            return _originate(line.split()[length:], line, routes, policy)
    if quote := _QUOTE.search(line):
        # Asterisk would join what stands on both sides of a quote to one word.
        words = line[: quote.start()].lower().rpartition(" ")[0].split()
    if not line or _SHOWING.intersection(words[:2]) or _begins(words, (*_READ_ONLY, *policy.commands)):
        return PASSED
    shown = printable(" ".join(words[:2]))
    raise RefusedActionError(f"the command {shown} is not open to this client")


def _begins(words: list[str], beginnings: tuple[str, ...]) -> bool:
    return any(words[: len(wanted)] == wanted for wanted in (beginning.split() for beginning in beginnings) if wanted)


def _originate(words: list[str], line: str, routes: Routes, policy: ClientPolicy) -> Finding:
    """`channel originate <dial string> application <name> [data]` or `... extension [<extension>][@<context>]`."""
    if _QUOTE.search(line):
        raise RefusedActionError("channel originate with quotes")
    dial_string, kind, *rest = [*words, "", ""]
    found: Numbers = numbers_of(dial_string, routes)
    if kind.lower() == "application":
        found += numbers_run(rest[0], " ".join(rest[1:]).strip(), routes, policy)
    elif kind.lower() == "extension":
        extension, _, context = rest[0].partition("@")
        found += numbers_at(context or "default", extension or "s", routes)
    if not found:
        return PASSED
    numbers = tuple(printable(number) for number in dict.fromkeys(found))
    return Checked(numbers, printable(dial_string), policy.campaign, policy.principal)
