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
    REASSIGNED = "REASSIGNED"
    NUMBER_INVALID = "NUMBER_INVALID"
    OBJECTED = "OBJECTED"
    REST_PERIOD = "REST_PERIOD"
    SECTOR_BANNED = "SECTOR_BANNED"
    NO_BASIS = "NO_BASIS"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    CONSENT_INCOMPLETE = "CONSENT_INCOMPLETE"
    CONSENT_UNPROVED = "CONSENT_UNPROVED"
    CONSENT_TIME = "CONSENT_TIME"
    CALL_DAY = "CALL_DAY"
    CALL_HOURS = "CALL_HOURS"
    ATTEMPTS_CAP = "ATTEMPTS_CAP"
    CALLER_ID = "CALLER_ID"
    LAW_UNKNOWN = "LAW_UNKNOWN"
    CALL_UNREADABLE = "CALL_UNREADABLE"
    GATE_ERROR = "GATE_ERROR"
    GATE_DOWN = "GATE_DOWN"
    BYPASS = "BYPASS"
    # A call is allowed because ...
    CLEAR = "CLEAR"
    CONTRACT = "CONTRACT"
    CONSENT = "CONSENT"
    CALL_BACK = "CALL_BACK"
    CUSTOMER = "CUSTOMER"
    PERMITTED = "PERMITTED"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    EXEMPT_PURPOSE = "EXEMPT_PURPOSE"
    EMERGENCY = "EMERGENCY"
    INTERNAL = "INTERNAL"
    SHORT_CODE = "SHORT_CODE"
    FAIL_OPEN = "FAIL_OPEN"


LISTS_SPEAK = frozenset({Reason.LISTED, Reason.LIST_STALE, Reason.NOT_SCRUBBED})
"""The reasons to block that a contract or an exempt purpose lifts: what the lists say, red lists apart."""

LIFTED = LISTS_SPEAK | {
    Reason.CALL_DAY,
    Reason.CALL_HOURS,
    Reason.NO_BASIS,
    Reason.CONSENT_INCOMPLETE,
    Reason.CONSENT_UNPROVED,
    Reason.CONSENT_TIME,
}
"""The reasons to block that an exception of a country's law can lift, where it names the provision.

Lists, hours, and that there is no consent; that a consent was withdrawn is never lifted.
"""


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
    Reason.REASSIGNED: ReasonInfo(
        "A registry says that the number was given up since the consent: another person may have it now.",
        "Un registre indique que le numéro a été résilié depuis le consentement : il peut être à une autre personne.",
        CALL_REJECTED,
    ),
    Reason.NUMBER_INVALID: ReasonInfo(
        "What was dialled can't be read as a telephone number, so it can't be checked.",
        "La chaîne composée n'est pas un numéro de téléphone lisible ; elle ne peut pas être vérifiée.",
        CALL_REJECTED,
    ),
    Reason.OBJECTED: ReasonInfo(
        "This person objected to calls for this company, and gave no consent since.",
        "Cette personne s'est opposée aux appels de cette entreprise et n'a pas donné de consentement depuis.",
        CALL_REJECTED,
    ),
    Reason.REST_PERIOD: ReasonInfo(
        "This person refused a call of late: the time before another one is not over.",
        "Cette personne a récemment refusé un appel ; le délai avant un nouvel appel n'est pas écoulé.",
        CALL_REJECTED,
    ),
    Reason.SECTOR_BANNED: ReasonInfo(
        "The law forbids prospecting by telephone for these goods or services, whatever the consent.",
        "La loi interdit le démarchage téléphonique pour ces biens ou services, même avec consentement.",
        CALL_REJECTED,
    ),
    Reason.NO_BASIS: ReasonInfo(
        "Neither a consent for this company and these goods nor a running contract about them is known.",
        "Aucun consentement pour cette entreprise et ces biens, ni contrat en cours s'y rapportant, n'est connu.",
        CALL_REJECTED,
    ),
    Reason.CONSENT_WITHDRAWN: ReasonInfo(
        "The consent was withdrawn.",
        "Le consentement a été retiré.",
        CALL_REJECTED,
    ),
    Reason.CONSENT_INCOMPLETE: ReasonInfo(
        "The consent does not count: the request for it lacked something that the law asks for.",
        "Le consentement n'est pas valable : la demande ne comportait pas tout ce que la loi exige.",
        CALL_REJECTED,
    ),
    Reason.CONSENT_UNPROVED: ReasonInfo(
        "The consent does not count: its proof, or the hour at which it was given, is missing.",
        "Le consentement n'est pas valable : sa preuve, ou l'heure à laquelle il a été donné, manque.",
        CALL_REJECTED,
    ),
    Reason.CONSENT_TIME: ReasonInfo(
        "The consent does not hold at this moment: it is over, or this is outside of the times that were accepted.",
        "Le consentement ne vaut pas à ce moment : il a expiré, ou l'heure n'est pas celle qui a été acceptée.",
        CALL_REJECTED,
    ),
    Reason.CALL_DAY: ReasonInfo(
        "On this day the law does not let this person be called.",
        "La loi n'autorise pas l'appel de cette personne ce jour-là.",
        CALL_REJECTED,
    ),
    Reason.CALL_HOURS: ReasonInfo(
        "At this hour, where the called person is, the law does not let people be called.",
        "La loi n'autorise pas les appels à cette heure, là où se trouve la personne appelée.",
        CALL_REJECTED,
    ),
    Reason.ATTEMPTS_CAP: ReasonInfo(
        "As many attempts to reach this person were made as the law allows for now.",
        "Le nombre de tentatives que la loi autorise vers cette personne est atteint pour le moment.",
        CALL_REJECTED,
    ),
    Reason.CALLER_ID: ReasonInfo(
        "The caller ID is withheld, can't be read, or may not be presented for such a call.",
        "Le numéro présenté est masqué, illisible, ou ne peut pas être affiché pour un tel appel.",
        CALL_REJECTED,
    ),
    Reason.LAW_UNKNOWN: ReasonInfo(
        "The law of the called country is not known to this site, which calls no such numbers.",
        "La loi du pays appelé n'est pas connue de ce site, qui n'appelle pas ces numéros.",
        CALL_REJECTED,
    ),
    Reason.CALL_UNREADABLE: ReasonInfo(
        "What the call says of itself (purpose, sector, goods, dial mode, callee) is not understood.",
        "Ce que l'appel dit de lui-même (objet, secteur, biens, mode de composition, appelé) n'est pas compris.",
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
        "A contract with the company that is called for is running.",
        "Un contrat est en cours avec l'entreprise pour laquelle on appelle.",
    ),
    Reason.CONSENT: ReasonInfo(
        "The called person consented to calls for this company, and it can be proved.",
        "La personne appelée a consenti aux appels de cette entreprise, et la preuve en est conservée.",
    ),
    Reason.CALL_BACK: ReasonInfo(
        "The called person asked to be called back.",
        "La personne appelée a demandé à être rappelée.",
    ),
    Reason.CUSTOMER: ReasonInfo(
        "The called person bought something, or inquired, of late.",
        "La personne appelée a récemment acheté ou demandé un renseignement.",
    ),
    Reason.PERMITTED: ReasonInfo(
        "The law of the called country permits such calls, and nothing speaks against this one.",
        "La loi du pays appelé autorise ces appels, et rien ne s'oppose à celui-ci.",
    ),
    Reason.OUT_OF_SCOPE: ReasonInfo(
        "The law on prospecting does not bind such a call.",
        "La loi sur le démarchage ne s'applique pas à cet appel.",
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
