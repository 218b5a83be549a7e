"""Query of a file: what a program says of one that it sends to be imported, and that it is to be."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from gatekeeper.api.attempts import TextLine
from gatekeeper.api.bodies import Body
from gatekeeper.api.moments import WrittenMoment
from gatekeeper.uploads.importing import YES


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("is a time zone, such as Europe/Paris") from None
    return name


QueryFlag = Literal["true", "false"]


class FileSaid(Body):
    """What is said of any file."""

    name: Annotated[TextLine, Field(min_length=1, description="What the file is called, for the record.")]
    sha256: str = Field("", pattern="^([0-9A-Fa-f]{64})?$", description="Its SHA-256: a file with another is refused.")
    delimiter: str = Field(
        "", max_length=16, pattern="^[ -~]*$", description="Between columns; without, it is found out."
    )
    country: str = Field("", pattern="^([A-Za-z]{2})?$", description="Whose national numbers are in it (ISO 3166).")
    force: QueryFlag = Field("false", description="Whether the good lines are taken however many are rejected.")

    def asked(self) -> dict[str, str]:
        """What the daemon is asked with."""
        said: dict[str, Any] = self.model_dump(exclude={"name", "sha256", "force"}, exclude_none=True)
        return {**{name: str(value) for name, value in said.items()}, "force": YES if self.force == "true" else ""}


class ListFileSaid(FileSaid):
    """What is said of a file for a list."""

    format: TextLine = Field(
        "", description="The format that it comes in; without, the list's own, or it is found out."
    )
    column: TextLine = Field("", description="The column of the numbers: its heading, or its number from 1.")
    encoding: str = Field("", pattern="^[A-Za-z0-9_.-]{0,32}$", description="Of its text; without, it is found out.")
    source_date: WrittenMoment | None = Field(
        None, description="Of when it is (RFC 3339); needed of a registry's answers."
    )
    valid_until: WrittenMoment | None = Field(None, description="Until when it holds (RFC 3339).")


class ConsentFileSaid(FileSaid):
    """What is said of a file of consents."""

    zone: Annotated[TextLine, AfterValidator(_zone)] = Field(
        description="The zone of moments without one: Europe/Paris."
    )
    principal: TextLine = Field(
        "",
        description="Whose consents they are where a record does not say; one that names another is rejected. Of a "
        "key that has a principal, that one or none.",
    )


class CommitIn(Body):
    """That a file is to be imported."""

    note: Annotated[TextLine, Field(min_length=1, description="Why: it is kept with the version, or the entries.")]
    accept: bool = Field(False, strict=True, description="Whether somebody has looked at the report's `warnings`.")
