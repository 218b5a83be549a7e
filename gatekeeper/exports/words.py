"""Words for what can go wrong with an export, and for what it holds, in French and English."""

from enum import Enum
from typing import Final

from gatekeeper.clock import moment_of
from gatekeeper.exports.order import ExportOrder
from gatekeeper.words import Sentence, sentence


class ExportTrouble(Enum):
    """What went wrong; {0} is a number."""

    WAITING = Sentence(
        "As many of your exports wait as may ({0}): wait until one is ready, or cancel one.",
        "Vos exports en attente sont au nombre permis ({0}) : attendez que l'un soit prêt, ou annulez-en un.",
    )
    KEPT = Sentence(
        "You have as many exports as you may ({0}): remove one, or wait until the oldest goes by itself.",
        "Vos exports sont au nombre permis ({0}) : supprimez-en un, ou attendez que le plus ancien parte de lui-même.",
    )
    NO_ROOM = Sentence(
        "The disk has no room for another export: remove some, or ask for a shorter period.",
        "Le disque n'a plus de place pour un export : supprimez-en, ou demandez une période plus courte.",
    )
    TOO_LARGE = Sentence(
        "The file would be larger than {0} MB: ask for a shorter period.",
        "Le fichier dépasserait {0} Mo : demandez une période plus courte.",
    )
    TOO_MANY = Sentence(
        "More decisions match than such a file can have ({0}): ask for a shorter period, or for CSV.",
        "Les décisions qui correspondent sont plus nombreuses qu'un tel fichier n'en peut contenir ({0}) : "
        "demandez une période plus courte, ou un CSV.",
    )
    TOO_MANY_ROWS = Sentence(
        "More decisions match than an export may have here ({0}): ask for a shorter period.",
        "Les décisions qui correspondent sont plus nombreuses qu'un export n'en peut contenir ici ({0}) : "
        "demandez une période plus courte.",
    )
    WAITING_IN_ALL = Sentence(
        "As many exports wait as may, of all people together ({0}): try again when one is ready.",
        "Les exports en attente sont au nombre permis, toutes personnes confondues ({0}) : "
        "réessayez quand l'un sera prêt.",
    )
    INTERRUPTED = Sentence(
        "Its process was ended three times. Ask again; if that repeats, the log of the desk tells why.",
        "Son processus a été interrompu trois fois. Redemandez ; si cela se répète, le journal du bureau dit pourquoi.",
    )
    JOURNAL = Sentence("The journal can't be read: {0}", "Le journal ne peut pas être lu : {0}")
    DISK = Sentence("The file can't be written: {0}", "Le fichier ne peut pas être écrit : {0}")
    FAULT = Sentence(
        "A fault of Gatekeeper; the desk's log has it in full.",
        "Un défaut de Gatekeeper ; le journal du bureau le décrit en entier.",
    )


_AS_OF: Final = Sentence(
    "The journal as of {0}: what was written later is not in it.",
    "Le journal au {0} : ce qui a été écrit ensuite n'y figure pas.",
)
_NEWEST: Final = Sentence(" The newest decision then: {0}.", " La décision la plus récente à ce moment : {0}.")


def as_of_words(order: ExportOrder, at: int, newest: str) -> str:
    """Up to when the journal is in an export.

    Args:
        order: what was asked for.
        at: when it was begun, in microseconds since the epoch.
        newest: the id of the newest decision then; who may not see everybody's decisions is not told.
    """
    moment = f"{moment_of(at).astimezone(order.zone):%Y-%m-%d %H:%M:%S} ({order.zone.key})"
    said = sentence(_AS_OF, order.language).format(moment)
    if newest and order.principals is None:
        said += sentence(_NEWEST, order.language).format(newest)
    return said
