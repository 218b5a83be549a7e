"""Counting attempts: the book over the journal, and which calls are in it."""

from gatekeeper.attempts import AttemptBook, AttemptKey
from gatekeeper.screening import Question
from gatekeeper.screening.counting import Counting
from gatekeeper.screening.facts.attempts import key_of
from gatekeeper.screening.records import Finding


def build_counting(book: AttemptBook) -> Counting:
    """What reserves the attempts that a law's caps count."""
    return Counting(book, _counted_as)


def _counted_as(question: Question, finding: Finding) -> AttemptKey | None:
    """By what a call is counted; None where no cap of the law that it is judged by counts such calls."""
    chain, attempt = finding.chain, finding.attempt
    if chain is None or not chain.counts(attempt, finding.facts):
        return None
    return key_of(finding.number.e164, question.said.contact, attempt)
