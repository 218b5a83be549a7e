"""`[campaigns.NAME]`: what a campaign asks of the gate."""

from typing import Literal

from pydantic import Field, field_validator

from gatekeeper.config.field_types import Section, Text, Texts
from gatekeeper.config.sections.rules import known_law
from gatekeeper.policy import Campaign, Purpose


class CampaignSection(Section):
    """What a campaign asks of the gate. `campaigns.default` serves the calls that name no configured campaign."""

    lists: Texts = Field(
        default=("*",),
        description='The opposition and wash lists that apply, in the order in which they are asked; ["*"] for all. '
        "Red lists always apply and are not named here.",
    )
    principal: Text = Field(default="", description="The company that is called for, unless the call names one.")
    purpose: Literal["prospecting", "running-contract", "survey", "non-profit", "press", "public-service"] = Field(
        default="prospecting",
        description="What the campaign calls for. All but prospecting lift its lists while `[exemptions]` says so; red "
        "lists always apply.",
    )
    subjects: Texts = Field(
        default=(),
        description="The subjects of contracts that its calls are about: only a running contract on one of these lifts "
        "a list. None: whatever the contract is about.",
    )
    law: Text = Field(
        default="", description="The law profile that its calls are judged by; without, that of `[rules]`."
    )

    @field_validator("law")
    @classmethod
    def _is_there(cls, law: str) -> str:
        return known_law(law) if law else law

    def as_campaign(self, name: str) -> Campaign:
        """The campaign of this name."""
        return Campaign(name, self.lists, self.principal, Purpose(self.purpose), self.subjects)
