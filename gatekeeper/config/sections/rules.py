"""`[rules]`: which rules are asked where no country's law is."""

from pydantic import Field, field_validator

from gatekeeper.config.field_types import Section, Texts
from gatekeeper.config.sections.law import LISTS_ONLY
from gatekeeper.law import find_profile
from gatekeeper.translation import phrase


class RulesSection(Section):
    """Which rules are asked under `lists-only`, and in which order; the first that has an opinion decides."""

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
        description="The rules' names, where this site asks them otherwise under `lists-only`."
        " `emergency` comes first; `validity` and `red_list` can't be left out.",
    )

    @field_validator("order")
    @classmethod
    def _is_an_order(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        if not order:
            raise ValueError(phrase("it names no rule"))
        find_profile(LISTS_ONLY).ordered(order)
        return order
