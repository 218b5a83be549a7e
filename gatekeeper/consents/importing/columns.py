"""Columns of a file of consents: their names, in English and French."""

import difflib
import unicodedata
from collections.abc import Sequence
from typing import Final

from gatekeeper.consents.importing.file_place import FilePlace
from gatekeeper.translation import phrase

NAMES: Final = {
    "number": ("telephone", "tel", "phone", "numero"),
    "contact": ("contact_id", "client"),
    "principal": ("mandant", "professionnel"),
    "third_parties": ("tiers", "sous_traitants"),
    "goods": ("biens", "produits", "objet"),
    "text": ("texte", "text_version"),
    "collected_at": ("recueilli_le", "date_recueil"),
    "until": ("jusqu_au", "fin"),
    "slots": ("creneaux", "plages"),
    "channel": ("canal",),
    "items": ("mentions",),
    "proof": ("preuve",),
    "robot": ("automate",),
    "written": ("ecrit",),
}
"""Each column, and what it may be called beside its own name. Capitals, accents and the sort of blank do not matter."""

COLUMNS: Final = {word: name for name, words in NAMES.items() for word in (name, *words)}


def column_places(heading: Sequence[str], where: FilePlace) -> dict[str, int]:
    """The place of each column that a heading names.

    Raises:
        ConsentError: it names one that there is not, or one twice, or lacks what each consent has.
    """
    places: dict[str, int] = {}
    for place, cell in enumerate(heading):
        name = COLUMNS.get(_plain(cell))
        if name is None:
            column = cell.strip()[:40]
            why = phrase(
                "there is no column {column!r}; {meant}nothing was imported", column=column, meant=_meant(cell)
            )
            raise where.error(why, column)
        if name in places:
            raise where.error(phrase("the column {name} is there twice; nothing was imported", name=name), name)
        places[name] = place
    if "collected_at" not in places or not places.keys() & {"number", "contact"}:
        raise where.error(
            phrase(
                "a file of consents has the columns number (or contact) and collected_at, and of the others "
                "as many as are known: {names}; nothing was imported",
                names=", ".join(NAMES),
            )
        )
    return places


def _plain(cell: str) -> str:
    text = unicodedata.normalize("NFKD", cell.strip().casefold()).encode("ascii", "ignore").decode()
    return "_".join(text.replace("-", " ").replace("_", " ").replace("'", " ").split())


def _meant(cell: str) -> str:
    near = difflib.get_close_matches(_plain(cell), list(COLUMNS), 1)
    if near:
        return phrase("did you mean {near!r}? ", near=near[0])
    return phrase("the columns are {names}; ", names=", ".join(NAMES))
