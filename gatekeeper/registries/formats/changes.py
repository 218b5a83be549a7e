"""The format of `gatekeeper list diff --out`: the numbers that come and go between two versions of a list."""

from gatekeeper.registries.formats.model import Answers, Format, Meaning, SourceKind, TextLayout, words
from gatekeeper.translation import marked

ADDED, DROPPED = "added", "dropped"
HEADER = ("change", "number")

FORMATS = (
    Format(
        "changes",
        marked("Differences of two versions (`list diff --out`)"),
        kind=SourceKind.DELTA,
        layout=TextLayout(
            delimiter=",",
            column=HEADER[1],
            header=True,
            answers=Answers(
                words(listed=(ADDED,), removed=(DROPPED,)),
                other=Meaning.UNCLEAR,
                empty=Meaning.UNCLEAR,
                column=HEADER[0],
            ),
        ),
    ),
)
