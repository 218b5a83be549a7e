"""The consent ledger as the desk shows it: how much there is, files that were imported, and texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from gatekeeper.config import Settings
from gatekeeper.consents import ConsentStore
from gatekeeper.consents.shown_texts import ShownText
from gatekeeper.consents.store import SourceInfo
from gatekeeper.dossier.restricted import Principals
from gatekeeper.errors import StoreError
from gatekeeper.lists import LISTS_FILE
from gatekeeper.phone import display
from gatekeeper.policy.ledger import name_key
from gatekeeper.translation import phrase

IMPORTS = 50
"""So many imported files stand on a page."""


class Consumer(NamedTuple):
    """Who is looked for: by number, by what the site knows him by, or both; 0 and "" for neither."""

    number: int
    contact: str

    @property
    def name(self) -> str:
        """For people."""
        return " ".join(part for part in (display(self.number) if self.number else "", self.contact) if part)


class LedgerPage(NamedTuple):
    """The ledger as a whole.

    Attributes:
        counts: how many entries there are, by kind; None for who sees some principals' alone.
        imports: files that were imported, newest first; none for them.
        texts: the texts that consumers were shown; of some principals' for who sees theirs alone.
    """

    counts: dict[str, int] | None
    imports: list[SourceInfo]
    texts: list[ShownText]


@contextmanager
def opened(settings: Settings) -> Iterator[ConsentStore]:
    """The ledger, within one request.

    Raises:
        StoreError: there is no site, or it can't be read.
    """
    path = settings.daemon.data_dir / LISTS_FILE
    if not path.exists():
        raise StoreError(
            phrase("{path} does not exist", path=path), phrase("start the daemon once (`systemctl start gatekeeper`)")
        )
    with ConsentStore(settings.daemon.data_dir) as store:
        yield store


def read_ledger(settings: Settings, principals: Principals) -> LedgerPage:
    """How much there is, what was imported, and which texts there are."""
    with opened(settings) as store:
        texts = store.texts(principals)
        if principals is None:
            return LedgerPage(store.counts(), store.imports()[:IMPORTS], [_as_written(one, settings) for one in texts])
    return LedgerPage(None, [], texts)


def _as_written(text: ShownText, settings: Settings) -> ShownText:
    """A text whose principals are called as the configuration calls them."""
    named = {name_key(one.principal): one.principal for one in settings.campaigns.values()}
    return text._replace(principals=tuple(named.get(one, one) for one in text.principals))
