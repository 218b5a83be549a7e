"""`[queries.NAME]`: a registry that is asked number by number."""

import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, SecretStr, field_validator

from gatekeeper.clock import HOUR_US
from gatekeeper.config.field_types import DigitTexts, Section, Text, Texts, Whole
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.registries.query.http import HttpQueryPlan
    from gatekeeper.registries.query.shape import QueryShape
    from gatekeeper.registries.query.terms import QueryTerms


class QuerySection(Section):
    """A registry that is asked over HTTP about single numbers. NAME: that of a list of kind "query"."""

    provider: Literal["custom", "reassigned", "litigator"] = Field(
        default="custom",
        description='What is asked: "reassigned", the US Reassigned Numbers Database; "litigator", a list of people '
        'who sue; "custom", anything else. The first two set what is not set here of `body` to `no_data_words`.',
    )
    mode: Literal["gaps", "always"] = Field(
        default="gaps",
        description='"gaps": asked about numbers that no other list of the campaign covers. "always": asked about '
        "every number, also where the lists clear it; the call needs its answer beside theirs.",
    )
    prefixes: DigitTexts = Field(
        default=(),
        description='With "always": the beginnings (E.164 without plus) of the numbers that it is asked about, such as '
        '["1"]; none for all.',
    )
    url: Text = Field(
        default="",
        description="The address, with `{number}` where the number goes (E.164 without plus): "
        '"https://registry.example/check/{number}". With a body, the number may stand there instead. `{e164}`: with '
        "plus; `{nanp}`: the ten digits of a North American number; `{consent}`: the date of consent; `{region}`: the "
        "state, such as US-FL.",
    )
    header: Text = Field(default="", description='The name of a header that goes with it, such as "Authorization".')
    secret: SecretStr = Field(
        default=SecretStr(""),
        description="That header's value; better in the variable than in the file.",
    )
    body: Text = Field(
        default="",
        description="The JSON body of a POST, with the same placeholders in its texts; without, it is asked by GET. "
        'With the text "{items}" it is asked about many numbers at once: \'{"numbers": "{items}"}\'.',
    )
    item: Text = Field(default="", description='The JSON of each of many numbers: \'{"tn": "{nanp}"}\'.')
    results: Text = Field(
        default="", description="Of many numbers: where the list of answers is in the JSON; without, the whole is it."
    )
    number_field: Text = Field(
        default="",
        description="Where a JSON answer says which number it is about; needed of many numbers, looked at of one.",
    )
    field: Text = Field(
        default="",
        description='Where the word is in a JSON answer, such as "result.status"; without, the whole answer is it.',
    )
    listed: Texts = Field(default=(), description="Words that mean: this number must not be called.")
    callable: Texts = Field(default=(), description="Words that mean: this number may be called.")
    no_data_words: Texts = Field(default=(), description="Words that mean: the registry knows nothing of this number.")
    no_data: Literal["block", "clear"] = Field(
        default="block",
        description="What becomes of a call where the registry has no data, or is not asked because the date of "
        'consent or the state that it needs is not known: "block" as `NOT_SCRUBBED`, or "clear".',
    )
    error: Literal["block"] = Field(
        default="block", description="What becomes of a call where the registry gives no answer; it can't be otherwise."
    )
    date_format: Text = Field(default="%Y-%m-%d", description='How it wants dates: "%Y%m%d" for 20261126.')
    hold_hours: Whole = Field(default=24, ge=1, le=8784, description="For how many hours an answer holds.")
    hold_listed_hours: Whole = Field(
        default=0, ge=0, le=8784, description="The same of numbers that must not be called. 0: as `hold_hours`."
    )
    hold_no_data_hours: Whole = Field(
        default=0, ge=0, le=8784, description="The same of numbers without data. 0: as `hold_hours`."
    )
    deadline_ms: Whole = Field(
        default=500,
        ge=10,
        le=30000,
        description="Within how many milliseconds an answer must be there; else the call is blocked as `NOT_SCRUBBED`. "
        "Keep it below `fastagi.deadline_ms`.",
    )
    batch: Whole = Field(
        default=100, ge=1, le=10000, description="How many numbers `gatekeeper query` puts into a request about many."
    )
    per_second: Whole = Field(
        default=10, ge=1, le=1000, description="How many requests `gatekeeper query` makes in a second, at most."
    )

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError(phrase("it must begin with https:// (or http://)"))
        return url

    @field_validator("body", "item")
    @classmethod
    def _is_json(cls, text: str) -> str:
        try:
            json.loads(text or "null")
        except ValueError as error:
            raise ValueError(
                phrase('it is no JSON ({error}); placeholders stand within texts, as in "{{number}}"', error=error)
            ) from None
        return text

    @field_validator("error", mode="before")
    @classmethod
    def _never_clears(cls, given: Any) -> Any:
        if given != "block":
            raise ValueError(
                phrase('a registry that gives no answer never clears a call; write "block", or take the line out')
            )
        return given

    def as_shape(self) -> "QueryShape":
        """What goes out to the registry and what comes back."""
        from dataclasses import replace

        from gatekeeper.registries.query.shipped import SHAPES

        said: dict[str, Any] = {
            "url": self.url,
            "body": self.body,
            "item": self.item,
            "results": self.results,
            "number_field": self.number_field,
            "field": self.field,
            "listed": self.listed,
            "callable": self.callable,
            "no_data": self.no_data_words,
            "date_format": self.date_format,
        }
        shape = replace(SHAPES[self.provider], **{key: value for key, value in said.items() if value})
        # What the provider has is of its list of many numbers.
        return shape if shape.is_of_many else replace(shape, number_field=self.number_field)

    def as_terms(self) -> "QueryTerms":
        """What its answers are worth."""
        from gatekeeper.registries.query.terms import QueryTerms

        asked_with = self.as_shape().placeholders
        return QueryTerms(
            always=self.mode == "always",
            prefixes=self.prefixes,
            by_consent="consent" in asked_with,
            by_region="region" in asked_with,
            no_data_clears=self.no_data == "clear",
        )

    def as_query(self, name: str) -> "HttpQueryPlan":
        """How the registry is asked.

        Args:
            name: of its list.
        """
        from gatekeeper.registries.query.http import HttpQueryPlan  # only the daemon and one command ask
        from gatekeeper.registries.query.source import QueryOutcome

        hours = {
            QueryOutcome.CLEAR: self.hold_hours,
            QueryOutcome.LISTED: self.hold_listed_hours or self.hold_hours,
            QueryOutcome.NO_DATA: self.hold_no_data_hours or self.hold_hours,
        }
        return HttpQueryPlan(
            name=name,
            provider=self.as_shape().provider(
                self.batch, {outcome: stored * HOUR_US for outcome, stored in hours.items()}
            ),
            headers={self.header: self.secret.get_secret_value()} if self.header else {},
            deadline_s=self.deadline_ms / 1000,
        )
