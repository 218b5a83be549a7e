"""Bloctel, the French opposition list (June 2016 to August 2026): the file deposited, and the file that comes back.

Professionals never had the list: they deposited their own numbers and were told, for thirty days, which may be called.
Only `OK` in the third column says that. Any other answer counts as listed, for nobody published what the others mean;
a line without an answer says nothing and is set aside.
"""

from collections.abc import Iterable, Iterator

from gatekeeper.registries.formats.model import Answers, Format, Meaning, SourceKind, TextLayout, words
from gatekeeper.translation import marked

DAYS = 30
"""How long a return holds."""

HEADER = ("Telephone", "Identifiant")

_COUNTRY = 33
_DIGITS = 9

FORMATS = (
    Format(
        "bloctel-return",
        marked("Bloctel, file returned"),
        kind=SourceKind.WASH,
        country="FR",
        legal_basis="Code de la consommation, art. L. 223-1",
        max_age_days=DAYS,
        layout=TextLayout(
            delimiter=";",
            column=1,
            answers=Answers(words(callable=("OK",)), other=Meaning.LISTED, empty=Meaning.UNCLEAR, column=3),
        ),
        files=("retour_*",),
        registry="bloctel",
    ),
    Format(
        "bloctel-deposit",
        marked("Bloctel, file to deposit"),
        kind=SourceKind.DEPOSIT,
        country="FR",
        layout=TextLayout(delimiter=";", column=1),
    ),
)


def deposit_lines(numbers: Iterable[tuple[int, str]]) -> Iterator[str]:
    """The lines of a deposit file, header first, each with its LF: the number the national way, and an identifier.

    Args:
        numbers: E.164 without the plus, and what identifies the contact to us: one line, without semicolon or quote.

    Raises:
        ValueError: a number is not French, or an identifier can't stand in the file.
    """
    yield ";".join(HEADER) + "\n"
    for number, identifier in numbers:
        country, national = divmod(number, 10**_DIGITS)
        if country != _COUNTRY:
            raise ValueError("Bloctel takes numbers of metropolitan France only")
        if any(char in ';"\r\n' for char in identifier):
            raise ValueError(f"{identifier[:40]!r} can't be an identifier: it has a semicolon, a quote or a line end")
        yield f"0{national:0{_DIGITS}d};{identifier}\n"
