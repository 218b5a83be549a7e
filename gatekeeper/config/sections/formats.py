"""`[formats.NAME]`: how a registry's file is written, where that is not built in because it was never published."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from gatekeeper.config.field_types import Flag, Section, Text, Texts, Whole

if TYPE_CHECKING:
    from gatekeeper.registries.formats import Format


class FormatSection(Section):
    """How a registry's file is written, beside the formats that are built in. NAME is formed as that of a list."""

    title: Text = Field(default="", description="What people call it.")
    kind: Literal["full", "delta", "wash"] = Field(
        default="full",
        description='"full": the whole list. "delta": what was added and removed since. "wash": our own file, come '
        "back with an answer beside each number.",
    )
    country: Text = Field(
        default="", description="Whose national numbers are in it, as two capital letters; without, `phone.home`."
    )
    delimiter: Text = Field(
        default="",
        description='What separates columns: one character, or "tab", "space", "semicolon", "comma", '
        '"pipe". Without, it is found out.',
    )
    column: Text = Field(
        default="", description="The column of the number: its heading, or counted from 1. Without, it is found out."
    )
    header: Literal["auto", "yes", "no"] = Field(default="auto", description="Whether the first line is a heading.")
    encoding: Text = Field(default="", description="The file's encoding, such as cp1252. Without, it is found out.")
    answer_column: Text = Field(
        default="",
        description="The column of the answers: its heading, or counted from 1. Without, every line is a listed "
        "number.",
    )
    callable: Texts = Field(default=(), description="Answers that mean: this number may be called.")
    listed: Texts = Field(default=(), description="Answers that mean: this number is on the list.")
    removed: Texts = Field(default=(), description="Answers that mean: this number is no longer on the list.")
    other: Literal["listed", "unclear"] = Field(
        default="listed",
        description='What any other answer means: "listed", or "unclear", which sets the line aside for a human.',
    )
    empty: Literal["listed", "callable", "unclear"] = Field(
        default="unclear",
        description="What no answer means, where some registries mark the listed numbers only.",
    )
    ignore_case: Flag = Field(
        default=False, description="Whether capitals and small letters are the same in an answer."
    )
    date_column: Text = Field(
        default="",
        description="The column of dates: its heading, or counted from 1. The latest tells of when the file is.",
    )
    max_age_days: Whole = Field(
        default=0, ge=0, le=3660, description="For how many days such a file may be relied on; 0: its list says."
    )
    checksum: Flag = Field(default=False, description="Whether a file of its SHA-256 must come with it.")

    def as_format(self, name: str) -> "Format":
        """The format as the importer takes it."""
        # Imported here: it brings SQLAlchemy in, which some commands do without.
        from gatekeeper.registries.formats import Answers, Format, Meaning, SourceKind, TextLayout, words

        answers = None
        if self.answer_column:
            answers = Answers(
                words(callable=self.callable, listed=self.listed, removed=self.removed),
                other=Meaning(self.other),
                empty=Meaning(self.empty),
                column=self.answer_column,
                fold=self.ignore_case,
            )
        return Format(
            name,
            self.title or name,
            kind=SourceKind(self.kind),
            country=self.country,
            max_age_days=self.max_age_days,
            layout=TextLayout(
                delimiter=self.delimiter or None,
                column=self.column or None,
                header=None if self.header == "auto" else self.header == "yes",
                encoding=self.encoding or None,
                answers=answers,
                date=self.date_column or None,
            ),
            checksum=self.checksum,
        )
