"""`[phone]`: how numbers are dialled at this site."""

from dataclasses import replace

from pydantic import Field, field_validator

from gatekeeper.config.field_types import DigitTexts, Regexes, Section, Text, Texts
from gatekeeper.phone import DialPlan, emergency_numbers
from gatekeeper.phone.countries import is_country
from gatekeeper.translation import phrase


class PhoneSection(Section):
    """How numbers are dialled at this site."""

    home: Text = Field(
        default="FR",
        description="The country whose national way of writing numbers is understood, as two capital letters.",
    )
    prefixes: Texts = Field(
        default=("#31#", "*31#", "3651"),
        description="What a dialler may put before a number and what is taken off again, such as the codes that hide "
        "the caller ID, or the digit for an outside line.",
    )
    line_prefix: Text = Field(
        default="",
        description="The one of `prefixes` that is dialled before every public number, such as the digit for an "
        "outside line: then `9 1 212...` is no number of India.",
    )
    emergency: DigitTexts = Field(
        default=(),
        description="Numbers never to be blocked, beside those of the home country, which are built in.",
    )
    internal: Regexes = Field(
        default=(),
        description="Internal destinations of this site, which no list concerns: regular expressions that must match "
        "the whole dialled string.",
    )

    @field_validator("home")
    @classmethod
    def _known_country(cls, home: str) -> str:
        if not is_country(home):
            meant = home.upper() if is_country(home.upper()) else "FR"
            raise ValueError(
                phrase('it must be the country\'s code of two capital letters, such as "{meant}"', meant=meant)
            )
        return home

    def as_dial_plan(self) -> DialPlan:
        """How this site dials, as the normaliser takes it."""
        return DialPlan(
            home=self.home,
            prefixes=self.prefixes,
            emergency=emergency_numbers(self.home) | frozenset(self.emergency),
            internal=self.internal,
            line_prefix=self.line_prefix,
        )

    def as_written_plan(self) -> DialPlan:
        """The same for numbers that are written down, before which nobody put the digit for a line."""
        return replace(self.as_dial_plan(), line_prefix="")
