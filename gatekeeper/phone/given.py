"""Numbers that a person or a program gives on purpose: a complete public number, or why it is none."""

from types import MappingProxyType
from typing import Final

from gatekeeper.errors import BadNumberError
from gatekeeper.phone.kinds import NumberKind, PhoneNumber
from gatekeeper.phone.normaliser import Normaliser
from gatekeeper.translation import marked, phrase

_NOT_A_PERSON: Final = MappingProxyType(
    {
        NumberKind.EMERGENCY: marked("it is an emergency number"),
        NumberKind.SHORT_CODE: marked("it is a short number"),
        NumberKind.INTERNAL: marked("it is an internal destination of this site"),
        NumberKind.WITHHELD: marked("it says that a number is withheld"),
    }
)


def public_number(text: str, normaliser: Normaliser) -> int:
    """The number, E.164 as an integer.

    Raises:
        BadNumberError: it is not a complete public number.
    """
    number = normaliser.normalise(text)
    if number.kind is not NumberKind.E164:
        raise BadNumberError(phrase("the number can't be looked up: {why}", why=why_not(number)))
    return number.e164


def why_not(number: PhoneNumber) -> str:
    """Why what was read is not a complete public number; without the number itself."""
    return phrase(_NOT_A_PERSON.get(number.kind) or number.note or marked("it is no complete telephone number"))
