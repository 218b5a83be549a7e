"""Places of the dialplan that a client sends a call to: an extension, entered at its beginning.

A gate is a line of the dialplan. Who enters an extension behind it passes it, and what the gate said of an earlier call
still stands in the channel's variables. So a place is entered at priority 1, or in a context where nothing calls
outside.
"""

from fnmatch import fnmatchcase
from functools import lru_cache

from gatekeeper.ami.protocol.dial_strings import DialledNumbers, is_whole, numbers_at
from gatekeeper.ami.protocol.inspect.values import numbers_passed
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError


def numbers_entered(context: str, extension: str, priority: str, routes: Routes) -> DialledNumbers:
    """The number that a place calls outside.

    Args:
        context: or "" where it is not known.
        extension: its name.
        priority: or "" where Asterisk takes the first, or refuses.
        routes: what leads outside.

    Raises:
        RefusedActionError: it is entered in its middle.
    """
    if priority not in {"1", ""} and priority.strip() != "1" and not is_inside(context, routes):
        raise RefusedActionError("a place of the dialplan that is not priority 1, and could lie behind a gate; if "
                                 "nothing in its context calls outside, name it in routes.inside_contexts")  # fmt: skip
    return numbers_at(context, extension, routes)


def numbers_of_goto(text: str, routes: Routes) -> DialledNumbers:
    """The number that `[[context,]extension,]priority` calls outside; what stands behind it Asterisk drops.

    Raises:
        RefusedActionError: it names no extension, is entered in its middle, or can be read in more than one way.
    """
    if any(character in text for character in '"\\'):
        raise RefusedActionError("a place in the dialplan with quotes")
    arguments = [argument.strip() for argument in text.split(",")[:3]]
    if len(arguments) == 1:
        raise RefusedActionError("a priority alone, whose extension is not known here")
    context, extension, priority = (["", *arguments])[-3:]
    return numbers_entered(context, extension, priority, routes)


def numbers_of_gosub(text: str, routes: Routes) -> DialledNumbers:
    """The numbers of a place as for `numbers_of_goto`, and of the arguments in parentheses behind it.

    Raises:
        RefusedActionError: see there.
        UnreadableTargetError: an argument holds a dial string that can't be read without doubt.
    """
    place, _, arguments = text.partition("(")
    return numbers_of_goto(place, routes) + numbers_passed(arguments.rstrip(") ").split(","), routes)


def is_inside(context: str, routes: Routes) -> bool:
    """Whether the site says that nothing in a context calls outside."""
    return (
        bool(routes.inside_contexts)
        and is_whole(context)
        and _inside(context, routes.inside_contexts, routes.outside_contexts)
    )


@lru_cache(maxsize=1024)
def _inside(context: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> bool:
    name = context.strip().lower()
    matches = (any(fnmatchcase(name, pattern.lower()) for pattern in patterns) for patterns in (inside, outside))
    return next(matches) and not next(matches)
