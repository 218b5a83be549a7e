"""AGI, the protocol between Asterisk and a program that a channel asks: bytes in, requests and bytes out.

Asterisk opens with the *environment*: lines `agi_name: value`, ended by an empty line. The program then sends commands,
one to a line, and Asterisk answers each with a line that opens with a three-digit code. Asterisk works commands off in
order, so several can be sent at once (*pipelined*).

Nothing here touches a socket or a clock. Whatever is not as Asterisk writes it can't be relied on: a value that holds a
newline would otherwise add a line, and so could give the call another number. Who begins as Asterisk does gets an
answer all the same, a refusal: silence would say that the gate is down, and one call's caller ID must not say that.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from gatekeeper.errors import ProtocolError

MAX_ENVIRONMENT: Final = 64 * 1024
"""The longest environment that is read, in bytes. Asterisk's own is below 2 KiB but for long arguments and names."""

MAX_SKIPPED: Final = 1024 * 1024
"""So many bytes are looked through for the end of an environment that is not read any more."""

MAX_VALUE: Final = 1024
"""The longest value that is read, in bytes. What nobody asks for, such as the caller's name, may be longer."""

MAX_URL: Final = 4 * MAX_VALUE
"""The longest path and query of the dialplan's URL, in bytes: it repeats arguments."""

MAX_LINE: Final = 1024
"""The longest line of a reply, in bytes without its newline."""

MAX_COMMAND: Final = 2000
"""The longest command sent, in bytes: Asterisk reads commands into 2,048 bytes."""

MAX_REPLIES: Final = 16 * 1024
"""The most bytes taken as replies to one batch of commands."""

END_OF_ENVIRONMENT: Final = b"\n\n"

_VARIABLE = re.compile(rb"^(agi_[a-z0-9_]{1,60}): ([^\n\0]*)$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_BEGINNING = b"agi_network: yes\n"
_URL = b"agi_network_script"
_READ = (
    *(b"agi_extension", b"agi_callerid", b"agi_channel", b"agi_uniqueid"),
    *(b"agi_arg_%d" % number for number in range(1, 9)),
)
_WORD = re.compile(r"[A-Za-z0-9_.+:-]*")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_REPLY = re.compile(rb"[1-5][0-9][0-9](?:[ -]|$)")
_USAGE_OPENS = b"520-"
_USAGE_ENDS = b"520 "
_HANGUP = b"HANGUP"
_HUNG_UP = re.compile(rb"\n\n(?:HANGUP\n){1,4}\Z")  # Asterisk 16 and 22 say it twice
_DONE = b"200 result=1\n"


class AgiRequest(NamedTuple):
    """What Asterisk asks.

    Attributes:
        variables: the environment by name, names with their `agi_`.
        fault: why it can't be relied on, or "". Its variables are then those that came first.
        hung_up: whether the channel seems to have been hung up by the time the environment was read (`HANGUP` follows
            it). A value with newlines can seem so, too.
    """

    variables: dict[bytes, bytes]
    fault: str = ""
    hung_up: bool = False

    @property
    def script(self) -> str:
        """The path of the URL in the dialplan, without what follows a `?`; "" where there is none."""
        return self.get("agi_network_script").partition("?")[0].strip("/")

    def get(self, name: str) -> str:
        """A variable's value, "" where there is none; bytes that are not UTF-8 become U+FFFD."""
        return self.variables.get(name.encode(), b"").decode("utf-8", "replace")

    def argument(self, number: int) -> str:
        """The nth argument of the dialplan's `AGI(...)`, counted from 1; "" where there is none."""
        return self.get(f"agi_arg_{number}")


class EnvironmentParser:
    """Collects an environment out of chunks of any size, and reads its lines while Asterisk writes the others."""

    def __init__(self) -> None:
        self._variables: dict[bytes, bytes] = {}
        self._lines = 0
        self._size = 0
        self._rest = b""
        self._fault = ""

    def feed(self, data: bytes) -> AgiRequest | None:
        """Take the next bytes; gives the request once the environment is whole, None before.

        An environment that can't be relied on is looked through to its end, for Asterisk takes no command before that.

        Raises:
            ProtocolError: it does not begin as Asterisk does.
        """
        self._size += len(data)
        if self._fault:
            return self._skip(data)
        text = self._rest + data if self._rest else data
        try:
            return self._read(text)
        except ProtocolError as error:
            self._spoil(text, error)
            text = b"\n" + text  # what was read before ended with its line
            if _HUNG_UP.search(text):
                return AgiRequest(self._variables, self._fault, hung_up=True)
            return self._skip(text)

    def cut_short(self, why: str) -> AgiRequest | None:
        """No more comes: gives what there is, not to be relied on; None where nobody began to ask as Asterisk does."""
        if not self._fault:
            try:
                self._spoil(self._rest, ProtocolError(f"the AGI environment is not whole: {why}"))
            except ProtocolError:
                return None
        return AgiRequest(self._variables, self._fault)

    def _read(self, text: bytes) -> AgiRequest | None:
        """What has come since the last whole line."""
        if self._size > MAX_ENVIRONMENT:
            raise ProtocolError(f"the AGI environment is longer than {MAX_ENVIRONMENT} bytes")
        if text[-1:] != b"\n":
            lines, _, self._rest = text.rpartition(b"\n")
            if lines:
                self._take(lines + b"\n")
            return None
        self._rest = b""
        if text == b"\n" or text[-2:] == END_OF_ENVIRONMENT:
            # The empty line: it is no line of the environment, and nothing may follow it.
            if text != b"\n":
                self._take(text[:-1])
            return self._whole()
        self._take(text)
        return None

    def _take(self, lines: bytes) -> None:
        """Whole lines, each with its newline."""
        found = _VARIABLE.findall(lines)
        if len(found) != lines.count(b"\n"):
            raise ProtocolError(
                "the AGI environment has a line that is not `agi_name: value`, or goes on after its end"
            )
        self._variables.update(found)
        self._lines += len(found)
        if len(self._variables) != self._lines:
            raise ProtocolError("the AGI environment names a variable twice: does a value hold a newline?")

    def _whole(self) -> AgiRequest:
        if not self._variables:
            raise ProtocolError("the AGI environment is empty")
        if self._size > MAX_VALUE:
            values = (self._variables.get(name, b"") for name in _READ)
            if max(map(len, values)) > MAX_VALUE or len(self._variables.get(_URL, b"")) > MAX_URL:
                raise ProtocolError(f"the AGI environment has a value of more than {MAX_VALUE} bytes")
        return AgiRequest(self._variables)

    def _spoil(self, text: bytes, error: ProtocolError) -> None:
        """It can't be relied on: keep what came first of each variable, or raise where no Asterisk sent it."""
        if self._variables.get(b"agi_network") != b"yes" and not text.startswith(_BEGINNING):
            raise error
        for name, value in _VARIABLE.findall(text):
            self._variables.setdefault(name, value)
        self._fault = str(error)
        self._rest = b""

    def _skip(self, data: bytes) -> AgiRequest | None:
        """Look for the end only."""
        end = (self._rest + data)[-len(END_OF_ENVIRONMENT) :]
        self._rest = end
        if end == END_OF_ENVIRONMENT or self._size > MAX_SKIPPED:
            return AgiRequest(self._variables, self._fault)
        return None


def set_variable(name: str, value: str) -> bytes:
    r"""The command that sets a channel variable.

    Asterisk takes what stands in quotes as one word, in which a backslash makes the next character plain. Control
    characters, newlines above all, become blanks: a value can't end its command and begin another.

    Raises:
        ValueError: the name is not that of a variable, or the command would be longer than Asterisk reads.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError("not a channel variable's name")
    plain = _UNSAFE.sub(" ", value).replace("\\", "\\\\").replace('"', '\\"')
    command = f'SET VARIABLE {name} "{plain}"\n'.encode("utf-8", "replace")
    if len(command) > MAX_COMMAND:
        raise ValueError(f"a command of {len(command)} bytes is longer than {MAX_COMMAND}")
    return command


def set_variables(values: Mapping[str, str]) -> bytes:
    """The one command that sets several channel variables, in order, by Asterisk's function `ARRAY` (func_strings).

    Asterisk answers each command with a write of its own, so that one is sooner worked off than five.

    Raises:
        ValueError: a name is not that of a variable, a value holds more than letters, digits and `_.+:-` (`ARRAY` would
            take it apart), or the command would be longer than Asterisk reads.
    """
    if not all(map(_NAME.fullmatch, values)):
        raise ValueError("not a channel variable's name")
    if not all(map(_WORD.fullmatch, values.values())):
        raise ValueError("a value that ARRAY would take apart")
    command = f'SET VARIABLE ARRAY({",".join(values)}) "{",".join(values.values())}"\n'.encode()
    if len(command) > MAX_COMMAND:
        raise ValueError(f"a command of {len(command)} bytes is longer than {MAX_COMMAND}")
    return command


class ReplyParser:
    """Collects the replies to a number of commands out of chunks of any size.

    A hangup in between (a line `HANGUP`, replies with code 511) is a matter of course. Anything that is not a reply at
    all is not: it shows that what was taken for the environment's end was none.

    Args:
        expected: how many commands were sent.

    Attributes:
        refused: how many of them Asterisk did not carry out.
    """

    def __init__(self, expected: int) -> None:
        self.refused = 0
        self._left = expected
        self._all_done = _DONE * expected, _DONE * expected + b"HANGUP\n"
        self._size = 0
        self._rest = b""
        self._in_usage = False

    def feed(self, data: bytes) -> bool:
        """Take the next bytes; True once every command has its reply.

        Raises:
            ProtocolError: a line that is not a reply, or more of them than commands.
        """
        if data in self._all_done and not self._size:
            self._size, self._left = len(data), 0
            return True
        self._size += len(data)
        if self._size > MAX_REPLIES:
            raise ProtocolError(f"more than {MAX_REPLIES} bytes of AGI replies")
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE:
            raise ProtocolError(f"an AGI reply is longer than {MAX_LINE} bytes")
        for line in lines:
            self._take(line)
        return self._left == 0

    def _take(self, line: bytes) -> None:
        if self._in_usage:
            # Asterisk explains a command's use in several lines; the last opens with the code and a blank.
            if line.startswith(_USAGE_ENDS):
                self._in_usage = False
                self._count(line)
            return
        if line == _HANGUP or line.startswith(b"100 "):
            return
        if len(line) > MAX_LINE or _REPLY.match(line) is None:
            raise ProtocolError("Asterisk sent something that is no AGI reply: does a value hold a newline?")
        if line.startswith(_USAGE_OPENS):
            self._in_usage = True
            return
        self._count(line)

    def _count(self, line: bytes) -> None:
        if self._left == 0:
            raise ProtocolError("Asterisk sent more AGI replies than there were commands")
        self._left -= 1
        if not line.startswith(b"200 "):
            self.refused += 1
