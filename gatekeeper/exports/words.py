"""Words for what can go wrong with an export, in French and English."""

from enum import Enum

from gatekeeper.words import Sentence


class ExportTrouble(Enum):
    """What went wrong; {0} is a number."""

    WAITING = Sentence(
        "You have {0} exports waiting: wait until one is ready, or cancel one.",
        "Vous avez {0} exports en attente : attendez que l'un soit prêt, ou annulez-en un.",
    )
    KEPT = Sentence(
        "You have {0} exports already: remove one, or wait until tomorrow, when they go by themselves.",
        "Vous avez déjà {0} exports : supprimez-en un, ou attendez demain, où ils partent d'eux-mêmes.",
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
