"""One-time codes by time, each taken once. Source: RFC 6238 (5.2: a code must not be accepted a second time)."""

import hmac
import re
from typing import Final

from pyotp import TOTP, random_base32

from gatekeeper.clock import SECOND_US

STEP_S: Final = 30
_DRIFT: Final = 1
"""How many steps a telephone's clock may be off."""

_CODE: Final = re.compile(r"\d{6}", re.ASCII)


def new_secret() -> str:
    """A secret for an authenticator, in base 32."""
    return random_base32()


def address_of(secret: str, name: str, issuer: str) -> str:
    """The `otpauth:` address that an authenticator reads, most often as a QR code."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, now: int, last: int) -> int | None:
    """The step of a code that is right now and later than the last that was taken; None of any other.

    Args:
        secret: in base 32.
        code: as it was typed; blanks in it do not count.
        now: in microseconds since the epoch.
        last: the step of the last code that was taken.
    """
    typed = code.replace(" ", "")
    if not _CODE.fullmatch(typed):
        return None
    made, today = TOTP(secret), now // SECOND_US // STEP_S
    for step in range(today - _DRIFT, today + _DRIFT + 1):
        if step > last and hmac.compare_digest(made.at(step * STEP_S), typed):
            return step
    return None
