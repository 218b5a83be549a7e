"""`[rules]`: which rules are asked."""

from pydantic import Field, field_validator

from gatekeeper.config.field_types import Section, Texts
from gatekeeper.policy import Chain, build_chain
from gatekeeper.policy.chain import DEFAULT_ORDER


class RulesSection(Section):
    """Which rules are asked, and in which order; the first that has an opinion decides."""

    order: Texts = Field(
        default=DEFAULT_ORDER,
        description="The rules' names. `emergency` comes first; `validity` and `red_list` can't be left out.",
    )

    @field_validator("order")
    @classmethod
    def _builds_a_chain(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        if not order:
            raise ValueError("it names no rule")
        build_chain(order)
        return order

    def as_chain(self) -> Chain:
        """The rules in their order."""
        return build_chain(self.order)
