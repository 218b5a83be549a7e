"""The consent ledger as the desk shows it: one consumer's entries, files imported, texts, and proofs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gatekeeper.clock import now_micros
from gatekeeper.config import Settings
from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.consents.extract import ExtractEntry, extract_of
from gatekeeper.consents.store import ShownText, SourceInfo
from gatekeeper.desk.reading.bound import Principals, may_see
from gatekeeper.errors import StoreError
from gatekeeper.lists import LISTS_FILE
from gatekeeper.phone import display

IMPORTS = 50
"""So many imported files stand on a page."""

_KEPT = "sha256:"


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
        texts: the texts that consumers were shown.
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
        raise StoreError(f"{path} does not exist", "start the daemon once (`systemctl start gatekeeper`)")
    with ConsentStore(settings.daemon.data_dir) as store:
        yield store


def read_ledger(settings: Settings, principals: Principals) -> LedgerPage:
    """How much there is, what was imported, and which texts there are."""
    with opened(settings) as store:
        texts = store.texts()
        if principals is None:
            return LedgerPage(store.counts(), store.imports()[:IMPORTS], texts)
        used = store.text_principals()
    seen = [text for text in texts if any(may_see(principals, one) for one in used.get(text.name, ()))]
    return LedgerPage(None, [], seen)


def read_entries(settings: Settings, consumer: Consumer, principals: Principals) -> list[ExtractEntry]:
    """What the ledger has of a consumer, newest first, as far as it may be seen.

    What was said to nobody in particular concerns whoever calls; of it a bound visitor sees what and when, not by whom
    it was written down.
    """
    with opened(settings) as store:
        ledger = ConsentLedger.open(settings.daemon.data_dir)
        try:
            found = extract_of(ledger, store, consumer.number, consumer.contact)
        finally:
            ledger.close()
    return [seen for one in reversed(found) if (seen := _seen(one, principals)) is not None]


def _seen(entry: ExtractEntry, principals: Principals) -> ExtractEntry | None:
    if may_see(principals, entry.principal):
        return entry
    if entry.principal or entry.kind == "consent":
        return None
    return entry._replace(written_by="", note="", proof="", channel="", contact="", third_parties=())


def proof_file(settings: Settings, consumer: Consumer, entry: int, principals: Principals) -> Path | None:
    """The file of an entry's proof; None where it has none, or may not be seen."""
    found = next((one for one in read_entries(settings, consumer, principals) if one.id == entry), None)
    if found is None or not found.proof.startswith(_KEPT):
        return None
    with opened(settings) as store:
        path = store.layout.proof(found.proof.removeprefix(_KEPT))
    return path if path.is_file() else None


def consumers_copy(settings: Settings, consumer: Consumer, principals: Principals) -> bytes:
    """The consumer's copy: everything that may be seen of him, as a PDF in French and English."""
    from gatekeeper.consents.extract_pdf import render  # brings the PDF's library in

    entries = read_entries(settings, consumer, principals)[::-1]
    with opened(settings) as store:
        texts = {text.name: text for text in store.texts()}
    return render(consumer.name, entries, texts, now_micros())
