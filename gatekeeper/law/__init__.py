"""The law as data: which rules hold when, in which order, with which parameters, and by which text.

A profile is a TOML file in this package, found by its name. `lists_only` knows no country's law: it asks the lists.
"""

from gatekeeper.law.changes import Changes, ProvisionChange
from gatekeeper.law.laws import CALLEE, CalleeLaw, Laws
from gatekeeper.law.loader import find_profile, profile_names, read_profile, text_of
from gatekeeper.law.profile import Dated, Profile
from gatekeeper.law.trades import Trades, shipped_trades

__all__ = [
    "CALLEE",
    "CalleeLaw",
    "Changes",
    "Dated",
    "Laws",
    "Profile",
    "ProvisionChange",
    "Trades",
    "find_profile",
    "profile_names",
    "read_profile",
    "shipped_trades",
    "text_of",
]
