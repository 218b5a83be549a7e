"""Explanation of decisions: rule by rule, with what each looked at; and the proof of a consent that one rests on."""

from gatekeeper.explanation.looked import hit_text, local_times
from gatekeeper.explanation.proofs import ConsentProof, find_proof
from gatekeeper.explanation.steps import Explained, closing, explained, step_record

__all__ = [
    "ConsentProof",
    "Explained",
    "closing",
    "explained",
    "find_proof",
    "hit_text",
    "local_times",
    "step_record",
]
