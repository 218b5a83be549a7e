"""The kinds of value that settings have, and how each is said in words."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, StrictBool, StrictInt, StringConstraints
from pydantic.fields import FieldInfo

from gatekeeper.ami.protocol.extensions import demand_exact
from gatekeeper.translation import marked, phrase


class Says:
    """Rides on a type: what a value must be, for error messages and for the table of settings."""

    def __init__(self, text: str) -> None:
        self.text = text


class Section(BaseModel):
    """A table of the configuration file. It can't be changed, and knows its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError(phrase("it must begin with /, for else it would depend on where the program is started"))
    return path


def _absolute_or_none(text: str) -> str:
    if text:
        _absolute(Path(text))
    return text


def _patterns(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if any(not pattern for pattern in patterns):
        raise ValueError(phrase("an entry is empty"))
    return patterns


def _extensions(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(demand_exact, _patterns(patterns)))


def _mode(text: str) -> str:
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise ValueError(phrase('it must be three octal digits, such as "0660"'))
    return text


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        try:
            right = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise ValueError(phrase('it is no address and no network; one machine is "192.0.2.7/32"')) from None
        raise ValueError(phrase('it has bits set behind its mask; the network is "{right}"', right=right)) from None
    return text


def _host(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        if not re.fullmatch(r"(?!-)[A-Za-z0-9-]+(\.(?!-)[A-Za-z0-9-]+)*", text) or text.replace(".", "").isdigit():
            raise ValueError(phrase("it is no address and no host name")) from None
    return text


def _host_or_none(text: str) -> str:
    return _host(text) if text else text


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(phrase("it is no regular expression: {error}", error=error)) from None
    return text


PEM: Final = "PEM"
"""Marks a setting that names a file with a certificate or a key: it is looked for (`gatekeeper.doctor.named_files`)."""

Flag = Annotated[StrictBool, Says(marked("true or false"))]
Whole = Annotated[StrictInt, Says(marked("an integer"))]
AbsolutePath = Annotated[Path, AfterValidator(_absolute), Says(marked("an absolute path"))]
OptionalPath = Annotated[str, AfterValidator(_absolute_or_none), Says(marked('an absolute path, or "" for none'))]
PemFile = Annotated[str, AfterValidator(_absolute_or_none), Says(marked('an absolute path, or "" for none')), PEM]
FileMode = Annotated[str, AfterValidator(_mode), Says(marked('an octal file mode such as "0660"'))]
Host = Annotated[str, AfterValidator(_host), Says(marked("an IP address or a host name"))]
OptionalHost = Annotated[
    str, AfterValidator(_host_or_none), Says(marked('an IP address or a host name, or "" for none'))
]
Network = Annotated[str, AfterValidator(_network)]
Networks = Annotated[tuple[Network, ...], Says(marked('a list of addresses or networks such as ["127.0.0.1/32"]'))]
Regex = Annotated[str, AfterValidator(_regex)]
Regexes = Annotated[tuple[Regex, ...], Says(marked("a list of regular expressions"))]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$"), Says(marked("a text on one line"))]
Texts = Annotated[tuple[Text, ...], Says(marked("a list of texts"))]
Patterns = Annotated[
    tuple[Text, ...], AfterValidator(_patterns), Says(marked("a list of texts, with `*` and `?` as in file names"))
]
Extensions = Annotated[
    tuple[Text, ...],
    AfterValidator(_extensions),
    Says(marked('a list of extensions or patterns of a dialplan such as ["_010*000*000*015*8600XXX"]')),
]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}$")]
DigitTexts = Annotated[tuple[Digits, ...], Says(marked('a list of texts of digits such as ["3966"]'))]


def expects(field: FieldInfo) -> str:
    """What a field's value must be, in words: `an integer from 1 to 65535`, `"normal" or "full"`."""
    said = next((item.text for item in field.metadata if isinstance(item, Says)), None)
    choices = _choices(field.annotation)
    if choices:
        return phrase(" or ").join(f'"{choice}"' for choice in choices)
    several = _choices(next(iter(get_args(field.annotation)), None))
    if several:
        return phrase("a list of {choices}", choices=", ".join(f'"{choice}"' for choice in several))
    return _within(phrase(said or marked("a text")), field.metadata)


def _choices(annotation: Any) -> tuple[str, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _within(kind: str, metadata: list[Any]) -> str:
    """A kind of value, with the least and the greatest that it may have."""
    low = next((item.ge for item in metadata if hasattr(item, "ge")), None)
    high = next((item.le for item in metadata if hasattr(item, "le")), None)
    if low is None:
        return kind
    if high is None:
        return phrase("{kind} of at least {low}", kind=kind, low=low)
    return phrase("{kind} from {low} to {high}", kind=kind, low=low, high=high)
