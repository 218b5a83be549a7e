"""Routes of the desk: the pages' modules, and what stands in the navigation."""

from typing import Final, NamedTuple

from starlette.routing import BaseRoute

from gatekeeper.accounts import Role
from gatekeeper.desk.pages import (
    account,
    campaigns,
    consents,
    exports,
    home,
    journal,
    law,
    lists,
    number,
    number_changes,
    number_files,
    people,
    scrubs,
    sign_in,
    today,
)
from gatekeeper.words import Sentence

PAGES: Final = (
    *(home, sign_in, today, journal, number, number_changes, number_files),
    *(lists, consents, campaigns, scrubs, law, exports, account, people),
)
"""Each has its `ROUTES`."""


class NavigationEntry(NamedTuple):
    """An entry of the navigation.

    Attributes:
        path: of the page.
        name: what stands there.
        role: who sees it.
        all_principals: whether it is of no use to a reader who is bound to principals.
    """

    path: str
    name: Sentence
    role: Role = Role.READER
    all_principals: bool = False


NAVIGATION: Final = (
    NavigationEntry("/today", Sentence("Today", "Aujourd’hui")),
    NavigationEntry("/journal", Sentence("Journal", "Journal")),
    NavigationEntry("/number", Sentence("One number", "Un numéro")),
    NavigationEntry("/lists", Sentence("Lists", "Listes")),
    NavigationEntry("/consents", Sentence("Consents", "Consentements")),
    NavigationEntry("/campaigns", Sentence("Campaigns", "Campagnes")),
    NavigationEntry("/scrubs", Sentence("Scrubs", "Épurations")),
    NavigationEntry("/law", Sentence("Law", "Loi")),
    NavigationEntry("/exports", Sentence("Exports", "Exports")),
    NavigationEntry("/people", Sentence("People", "Personnes"), Role.ADMIN),
)


def routes() -> list[BaseRoute]:
    """All routes, in the order in which they are tried."""
    return [route for page in PAGES for route in page.ROUTES]
