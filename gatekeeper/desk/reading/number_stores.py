"""The stores that the page of one number reads: lists, consent ledger and journal, kept open."""

from contextlib import ExitStack, closing
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from gatekeeper.clock import now_micros
from gatekeeper.config import Settings
from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.consents.extract import ExtractEntry, extract_of, gives_proof
from gatekeeper.consents.proof_keeping import BY_SUM
from gatekeeper.dossier import NumberDossier, read_dossier
from gatekeeper.dossier.restricted import Principals, restricted_entries
from gatekeeper.errors import StoreError
from gatekeeper.journal import JOURNAL_FILE, JournalReader
from gatekeeper.lists import LISTS_FILE, ListStore
from gatekeeper.phone import display
from gatekeeper.translation import phrase


class _Opened(NamedTuple):
    lists: ListStore
    consents: ConsentStore
    ledger: ConsentLedger
    journal: JournalReader


class NumberStores:
    """The stores that a number's page reads, opened when they are first needed and kept open.

    They open a connection to each transaction, so threads may share them; but for the ledger, which is one thread's at
    a time.

    Args:
        settings: the configuration.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.daemon.data_dir
        self._lock = Lock()
        self._stack = ExitStack()
        self._opened: _Opened | None = None

    def dossier(self, number: int, principals: Principals) -> NumberDossier:
        """Everything that is known of a number, as far as its reader may see it.

        Raises:
            StoreError: a store can't be read, or the daemon has never made it.
        """
        opened = self._open()
        return read_dossier(
            number,
            lists=opened.lists,
            entries=self.entries(number, None),
            journal=opened.journal,
            now=now_micros(),
            principals=principals,
        )

    def entries(self, number: int, principals: Principals, contact: str = "") -> list[ExtractEntry]:
        """What the consent ledger has of a consumer, as far as its reader may see it.

        Args:
            number: the consumer's; 0 where only the contact is known.
            principals: those of the reader.
            contact: as the site's programs know the consumer; "" for none.

        Raises:
            StoreError: it can't be read.
        """
        opened = self._open()
        with self._lock:
            opened.ledger.refresh()
            found = extract_of(opened.ledger, opened.consents, number, contact)
        return restricted_entries(found, principals)

    def proof(self, number: int, digest: str, principals: Principals, contact: str = "") -> Path | None:
        """The file that is kept as the proof of an entry that its reader may see; None where there is none."""
        entries = self.entries(number, principals, contact)
        if not gives_proof(entries, f"{BY_SUM}{digest}", whole=principals is None):
            return None
        file = self._open().consents.layout.proof(digest)
        return file if file.is_file() else None

    def copy(self, number: int, principals: Principals, contact: str = "") -> bytes:
        """The consumer's free copy, of the entries that its reader may see, as a PDF."""
        from gatekeeper.consents.extract_pdf import render  # brings fpdf2 in

        texts = {text.name: text for text in self._open().consents.texts(principals)}
        name = " ".join(filter(None, (display(number) if number else "", contact)))
        return render(name, self.entries(number, principals, contact), texts, now_micros())

    def close(self) -> None:
        """Let go of the stores."""
        with self._lock:
            self._stack.close()
            self._opened = None

    def _open(self) -> _Opened:
        from gatekeeper.journal.sqlite import WholeReader  # brings SQLAlchemy in

        with self._lock:
            if self._opened is None:
                for name in (LISTS_FILE, JOURNAL_FILE):
                    if not (self._folder / name).exists():
                        raise StoreError(
                            phrase("{name} does not exist", name=self._folder / name),
                            phrase("start the daemon once (`systemctl start gatekeeper`)"),
                        )
                with ExitStack() as stack:
                    opened = _Opened(
                        stack.enter_context(ListStore(self._folder)),
                        stack.enter_context(ConsentStore(self._folder)),
                        stack.enter_context(closing(ConsentLedger.open(self._folder))),
                        stack.enter_context(WholeReader(self._folder / JOURNAL_FILE)),
                    )
                    self._stack = stack.pop_all()
                self._opened = opened
            return self._opened
