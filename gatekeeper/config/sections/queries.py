"""`[queries.NAME]`: a registry that is asked number by number."""

from typing import TYPE_CHECKING

from pydantic import Field, SecretStr, field_validator

from gatekeeper.clock import HOUR_US
from gatekeeper.config.field_types import Section, Text, Texts, Whole

if TYPE_CHECKING:
    from gatekeeper.registries.query.http import HttpQueryPlan


class QuerySection(Section):
    """A registry that is asked over HTTP about numbers no other list covers. NAME: that of a list of kind "query"."""

    url: Text = Field(
        default="",
        description="The address, with `{number}` where the number goes (E.164 without plus): "
        '"https://registry.example/check/{number}".',
    )
    header: Text = Field(default="", description='The name of a header that goes with it, such as "Authorization".')
    secret: SecretStr = Field(
        default=SecretStr(""),
        description="That header's value; better in the variable than in the file.",
    )
    field: Text = Field(
        default="",
        description='Where the word is in a JSON answer, such as "result.status"; without, the whole answer is it.',
    )
    listed: Texts = Field(default=(), description="Words that mean: this number must not be called.")
    callable: Texts = Field(default=(), description="Words that mean: this number may be called.")
    hold_hours: Whole = Field(default=24, ge=1, le=8784, description="For how many hours an answer holds.")
    deadline_ms: Whole = Field(
        default=500,
        ge=10,
        le=30000,
        description="Within how many milliseconds an answer must be there; else the call is blocked as `NOT_SCRUBBED`. "
        "Keep it below `fastagi.deadline_ms`.",
    )

    @field_validator("url")
    @classmethod
    def _has_a_place(cls, url: str) -> str:
        if url and (not url.startswith(("https://", "http://")) or "{number}" not in url):
            raise ValueError("it must begin with https:// (or http://) and have {number} in it")
        return url

    def as_query(self) -> "HttpQueryPlan":
        """How the registry is asked."""
        from gatekeeper.registries.query.http import HttpQueryPlan  # only the daemon asks

        return HttpQueryPlan(
            url=self.url,
            listed=frozenset(self.listed),
            callable=frozenset(self.callable),
            hold=self.hold_hours * HOUR_US,
            headers={self.header: self.secret.get_secret_value()} if self.header else {},
            field=self.field,
            deadline_s=self.deadline_ms / 1000,
        )
