"""Attempts as programs ask about them: their fields, and what is answered of each."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, Field

from gatekeeper.api.bodies import Body
from gatekeeper.policy import CalleeKind, DialMode, Purpose, Reason, info_of
from gatekeeper.screening.said import FIELDS
from gatekeeper.words import Language, sentence

MOST: Final = 10_000
"""So many attempts one request is about at most."""


def _on_a_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("is text on one line, without control characters")
    return text


TextLine = Annotated[str, Field(max_length=200), AfterValidator(_on_a_line)]
Number = Annotated[
    str,
    Field(min_length=1, max_length=100, examples=["0612345678"], description="A number, as a dialer would dial it."),
    AfterValidator(_on_a_line),
]
Intent = Annotated[
    Literal["call", "ask"],
    Field(
        description="`call` where the call is about to be placed: its attempt is reserved, and `POST /v1/outcomes` "
        "tells "
        "what became of it. `ask` reserves nothing."
    ),
]


class AttemptIn(Body):
    """One call that somebody wants to place."""

    number: Number
    campaign: TextLine = Field("", description="The campaign that it belongs to.")
    principal: TextLine = Field(
        "", description="The company that is called for; of a key that has one, that one or none."
    )
    caller_id: TextLine = Field("", description="The caller ID that the callee would be shown.")
    purpose: Purpose | None = Field(None, description="What is called for.")
    sector: TextLine = Field("", description="The trade that is called for.")
    goods: TextLine = Field("", description="The kinds of goods it is about, separated by commas.")
    dial_mode: DialMode | None = Field(None, description="How it is dialled.")
    callee: CalleeKind | None = Field(None, description="Whom it calls.")
    subcontractor: TextLine = Field("", description="Who calls for the principal.")
    agent: TextLine = Field("", description="Whose call it is: the agent's name.")
    contact: TextLine = Field("", description="By what your program knows the person.")
    postcode: TextLine = Field("", description="The person's postcode.")


class CheckOne(AttemptIn):
    """A question about one call."""

    intent: Intent


class CheckMany(Body):
    """A question about up to 10,000 calls."""

    intent: Intent
    attempts: list[AttemptIn] = Field(min_length=1, max_length=MOST)


class Checked(BaseModel):
    """The answer about a call."""

    verdict: Literal["ALLOW", "BLOCK"]
    reason: Reason = Field(description="A code that never changes its meaning.")
    words: str = Field(description="The reason in a sentence, in the language of `Accept-Language`: English or French.")
    provision: str = Field(description="The provision that decided, or an empty string.")
    article: str = Field(description="The text of law that it rests on, or an empty string.")
    list: str = Field(description="The list that the decision rests on, or an empty string.")
    list_version: str = Field(description="That list's version, or an empty string.")
    retry_at: str | None = Field(
        description="Of a blocked call, from when on it may be placed (RFC 3339); null where time does not cure it."
    )
    decision: str = Field(description="The decision's id. It is in the journal.")


def asked_of(attempt: AttemptIn, principal: str) -> dict[str, str]:
    """What the daemon is asked about a call.

    Args:
        attempt: the call.
        principal: the company that is called for.
    """
    asked = {"dialled": attempt.number}
    said = "&".join(f"{name}={quote(value, safe='')}" for name in FIELDS if (value := getattr(attempt, name)))
    rest = (
        ("campaign", attempt.campaign), ("principal", principal), ("caller_id", attempt.caller_id), ("said", said)
    )  # fmt: skip
    asked.update((name, value) for name, value in rest if value)
    return asked


def answered(told: Mapping[str, Any], language: Language) -> dict[str, object]:
    """What is answered about a call, out of what the daemon told."""
    retry = told["retry_at"]
    return {
        "verdict": told["verdict"],
        "reason": told["reason"],
        "words": sentence(info_of(Reason(told["reason"])), language),
        "provision": told["provision"],
        "article": told["basis"],
        "list": told["list"],
        "list_version": told["list_version"],
        "retry_at": retry if retry[:1].isdigit() else None,
        "decision": told["decision"],
    }
