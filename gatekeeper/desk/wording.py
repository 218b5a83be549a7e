"""Words for what the stores and the daemon name by codes: gates, states and kinds of lists, verdicts."""

from collections.abc import Mapping
from typing import Final

from gatekeeper.policy import Gate, Reason, info_of
from gatekeeper.words import Bilingual, Language, Sentence, printed

GATES: Final[Mapping[str, Sentence]] = {
    Gate.GOSUB: Sentence("dialplan subroutine", "sous-programme du dialplan"),
    Gate.PREDIAL: Sentence("pre-dial handler", "gestionnaire avant appel"),
    Gate.CONTEXT: Sentence("dialplan context", "contexte du dialplan"),
    Gate.FASTAGI: Sentence("FastAGI", "FastAGI"),
    Gate.AGI_SCRIPT: Sentence("AGI script", "script AGI"),
    Gate.AMI_PROXY: Sentence("AMI proxy", "proxy AMI"),
    Gate.SIP_GATE: Sentence("SIP gate", "contrôle SIP"),
    Gate.WATCHDOG: Sentence("watchdog", "surveillant"),
    Gate.CLI: Sentence("command line", "ligne de commande"),
    Gate.API: Sentence("interface", "interface"),
    Gate.API_ASK: Sentence("question over the interface", "question par l’interface"),
}

GATE_PARTS: Final = ("the control socket", "the FastAGI server", "the AMI proxy", "the SIP gate", "the watchdog")
"""The parts that meet calls."""

STATES: Final[Mapping[str, Sentence]] = {
    "fresh": Sentence("fresh", "à jour"),
    "due": Sentence("due", "à renouveler"),
    "stale": Sentence("stale", "périmée"),
    "missing": Sentence("never imported", "jamais importée"),
    "in force": Sentence("in force", "en vigueur"),
}

KINDS: Final[Mapping[str, Sentence]] = {
    "opposition": Sentence("opposition list", "liste d'opposition"),
    "red": Sentence("red list", "liste rouge"),
    "wash": Sentence("wash return", "retour d'épuration"),
    "query": Sentence("asked registry", "registre interrogé"),
    "contract": Sentence("contract register", "registre de contrats"),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "sign-in": Sentence("signed in", "connexion"),
    "account.password": Sentence("changed the own password", "mot de passe changé"),
    "account.totp": Sentence("set up one-time codes", "codes à usage unique mis en place"),
    "account.totp-off": Sentence("took one-time codes away", "codes à usage unique retirés"),
    "user.add": Sentence("added a user", "utilisateur ajouté"),
    "user.role": Sentence("gave a role", "rôle donné"),
    "user.password": Sentence("gave a new password", "nouveau mot de passe donné"),
    "user.end": Sentence("ended a user", "utilisateur clos"),
    "proof.keep": Sentence("kept a proof", "preuve conservée"),
    "user.readmit": Sentence("readmitted a user", "utilisateur réadmis"),
    "user.unlock": Sentence("unlocked a user", "utilisateur déverrouillé"),
    "user.codes-off": Sentence("took a user’s one-time codes away", "codes d’un utilisateur retirés"),
    "user.sessions": Sentence("ended a user’s sessions", "sessions d’un utilisateur closes"),
    "key.add": Sentence("made a key", "clé créée"),
    "key.end": Sentence("ended a key", "clé close"),
    "list.add": Sentence("put on a list", "inscription sur une liste"),
    "list.remove": Sentence("took off a list", "retrait d’une liste"),
    "list.import": Sentence("imported a list", "import d’une liste"),
    "list.rollback": Sentence("brought an older version back", "retour à une version antérieure"),
    "consent.import": Sentence("imported consents", "import de consentements"),
    "consent.copy": Sentence("gave a consumer’s copy", "copie remise au consommateur"),
    "export.order": Sentence("ordered an export", "export demandé"),
    "export.end": Sentence("removed an export", "export supprimé"),
    "export.fetch": Sentence("fetched an export", "export téléchargé"),
    "record.refusal": Sentence("recorded a refusal", "refus noté"),
    "record.consent": Sentence("recorded a consent", "consentement noté"),
    "record.contract": Sentence("recorded a contract", "contrat noté"),
    "record.withdrawal": Sentence("recorded a withdrawal", "retrait de consentement noté"),
    "record.objection": Sentence("recorded an objection", "opposition notée"),
    "record.offer-refused": Sentence("recorded a refused offer", "refus d’une offre noté"),
    "record.callback": Sentence("recorded a request to be called back", "demande de rappel notée"),
    "record.purchase": Sentence("recorded a purchase", "achat noté"),
    "record.inquiry": Sentence("recorded an inquiry", "demande de renseignements notée"),
}
"""What people did, as the record of it has it."""

VERDICTS: Final[Mapping[str, Sentence]] = {
    "ALLOW": Sentence("allowed", "permis"),
    "BLOCK": Sentence("blocked", "bloqué"),
}


def words_of(words: Mapping[str, Sentence], codes: str, language: Language) -> str:
    """The words for codes that a call named, separated by commas."""
    return ", ".join(printed(word(words, one), language) for one in filter(None, codes.split(",")))


def word(words: Mapping[str, Sentence], code: str) -> Sentence:
    """The word for a code; the code itself where there is none."""
    return words.get(code) or Sentence(code, code)


def meaning(reason: str) -> Bilingual:
    """What a reason code means; the code itself where it is not one of ours."""
    try:
        return info_of(Reason(reason))
    except ValueError:
        return Sentence(reason, reason)
