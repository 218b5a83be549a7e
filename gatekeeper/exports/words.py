"""Words for what can go wrong with an export, and for what it holds, in French and English."""

from enum import Enum
from typing import Final

from gatekeeper.clock import moment_of
from gatekeeper.exports.order import ExportOrder
from gatekeeper.words import Sentence, sentence


class ExportTrouble(Enum):
    """What went wrong; {0} is a number."""

    WAITING = Sentence(
        "You have {0} exports waiting: wait until one is ready, or cancel one.",
        "Vous avez {0} exports en attente : attendez que l'un soit prêt, ou annulez-en un.",
    )
    KEPT = Sentence(
        "You have {0} exports already: remove one, or wait until the oldest goes by itself.",
        "Vous avez déjà {0} exports : supprimez-en un, ou attendez que le plus ancien parte de lui-même.",
    )
    NO_ROOM = Sentence(
        "The disk has no room for another export: remove some, or ask for a shorter period.",
        "Le disque n'a plus de place pour un export : supprimez-en, ou demandez une période plus courte.",
    )
    TOO_LARGE = Sentence(
        "The file would be larger than {0} megabytes: ask for a shorter period.",
        "Le fichier dépasserait {0} mégaoctets : demandez une période plus courte.",
    )
    TOO_MANY = Sentence(
        "More than {0} decisions match, which is more than such a file can have: ask for a shorter period, or for CSV.",
        "Plus de {0} décisions correspondent, plus qu'un tel fichier n'en peut contenir : "
        "demandez une période plus courte, ou un CSV.",
    )
    TOO_MANY_ROWS = Sentence(
        "More than {0} decisions match, which is more than an export may have here: ask for a shorter period.",
        "Plus de {0} décisions correspondent, plus qu'un export ne peut en contenir ici : "
        "demandez une période plus courte.",
    )
    WAITING_IN_ALL = Sentence(
        "{0} exports are waiting, of all people together: try again when one is ready.",
        "{0} exports sont en attente, toutes personnes confondues : réessayez quand l'un sera prêt.",
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
