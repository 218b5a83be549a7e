"""`[refusal]`: people who say during a call that they don't want to be called."""

from pydantic import Field

from gatekeeper.config.field_types import Section, Text, Whole


class RefusalSection(Section):
    """People who say during a call that they don't want to be called."""

    list: Text = Field(default="red", description="The red list that their numbers are put on.")
    per_minute: Whole = Field(
        default=60,
        ge=1,
        le=100_000,
        description="How many refusals are taken within a minute from each sender (agent, telephone or key) by each "
        "way (feature code, `UserEvent`, socket); the first one in a call that a gate let by is always taken.",
    )
