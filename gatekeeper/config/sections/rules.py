"""`[rules]`: which rules are asked."""

from pydantic import Field, ValidationInfo, field_validator

from gatekeeper.config.field_types import Section, Text, Texts
from gatekeeper.errors import ConfigError
from gatekeeper.law import find_profile

LISTS_ONLY = "lists_only"
"""The profile that knows no country's law."""


class RulesSection(Section):
    """Which rules are asked, and in which order; the first that has an opinion decides."""

    law: Text = Field(
        default=LISTS_ONLY,
        description="The law profile: which rules hold when, with which parameters, by which text. A campaign may name "
        'another one. "lists_only" knows no country\'s law.',
    )
    order: Texts = Field(
        default=(
            "emergency",
            "internal",
            "short_code",
            "validity",
            "red_list",
            "exempt_purpose",
            "contract",
            "opposition",
            "staleness",
            "scrubbed",
        ),
        description="The rules' names, where this site asks them otherwise than the law profile; the default is the "
        "order of `lists_only`. `emergency` comes first; `validity` and `red_list` can't be left out.",
    )

    @field_validator("law")
    @classmethod
    def _is_there(cls, law: str) -> str:
        return known_law(law)

    @field_validator("order")
    @classmethod
    def _is_an_order(cls, order: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not order:
            raise ValueError("it names no rule")
        if "law" in info.data:
            find_profile(info.data["law"]).ordered(order)
        return order


def known_law(name: str) -> str:
    """A law profile's name.

    Raises:
        ValueError: there is no such profile.
    """
    try:
        find_profile(name)
    except ConfigError as error:
        raise ValueError(str(error)) from error
    return name
