"""Reads a `CallerID` header as Asterisk does (`ast_callerid_parse`, `ast_shrink_phone_number`)."""

import re
from typing import Final, NamedTuple

_FORM: Final = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^<]*?))\s*<(?P<number>[^>]*)>?')
_FILLING: Final = re.compile(r"[ ().-]+")


class NameAndNumber(NamedTuple):
    """Who is shown to be calling.

    Attributes:
        number: without blanks and dashes, or "".
        name: or "".
    """

    number: str
    name: str


def parse_caller_id(text: str) -> NameAndNumber:
    """The number and name of `"Name" <number>`, `Name <number>`, `number` or `name`."""
    form = _FORM.match(text)
    if form:
        name = form["quoted"] if form["quoted"] is not None else form["plain"]
        return NameAndNumber(_FILLING.sub("", form["number"]), name.strip())
    bare = text.strip().strip('"')
    number = _FILLING.sub("", bare)
    if number and all(character in "+*#0123456789" for character in number):
        return NameAndNumber(number, "")
    return NameAndNumber("", bare)
