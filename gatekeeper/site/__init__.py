"""A telephone site as its files describe it: which Asterisk, of which kind, with which trunks, dialers and contexts.

Nothing here changes anything. `gatekeeper install` plans by it, `gatekeeper config check` looks trunks up in it.
"""

from gatekeeper.site.find import AsteriskSite, find_site
from gatekeeper.site.kinds import SiteKind
from gatekeeper.site.managers import ManagerUser
from gatekeeper.site.tree import SiteTree
from gatekeeper.site.trunks import Peer

__all__ = ["AsteriskSite", "ManagerUser", "Peer", "SiteKind", "SiteTree", "find_site"]
