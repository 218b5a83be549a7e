"""The one use case: normalise, gather the facts, decide, record."""

from gatekeeper.screening.question import Answer, Question, Screen
from gatekeeper.screening.said import read_said

__all__ = ["Answer", "Question", "Screen", "read_said"]
