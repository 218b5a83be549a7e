"""The one use case: normalise, gather the facts, decide, record."""

from gatekeeper.screening.question import Answer, Question, Screen
from gatekeeper.screening.said import read_said
from gatekeeper.screening.service import Screening

__all__ = ["Answer", "Question", "Screen", "Screening", "read_said"]
