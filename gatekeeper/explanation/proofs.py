"""Proof of a consent: what the ledger holds of it, for whoever asks on what a decision rests."""

from pathlib import Path
from typing import NamedTuple

from gatekeeper.clock import moment_of
from gatekeeper.consents import ConsentLedger
from gatekeeper.explanation.looked import Shown
from gatekeeper.words import Language


class ConsentProof(NamedTuple):
    """What can be shown of a consent.

    Attributes:
        ident: its number in the ledger.
        principal: the company that it was given to.
        collected_at: when, in microseconds since the epoch.
        hour_known: whether that has its hour.
        channel: how it was collected, or "".
        text: the name of the text that was shown, or "".
        proof: `sha256:` with the digest of the file that is kept, `ref:` with where it is found, or "".
    """

    ident: int
    principal: str
    collected_at: int
    hour_known: bool
    channel: str
    text: str
    proof: str

    def record(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "consent": self.ident,
            "principal": self.principal,
            "collected_at": moment_of(self.collected_at).isoformat().replace("+00:00", "Z"),
            "hour_known": self.hour_known,
            "channel": self.channel,
            "text": self.text,
            "proof": self.proof,
        }

    def line(self, lang: Language, shown: Shown) -> str:
        """The same for people.

        Args:
            lang: the language.
            shown: writes when it was given: its day first, in ten characters.
        """
        french = lang is Language.FR
        when = shown(self.collected_at) if self.hour_known else shown(self.collected_at)[:10]
        parts = [
            f"consentement n° {self.ident}, recueilli le {when}" if french else f"consent {self.ident}, given {when}",
            (f"par {self.channel}" if french else f"by {self.channel}") if self.channel else "",
            (f"texte {self.text}" if french else f"text {self.text}") if self.text else "",
            self.proof or ("sans preuve" if french else "without a proof"),
        ]
        return ", ".join(filter(None, parts))


def find_proof(data_dir: Path, ident: int, number: int, contact: str) -> ConsentProof | None:
    """What the ledger holds of a consent; None where it has no such one of this consumer.

    Args:
        data_dir: the data folder.
        ident: the consent's number in the ledger.
        number: the consumer's, E.164 without plus.
        contact: by what the site knows the consumer, or "".

    Raises:
        StoreError: the ledger can't be read.
    """
    ledger = ConsentLedger.open(data_dir)
    try:
        for entry in ledger.entries(number, contact):
            if entry.id == ident:
                terms = ledger.book.written(entry.terms)
                return ConsentProof(
                    ident, terms.principal, entry.at, terms.hour_known, terms.channel, terms.text, entry.proof
                )
    finally:
        ledger.close()
    return None
