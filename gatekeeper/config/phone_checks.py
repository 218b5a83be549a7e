"""Checks of `[phone]` that take the numbering of countries."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gatekeeper.config.problems import Problem
from gatekeeper.config.settings import Settings
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.translation import phrase

_SHORT: Final = 6
"""Digits up to which no number is a subscriber's: the numbering need not be read for these."""


def phone_problems(settings: Settings) -> Iterator[Problem]:
    """Emergency numbers that are somebody's telephone: whoever has it can't be kept from calls."""
    entries = settings.phone.emergency
    if all(len(entry) <= _SHORT for entry in entries):
        return
    plan = Normaliser(replace(settings.phone.as_dial_plan(), emergency=frozenset()))
    for place, entry in enumerate(entries):
        if len(entry) > _SHORT and plan.normalise(entry).kind is NumberKind.E164:
            yield Problem(
                ("phone", "emergency", f"[{place}]"),
                phrase(
                    "is a complete number of somebody's telephone: no red list and no law holds it back; take it out, "
                    "unless it is one that must be called at any time"
                ),
                remark=True,
            )
