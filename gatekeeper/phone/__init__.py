"""Telephone numbers: what a dialer wrote, understood as one number or refused. Pure: no I/O, no clock, no settings.

Importing this package is cheap: phonenumbers is loaded when the first `Normaliser` is built, NumPy only by
`gatekeeper.phone.bulk`.
"""

from gatekeeper.phone.callee import Callee, callee_of
from gatekeeper.phone.dialplan import FRENCH_EMERGENCY, DialPlan, emergency_numbers
from gatekeeper.phone.kinds import NumberKind, PhoneNumber, display
from gatekeeper.phone.normaliser import Normaliser

__all__ = [
    "FRENCH_EMERGENCY",
    "Callee",
    "DialPlan",
    "Normaliser",
    "NumberKind",
    "PhoneNumber",
    "callee_of",
    "display",
    "emergency_numbers",
    "metadata_version",
]


def metadata_version() -> str:
    """The numbering metadata that decides what is a valid number, as "phonenumbers 9.0.43".

    Worth keeping beside whatever was stored with it: a number whose range was unknown at that time was refused then
    and may be understood after an upgrade.
    """
    from importlib.metadata import version  # 50 ms that most commands need not pay

    return f"phonenumbers {version('phonenumbers')}"
