"""`[law]`: which law calls are judged by, and what a site has otherwise than its files."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from gatekeeper.config.field_types import Says, Section, Text, Texts
from gatekeeper.errors import ConfigError
from gatekeeper.law import CALLEE, Trades, find_profile, profile_names, shipped_trades
from gatekeeper.translation import marked, phrase

LISTS_ONLY = "lists_only"
"""The profile that knows no country's law."""

REGISTRIES = ("bloctel", "ftc", "dncl", "tps", "ctps", "dncm", "rpo")
"""The registries that the laws' files name."""


class LawSection(Section):
    """Which law calls are judged by."""

    default: Text = Field(
        default=CALLEE,
        description='The law that campaigns are judged by which name none: "callee", the law of the called country at '
        'the minute of the call; one country\'s ("fr"); or "lists-only", which knows no country\'s law and asks the '
        "lists alone.",
    )
    unknown: Literal["lists-only", "block"] = Field(
        default="lists-only",
        description='What numbers of a country without a law file are judged by: "lists-only", or "block".',
    )
    overrides: Text = Field(
        default="",
        description="A file of this site's own readings of the law (`gatekeeper law switches` shows what can be "
        "chosen); what allows more calls needs a reason in it.",
    )
    shadow: Texts = Field(
        default=(),
        description='What is judged and journalled and does not block yet: countries ("fr") or provisions ("FR-CAP"). '
        "Red lists, the site's own lists and emergency numbers know no shadow. A site that calls already takes the law "
        "into use with it: name its countries here, look each day at `gatekeeper shadow report`, and take them out "
        "when what is left ought to be blocked.",
    )
    goods: Annotated[dict[str, str], Says(marked("a table that names the sector of each kind of goods"))] = Field(
        default={},
        description="Further kinds of goods that calls may be about, each with its sector (`gatekeeper law trades`).",
    )

    @field_validator("default")
    @classmethod
    def _is_there(cls, law: str) -> str:
        return known_law(law)

    @field_validator("goods")
    @classmethod
    def _have_sectors(cls, goods: dict[str, str]) -> dict[str, str]:
        trades_with(goods)
        return goods

    def as_trades(self) -> Trades:
        """The sectors and goods that calls can be about."""
        return trades_with(self.goods)


def trades_with(goods: Mapping[str, str]) -> Trades:
    """The trades that there are, with a site's own goods.

    Raises:
        ValueError: a sector is unknown.
    """
    try:
        return shipped_trades().with_goods(goods)
    except ConfigError as error:
        raise ValueError(str(error)) from error


def known_law(name: str) -> str:
    """A law's name as it is used: "lists-only" is "lists_only".

    Raises:
        ValueError: there is no such law.
    """
    named = name.replace("-", "_")
    if named == CALLEE:
        return named
    try:
        find_profile(named)
    except ConfigError:
        there = ", ".join((CALLEE, *(one.replace("_", "-") for one in profile_names())))
        raise ValueError(phrase("there is no law {name!r}; there are: {there}", name=name[:40], there=there)) from None
    return named
