"""`[exemptions]`: from when until when the law lets a purpose call people who object to prospecting."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from gatekeeper.config.field_types import Says, Section
from gatekeeper.law.dates import read_period
from gatekeeper.policy import Period, Purpose
from gatekeeper.translation import marked


def _period(text: str) -> str:
    read_period(text)
    return text


PeriodText = Annotated[
    str,
    AfterValidator(_period),
    Says(marked('a period such as "2016-06-01..2026-08-10" where either day may be left out, or "" for never')),
]


class ExemptionsSection(Section):
    """When campaigns of a purpose may call whom a list holds, red lists apart: what is set goes before the law."""

    running_contract: PeriodText = Field(
        default="2016-06-01..",
        description="Calls about the object of a contract that runs. To rest on the campaign's word no longer than "
        'that was enough, "2016-06-01..2020-07-25": from then on a contract register has to name the number.',
    )
    survey: PeriodText = Field(default="2016-06-01..", description="Polls and surveys.")
    non_profit: PeriodText = Field(default="2016-06-01..", description="Non-profit bodies that sell nothing.")
    press: PeriodText = Field(default="2016-06-01..", description="Newspapers, journals and magazines.")
    public_service: PeriodText = Field(default="2016-06-01..", description="Public services.")

    def as_periods(self, periods: Mapping[Purpose, Period]) -> dict[Purpose, Period]:
        """The periods of a law, with those that the configuration sets in their place."""
        made = dict(periods)
        for name in self.model_fields_set:
            purpose, period = Purpose(name.replace("_", "-")), read_period(str(getattr(self, name)))
            made.pop(purpose, None)
            if period is not None:
                made[purpose] = period
        return made
