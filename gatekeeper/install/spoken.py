"""Spoken reasons: what an agent hears of a blocked call, one short sentence for reasons of one sort, in two languages.

The sentences are made into sounds when the package is built (`make dist`) and come with it. Where they did not, as in a
checkout, tones stand for them, which need no voice (`tones`).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from gatekeeper.install.files import folder
from gatekeeper.install.tones import tones
from gatekeeper.policy import Reason
from gatekeeper.words import Language

SOUNDS: Final = "asterisk/sounds"
"""Where they are below the folder of the shipped files: `LANGUAGE/NAME.wav`, 8 kHz, 16 bit, mono."""


class SpokenReason(NamedTuple):
    """What is said for reasons of one sort.

    Attributes:
        name: the sound's name; the dialplan plays `gatekeeper/LANGUAGE/NAME`.
        reasons: the reasons to block.
        english: the sentence.
        french: the same in French.
    """

    name: str
    reasons: frozenset[Reason]
    english: str
    french: str


SPOKEN: Final = (
    SpokenReason(
        "do-not-call",
        frozenset({Reason.LISTED, Reason.RED_LIST, Reason.OBJECTED, Reason.CONSENT_WITHDRAWN, Reason.REASSIGNED}),
        "This person must not be called.",
        "Cette personne ne doit pas être appelée.",
    ),
    SpokenReason(
        "not-now",
        frozenset({Reason.CALL_DAY, Reason.CALL_HOURS, Reason.ATTEMPTS_CAP, Reason.REST_PERIOD, Reason.CONSENT_TIME}),
        "This person may not be called now.",
        "Cette personne ne peut pas être appelée maintenant.",
    ),
    SpokenReason(
        "not-permitted",
        frozenset({Reason.NO_BASIS, Reason.SECTOR_BANNED, Reason.CONSENT_INCOMPLETE, Reason.CONSENT_UNPROVED}),
        "The law does not permit this call.",
        "La loi n'autorise pas cet appel.",
    ),
    SpokenReason(
        "wrong-number",
        frozenset({Reason.NUMBER_INVALID, Reason.LAW_UNKNOWN}),
        "This number can not be called from here.",
        "Ce numéro ne peut pas être appelé d'ici.",
    ),
    SpokenReason(
        "not-checked",
        frozenset({Reason.LIST_STALE, Reason.NOT_SCRUBBED, Reason.GATE_ERROR, Reason.GATE_DOWN}),
        "This number could not be checked. Tell your supervisor.",
        "Ce numéro n'a pas pu être vérifié. Prévenez votre superviseur.",
    ),
    SpokenReason(
        "wrong-settings",
        frozenset({Reason.CALLER_ID, Reason.CALL_UNREADABLE, Reason.BYPASS}),
        "This call is set up wrongly. Tell your supervisor.",
        "Cet appel est mal paramétré. Prévenez votre superviseur.",
    ),
)


class SoundFile(NamedTuple):
    """A sound as it is put into Asterisk's folder of sounds.

    Attributes:
        name: its path below that folder, with `/`.
        content: the file.
    """

    name: str
    content: bytes


def sounds() -> Iterator[SoundFile]:
    """All sounds in all languages: spoken, if a voice came with this installation, else as tones."""
    for language in Language:
        for number, spoken in enumerate(SPOKEN, 1):
            made = folder() / SOUNDS / language.value / f"{spoken.name}.wav"
            content = made.read_bytes() if made.is_file() else tones(number)
            yield SoundFile(f"gatekeeper/{language.value}/{spoken.name}.wav", content)


def are_spoken() -> bool:
    """Whether a voice came with this installation."""
    return (folder() / SOUNDS).is_dir()
