"""Switches: uncertain points of a law, each with the reading that holds by default; and points without a switch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Choice:
    """One reading of an uncertain point.

    Attributes:
        says: what it means, in English and French.
        loosens: whether more calls are allowed by it than by the default; choosing it then needs a reason.
        sets: by the id of a provision, the parameters that it changes.
    """

    says: tuple[str, str]
    loosens: bool = True
    sets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Switch:
    """An uncertain point of a law.

    Attributes:
        name: by which it is chosen ("fr-thirty-days").
        asks: the question, in English and French.
        default: the name of the choice that holds without a word.
        choices: by name.
        chosen: the one that holds.
        because: why a site chose another one than the default, or "".
    """

    name: str
    asks: tuple[str, str]
    default: str
    choices: Mapping[str, Choice]
    chosen: str = ""
    because: str = ""


@dataclass(frozen=True)
class OpenQuestion:
    """An uncertain point that no choice of a site decides: a gate can't see it, or nobody knows yet.

    Attributes:
        asks: the question, in English and French.
        says: what is done meanwhile, and why there is no switch.
    """

    asks: tuple[str, str]
    says: tuple[str, str]
