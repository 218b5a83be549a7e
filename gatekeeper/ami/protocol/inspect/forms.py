"""Reads an application's arguments by their kinds, so that none can dial or run something unseen.

The options are read more strictly than by Asterisk (`ast_app_parse_options`, which regards seven bits of a letter
only): what is not a plain letter with a plain argument is refused.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from gatekeeper.ami.protocol.arguments import separate
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.dial_strings import DialledNumbers, numbers_of, numbers_of_all
from gatekeeper.ami.protocol.inspect.classes.applications import FORMS
from gatekeeper.ami.protocol.inspect.files import demand_folder, demand_recording_path, demand_shell_safe
from gatekeeper.ami.protocol.inspect.places import is_inside
from gatekeeper.ami.protocol.inspect.variables import demand_settable
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError

_OPTION: Final = re.compile(r"([A-Za-z0-9*])(?:\(([^()\"\\]*)\))?| +")


class Form(NamedTuple):
    """What an application's arguments are.

    Attributes:
        application: its name in lower case.
        kinds: of its arguments in order (see `gatekeeper.ami.protocol.inspect.classes.applications.FORMS`).
        options: those that are harmless.
        refused: those that dial, or run something.
        writing: those harmless ones whose argument is a file that is written.
    """

    application: str
    kinds: tuple[str, ...]
    options: frozenset[str]
    refused: frozenset[str]
    writing: frozenset[str]


def _form(application: str, text: str) -> Form:
    kinds, _, options = text.partition(":")
    harmless, refused, writing = (frozenset(part.split()) if "words" in kinds else frozenset(part.replace(" ", ""))
                                  for part in [*options.split("|"), "", ""][:3])  # fmt: skip
    return Form(application, tuple(kinds.split()), harmless, refused, writing)


ALL_FORMS: Final[dict[str, Form]] = {name: _form(name, text) for name, text in FORMS.items()}
"""By the application's name in lower case."""


def numbers_of_form(form: Form, data: str, routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    """The numbers that an application calls outside.

    Raises:
        RefusedActionError: an argument or option is not open to the client, or can't be read without doubt.
        UnreadableTargetError: the same of a dial string.
    """
    if '"' in data or "\\" in data:
        raise RefusedActionError(f"{form.application} with quotes or backslashes in its arguments")
    arguments = separate(data)
    if len(arguments) > len(form.kinds) and "words" not in form.kinds:
        raise RefusedActionError(f"{form.application} with more arguments than {len(form.kinds)}")
    found: DialledNumbers = ()
    for kind, argument in zip(form.kinds, arguments, strict=False):
        reader = _KINDS.get(kind)
        if reader is not None and argument:
            found += reader(form, argument, routes, policy)
    return found


def _options(form: Form, argument: str, _routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    position = 0
    while position < len(argument):
        found = _OPTION.match(argument, position)
        if found is None:
            raise RefusedActionError(f"options of {form.application} that can be read in more than one way")
        if found[1] and found[1] not in form.options:
            raise RefusedActionError(f"the option {found[1]} of {form.application} is not open to this client")
        if found[1] in form.writing and found[2]:
            demand_recording_path(found[2])
        position = found.end()
    return ()


def _dial(_form: Form, argument: str, routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    _demand_readable(argument)
    return numbers_of_all(argument, routes)


def _interface(_form: Form, argument: str, routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    _demand_readable(argument)
    return numbers_of(argument, routes) if "/" in argument else ()


def _demand_readable(argument: str) -> None:
    if "$" in argument or "(" in argument or "[" in argument:
        raise RefusedActionError("dial strings with brackets, or with what Asterisk would expand first")


def _none(form: Form, argument: str, _routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    if argument.strip():
        raise RefusedActionError(f"{form.application} with an argument that runs something")
    return ()


def _variable(_form: Form, argument: str, _routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    if "(" in argument:
        raise RefusedActionError("an application that sets a dialplan function")
    demand_settable(argument, policy)
    return ()


def _context(_form: Form, argument: str, routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    if argument.strip() and not is_inside(argument, routes):
        raise RefusedActionError("an application that lets digits lead into a context which is not among "
                                 "routes.inside_contexts")  # fmt: skip
    return ()


def _file(_form: Form, argument: str, _routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    demand_shell_safe(argument)
    demand_recording_path(argument)
    return ()


def _path(_form: Form, argument: str, _routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    demand_recording_path(argument)
    return ()


def _folder(_form: Form, argument: str, _routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    demand_recording_path(argument)
    demand_folder(argument.strip())
    return ()


def _account(_form: Form, argument: str, _routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    demand_recording_path(argument.replace("@", "/"))
    return ()


_KINDS: Final[dict[str, Callable[[Form, str, Routes, ClientPolicy], DialledNumbers]]] = {
    "options": _options,
    "dial": _dial,
    "interface": _interface,
    "none": _none,
    "variable": _variable,
    "context": _context,
    "file": _file,
    "path": _path,
    "folder": _folder,
    "account": _account,
}
