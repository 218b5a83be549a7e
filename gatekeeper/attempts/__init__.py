"""The attempts that caps count: reserved with the decision that lets a call by, given back where a later gate stops it.

A layer above the journal, whose file they lie in: a commit of their own would cost every call some 30 µs more.
"""

from gatekeeper.attempts.book import AttemptBook
from gatekeeper.attempts.key import AttemptKey

__all__ = ["AttemptBook", "AttemptKey"]
