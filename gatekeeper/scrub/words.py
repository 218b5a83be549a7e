"""The words of what a scrub writes for people, in French and English."""

from gatekeeper.policy import Decision
from gatekeeper.words import Sentence

COLUMNS = (
    "gatekeeper_removed",
    "gatekeeper_reason",
    "gatekeeper_list",
    "gatekeeper_meaning",
    "gatekeeper_numbers",
    "gatekeeper_provision",
    "gatekeeper_line",
)
"""The columns added to the contacts that were taken out. Programs read them: they are the same in every language."""

CONTACT, NUMBER, LEFT = "contact", "number", "nothing"
"""What was removed: all of the contact, one of its numbers, or (of a table) nothing: it is only told."""

UNREADABLE = Sentence(
    "The row can't be read: quotation marks or line ends do not match, or it has too many cells.",
    "La ligne est illisible : guillemets ou fins de ligne incohérents, ou trop de cellules.",
)
NO_NUMBER = Sentence(
    "The contact has no telephone number.",
    "Le contact n'a pas de numéro de téléphone.",
)


def shown_list(decision: Decision) -> str:
    """The list that a decision rests on, as `bloctel@12`, or nothing."""
    return f"{decision.hit.list}@{decision.hit.version}" if decision.hit else ""
