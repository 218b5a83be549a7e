"""Passwords: which are good enough, and their argon2 hashes.

Source: NIST SP 800-63B, 5.1.1.2: length counts, no rules of composition; OWASP's parameters of argon2id are the
library's own.
"""

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gatekeeper.errors import AccountError
from gatekeeper.translation import phrase

SHORTEST: Final = 12
"""Characters."""

LONGEST: Final = 256
"""Characters: hashing more is work that an attacker would like to order."""

_LEAST_DIFFERENT: Final = 5

_hasher = PasswordHasher()

_NOBODY: Final = _hasher.hash("a password that nobody has")
"""What a guess at an unknown name is compared with, so that it takes as long as one at a known name."""


def demand_good(password: str, name: str) -> None:
    """Refuse a password that is guessed first.

    Raises:
        AccountError: it is too short, too long, the name itself, or made of a few characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(
            phrase(
                "a password has {shortest} to {longest} characters; four unrelated words do",
                shortest=SHORTEST,
                longest=LONGEST,
            )
        )
    if name.lower() in password.lower() and len(password) < len(name) + SHORTEST:
        raise AccountError(phrase("this password is little more than the user's name: choose another one"))
    if len(set(password)) < _LEAST_DIFFERENT:
        raise AccountError(
            phrase(
                "this password has less than {least_different} different characters: choose another one",
                least_different=_LEAST_DIFFERENT,
            )
        )


def hash_of(password: str) -> str:
    """The hash that is stored; takes some ten milliseconds and 64 MiB."""
    return _hasher.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Whether a password is the one of a stored hash; takes as long where there is no hash."""
    if len(password) > LONGEST:
        return False
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)
