"""`AGI`: a command to a channel under asynchronous AGI, and the same on the command line (`agi exec`)."""

from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.dial_strings import DialledNumbers
from gatekeeper.ami.protocol.inspect.applications import numbers_run
from gatekeeper.ami.protocol.inspect.classes.agi_commands import EVALUATING_AGI, HARMLESS_AGI, READ_AGI
from gatekeeper.ami.protocol.inspect.files import demand_recording_path
from gatekeeper.ami.protocol.inspect.reading import plain, shown
from gatekeeper.ami.protocol.inspect.variables import checked_value, demand_readable_functions, numbers_set
from gatekeeper.ami.protocol.inspection import Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError

_KNOWN: Final = HARMLESS_AGI | EVALUATING_AGI | READ_AGI
_LONGEST: Final = max(len(command.split()) for command in _KNOWN)


def inspect_agi(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`AGI`: an application it executes is looked into; what would move the call in the dialplan is refused."""
    line, channel = plain(action, "Command", "Channel")
    return checked_value(numbers_of_agi(line, channel, routes, policy), line, policy)


def numbers_of_agi(line: str, channel: str, routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    """The numbers that an AGI command to a channel calls outside.

    Raises:
        RefusedActionError: the command is not open to the client, or can't be read without doubt.
        UnreadableTargetError: the same of a dial string.
    """
    words = agi_words(line)
    if not words:
        return ()
    command = _command(words)
    given = words[len(command.split()) :]
    if command == "exec":
        return _executed(given, channel, routes, policy)
    if command == "set variable":
        return numbers_set(given[0], " ".join(given[1:]), routes, policy) if given else ()
    if command == "record file":
        demand_recording_path("".join(given[:1]))
    elif command in EVALUATING_AGI:
        demand_readable_functions(" ".join(given), policy)
    elif command not in HARMLESS_AGI:
        raise RefusedActionError(f"the AGI command {shown(' '.join(words[:2]))} is not open to this client")
    return ()


def _command(words: list[str]) -> str:
    for length in range(min(len(words), _LONGEST), 0, -1):
        beginning = " ".join(words[:length]).lower()
        if beginning in _KNOWN:
            return beginning
    return ""


def _executed(given: list[str], channel: str, routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    """Asterisk gives the application the next word alone; whether the words behind it matter is not left to that."""
    if not given:
        return ()
    application, *data = given
    found = numbers_run(application, "".join(data[:1]), channel, routes, policy)
    return found + numbers_run(application, " ".join(data), channel, routes, policy) if data[1:] else found


def agi_words(line: str) -> list[str]:
    """A command's words as `parse_args` of `res_agi.c` divides them: blanks within quotes don't divide."""
    words: list[str] = []
    between, quoted, escaped = True, False, False
    for character in line:
        if character == "\\" and not escaped:
            escaped = True
            continue
        text = character
        if character == '"' and not escaped:
            quoted = not quoted
            if not (quoted and between):
                continue
            text = ""  # a quote begins a word, even an empty one
        elif character in " \t" and not (quoted or escaped):
            between = True
            continue
        if between:
            words.append("")
            between = False
        words[-1] += text
        escaped = False
    return words
