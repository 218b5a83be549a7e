"""The consent ledger: who agreed to what, when, with which proof, and what ended it. It is only ever added to.

Importing this package imports neither NumPy nor Alembic: the daemon starts without them.
"""

from gatekeeper.consents.ledger import ConsentLedger
from gatekeeper.consents.model import GivenConsent, GivenEvent, SharedTerms, WrittenBy
from gatekeeper.consents.paths import CONSENTS_FILE
from gatekeeper.consents.store import ConsentStore

__all__ = [
    "CONSENTS_FILE",
    "ConsentLedger",
    "ConsentStore",
    "GivenConsent",
    "GivenEvent",
    "SharedTerms",
    "WrittenBy",
]
