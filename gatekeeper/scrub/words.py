"""The words of what a scrub writes for people, in French and English."""

from enum import StrEnum

from gatekeeper.policy import Decision, Reason, info_of


class Language(StrEnum):
    """The languages of what compliance staff read."""

    EN = "en"
    FR = "fr"


COLUMNS = (
    "gatekeeper_removed",
    "gatekeeper_reason",
    "gatekeeper_list",
    "gatekeeper_meaning",
    "gatekeeper_numbers",
    "gatekeeper_line",
)
"""The columns added to the contacts that were taken out. Programs read them: they are the same in every language."""

CONTACT, NUMBER, LEFT = "contact", "number", "nothing"
"""What was removed: all of the contact, one of its numbers, or (of a table) nothing: it is only told."""

UNREADABLE = {
    Language.EN: "The row can't be read: quotation marks or line ends do not match, or it has too many cells.",
    Language.FR: "La ligne est illisible : guillemets ou fins de ligne incohérents, ou trop de cellules.",
}
NO_NUMBER = {
    Language.EN: "The contact has no telephone number.",
    Language.FR: "Le contact n'a pas de numéro de téléphone.",
}


def sentence(reason: Reason, language: Language) -> str:
    """What a reason means."""
    info = info_of(reason)
    return info.french if language is Language.FR else info.english


def shown_list(decision: Decision) -> str:
    """The list that a decision rests on, as `bloctel@12`, or nothing."""
    return f"{decision.hit.list}@{decision.hit.version}" if decision.hit else ""
