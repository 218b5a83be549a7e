"""The law as data: which rules hold when, in which order, with which parameters, and by which text.

A profile is a TOML file in this package, found by its name. `lists_only` knows no country's law: it asks the lists.
"""

from gatekeeper.law.laws import Laws
from gatekeeper.law.loader import find_profile, profile_names, read_profile
from gatekeeper.law.profile import Profile, Span

__all__ = ["Laws", "Profile", "Span", "find_profile", "profile_names", "read_profile"]
