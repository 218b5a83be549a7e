"""Reason codes: one stable upper-case word for every way a decision can be founded.

They appear the same everywhere: channel variable, CDR, `UserEvent`, AMI answer, log, command line. A code is never
reused for another meaning.
"""

from enum import StrEnum
from typing import NamedTuple

CALL_REJECTED = 21
"""Hangup cause of a blocked call: Q.850 cause 21, *call rejected*."""


class Reason(StrEnum):
    """Why a call may or may not be placed."""

    # A call is blocked because ...
    LISTED = "LISTED"
    RED_LIST = "RED_LIST"
    LIST_STALE = "LIST_STALE"
    NOT_SCRUBBED = "NOT_SCRUBBED"
    NUMBER_INVALID = "NUMBER_INVALID"
    GATE_ERROR = "GATE_ERROR"
    GATE_DOWN = "GATE_DOWN"
    BYPASS = "BYPASS"
    # A call is allowed because ...
    CLEAR = "CLEAR"
    CONTRACT = "CONTRACT"
    EXEMPT_PURPOSE = "EXEMPT_PURPOSE"
    EMERGENCY = "EMERGENCY"
    INTERNAL = "INTERNAL"
    SHORT_CODE = "SHORT_CODE"
    FAIL_OPEN = "FAIL_OPEN"


LISTS_SPEAK = frozenset({Reason.LISTED, Reason.LIST_STALE, Reason.NOT_SCRUBBED})
"""The reasons to block that a contract or an exempt purpose lifts: what the lists say, red lists apart."""


class ReasonInfo(NamedTuple):
    """What a reason code means. On which text of law a decision rests, its rule's law profile or its list says.

    Attributes:
        english: one sentence.
        french: the same in French.
        hangup_cause: the Q.850 cause a call refused for this reason ends with; 0 for reasons to allow.
    """

    english: str
    french: str
    hangup_cause: int = 0


REASONS: dict[Reason, ReasonInfo] = {
    Reason.LISTED: ReasonInfo(
        "The number is on an opposition list that applies to this campaign.",
        "Le numéro figure sur une liste d'opposition qui s'applique à cette campagne.",
        CALL_REJECTED,
    ),
    Reason.RED_LIST: ReasonInfo(
        "The number is on the company's own red list: this person asked not to be called.",
        "Le numéro figure sur la liste rouge de l'entreprise : cette personne a demandé à ne pas être appelée.",
        CALL_REJECTED,
    ),
    Reason.LIST_STALE: ReasonInfo(
        "A list that this campaign must respect is too old, or was never imported.",
        "Une liste que cette campagne doit respecter est périmée ou n'a jamais été importée.",
        CALL_REJECTED,
    ),
    Reason.NOT_SCRUBBED: ReasonInfo(
        "No fresh answer of a list that this campaign must respect says that the number may be called.",
        "Aucune réponse en cours de validité d'une liste que cette campagne doit respecter n'autorise ce numéro.",
        CALL_REJECTED,
    ),
    Reason.NUMBER_INVALID: ReasonInfo(
        "What was dialled can't be read as a telephone number, so it can't be checked.",
        "La chaîne composée n'est pas un numéro de téléphone lisible ; elle ne peut pas être vérifiée.",
        CALL_REJECTED,
    ),
    Reason.GATE_ERROR: ReasonInfo(
        "The gate could not check the number or write its log, so the call was refused.",
        "Le filtre n'a pas pu vérifier le numéro ou écrire son journal ; l'appel a été refusé.",
        CALL_REJECTED,
    ),
    Reason.GATE_DOWN: ReasonInfo(
        "The gate did not answer, so the call was refused.",
        "Le filtre n'a pas répondu ; l'appel a été refusé.",
        CALL_REJECTED,
    ),
    Reason.BYPASS: ReasonInfo(
        "This way of placing a call goes round the gate and is not open to this client.",
        "Cette manière d'appeler contourne le filtre et n'est pas ouverte à ce client.",
        CALL_REJECTED,
    ),
    Reason.CLEAR: ReasonInfo(
        "No list that applies holds the number.",
        "Aucune liste applicable ne contient ce numéro.",
    ),
    Reason.CONTRACT: ReasonInfo(
        "A list speaks against the number, but a contract with the company that is called for is running.",
        "Une liste s'oppose à l'appel, mais un contrat est en cours avec l'entreprise pour laquelle on appelle.",
    ),
    Reason.EXEMPT_PURPOSE: ReasonInfo(
        "A list speaks against the number, but calls for this campaign's purpose are exempt from opposition lists.",
        "Une liste s'oppose à l'appel, mais l'objet de cette campagne est exempté des listes d'opposition.",
    ),
    Reason.EMERGENCY: ReasonInfo(
        "An emergency number is never blocked.",
        "Un numéro d'urgence n'est jamais bloqué.",
    ),
    Reason.INTERNAL: ReasonInfo(
        "An internal destination of this site.",
        "Une destination interne du site.",
    ),
    Reason.SHORT_CODE: ReasonInfo(
        "A short service number, which belongs to no person.",
        "Un numéro court de service, qui n'appartient à aucune personne.",
    ),
    Reason.FAIL_OPEN: ReasonInfo(
        "The gate did not answer, and this trunk is configured to let calls through then.",
        "Le filtre n'a pas répondu et cette ligne est réglée pour laisser passer les appels dans ce cas.",
    ),
}
"""Every reason code with its meaning."""


def info_of(reason: Reason) -> ReasonInfo:
    """What a reason code means, in English and French."""
    return REASONS[reason]
