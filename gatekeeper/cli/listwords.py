"""Words of the tables about lists, which compliance staff read in French and English."""

from typing import Final

from gatekeeper.cli.times import shown_zone
from gatekeeper.words import Language, Sentence, printed

_WORDS: Final = {
    # headings
    "list": Sentence("List", "Liste"),
    "kind": Sentence("Kind", "Sorte"),
    "state": Sentence("State", "État"),
    "numbers": Sentence("Numbers", "Numéros"),
    "callable": Sentence("Callable", "Appelables"),
    "by_hand": Sentence("By hand", "À la main"),
    "version": Sentence("Version", "Version"),
    "imported": Sentence("Imported", "Importée"),
    "until": Sentence("Good until", "Jusqu'au"),
    "days": Sentence("Days", "Jours"),
    "listed": Sentence("Listed", "Inscrit"),
    "since": Sentence("Since", "Depuis"),
    "by": Sentence("By", "Par"),
    "of": Sentence("Of", "Du"),
    "from": Sentence("From", "Origine"),
    "sha256": Sentence("SHA-256", "SHA-256"),
    "time": Sentence("Time", "Heure"),
    "change": Sentence("Change", "Modification"),
    "note": Sentence("Note", "Note"),
    "asked": Sentence("Asked", "Demandé le"),
    "with": Sentence("With", "Avec"),
    "answer": Sentence("Answer", "Réponse"),
    "ends": Sentence("Until", "Jusqu'au"),
    # answers of registries, as JSON has them
    "clear": Sentence("clear", "libre"),
    "no_data": Sentence("no data", "pas de donnée"),
    "answered_listed": Sentence("listed", "inscrit"),
    # what stands alone
    "yes": Sentence("yes", "oui"),
    "no": Sentence("no", "non"),
    "no_until": Sentence("no, until {}", "non, jusqu'au {}"),
    "on": Sentence("on {}", "sur {}"),
    "on_none": Sentence("on no list", "sur aucune liste"),
    "hand": Sentence("by hand:", "à la main :"),
    "never": Sentence("never", "jamais"),
    "history": Sentence("Changed by hand:", "Modifié à la main :"),
    "answers": Sentence(
        "Answered by registries (--json shows the responses):",
        "Réponses des registres (--json montre les réponses reçues) :",
    ),
    "zone": Sentence("Times are local ({}).", "Heure locale ({})."),
    "not_configured": Sentence(
        "{}: not in the configuration, so it applies wherever all lists do, and no age makes it stale",
        "{} : hors de la configuration ; elle s'applique partout où toutes les listes s'appliquent, et ne périme pas",
    ),
    "never_imported": Sentence("{}: configured and never imported", "{} : configurée et jamais importée"),
}


def word(name: str, lang: Language) -> str:
    """A word; what is not known stands as it is."""
    from gatekeeper.lists.said import CHANGES, KINDS, STATES  # brings SQLAlchemy in, which the help does without

    found = next((words[name] for words in (_WORDS, STATES, KINDS, CHANGES) if name in words), None)
    return name if found is None else printed(found, lang)


def words(lang: Language, *names: str) -> tuple[str, ...]:
    """Several, in order."""
    return tuple(word(name, lang) for name in names)


def zone_said(lang: Language) -> str:
    """In which zone times are shown."""
    return word("zone", lang).format(shown_zone())
