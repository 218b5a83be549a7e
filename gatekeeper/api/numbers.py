"""Numbers that a program names in a body, never in an address: read as people write them."""

from functools import lru_cache

from gatekeeper.api.problem import INVALID, FieldFault
from gatekeeper.config import Settings
from gatekeeper.errors import BadNumberError
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.phone.given import public_number


def number_of(text: str, settings: Settings, pointer: str = "#/number") -> int:
    """The number, E.164 as an integer.

    Raises:
        ProblemError: it is not a complete public number.
    """
    try:
        return public_number(text, _normaliser(settings.phone.as_written_plan()))
    except BadNumberError as error:
        raise INVALID.told(str(error), [FieldFault(pointer, "is a complete telephone number")]) from None


@lru_cache(maxsize=4)
def _normaliser(plan: DialPlan) -> Normaliser:
    return Normaliser(plan)
