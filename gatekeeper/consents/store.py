"""Writing into the consent ledger: consents, events, texts and proofs are added, and nothing is ever changed."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, insert, select, update

from gatekeeper.clock import now_micros
from gatekeeper.closeable import Closeable
from gatekeeper.consents.model import (
    EVENT_ENTRIES,
    EntryKind,
    GivenConsent,
    GivenEvent,
    SharedTerms,
    WrittenBy,
    contact_subject,
)
from gatekeeper.consents.paths import ConsentLayout
from gatekeeper.consents.proof_keeping import BY_SUM, holds, note_holder, note_proofs, place_proof
from gatekeeper.consents.reading import MIGRATIONS
from gatekeeper.consents.recorded import RecordedEvent, last_entry, recorded_after
from gatekeeper.consents.shared_terms import keep_terms, terms_of
from gatekeeper.consents.shown_texts import (
    ShownText,
    all_texts,
    demand_text,
    give_text,
    is_kept,
    keep_text,
    sum_of,
    text_names,
)
from gatekeeper.consents.tables import counters, entries, proofs, segments, sources, terms, texts
from gatekeeper.errors import ConsentError, StoreError
from gatekeeper.ownership import make_folder
from gatekeeper.storage import begin_immediate, migrate, open_engine, translated
from gatekeeper.translation import phrase


class SourceInfo(NamedTuple):
    """Who wrote entries down, and when. Attributes as the columns of `tables.sources`."""

    id: int
    at: int
    by: str
    via: str
    note: str
    file: str
    sha256: str
    taken: int
    void: int
    rejected: int
    bound: int


class ConsentStore(Closeable):
    """The consent ledger in a data folder, to be written. Any number of processes may use one at the same time.

    Makes the folder and the database where they are missing.

    Args:
        data_dir: the data folder.
        busy_timeout_ms: how long to wait for another process that is writing.

    Raises:
        StoreError: the folder or the database can't be used.
    """

    def __init__(self, data_dir: Path, *, busy_timeout_ms: int = 5000) -> None:
        self.layout = ConsentLayout(Path(data_dir))
        with translated(self.layout.data_dir):
            make_folder(self.layout.data_dir)
            self._refuse_to_forget()
        # FULL: a withdrawal that returned survives a power cut.
        self.engine: Engine = open_engine(
            self.layout.database, synchronous="FULL", busy_timeout_ms=busy_timeout_ms, signal=self.layout.signal
        )
        with translated(self.layout.database):
            migrate(self.engine, MIGRATIONS)

    def _refuse_to_forget(self) -> None:
        """Segments without the main database mean that it was lost: an empty one would forget every withdrawal."""
        path = self.layout.database
        if path.exists() and path.stat().st_size > 0:
            return
        if any(self.layout.segments.glob("*.sqlite3")):
            raise StoreError(
                phrase(
                    "{path} is {what}, but {segments} has consents",
                    path=path,
                    what=phrase("empty") if path.exists() else phrase("missing"),
                    segments=self.layout.segments,
                ),
                phrase("restore it from a backup; to begin anew, move that folder away"),
            )

    def add(self, given: Sequence[GivenConsent], written: WrittenBy) -> list[int]:
        """Write consents down. They are in force for the very next call when this returns, and on the disk.

        Returns:
            Their numbers in the ledger.

        Raises:
            ConsentError: one names neither a number nor a contact, or a text that there is not or that is another's.
            StoreError: the ledger can't be written. Then nothing was.
        """
        with translated(self.layout.database), begin_immediate(self.engine) as connection:
            source = add_source(connection, written)
            first = take_ids(connection, len(given))
            for ident, one in enumerate(given, start=first):
                demand_text(connection, one.terms.text, written.bound_to)
                if not written.bound_to:
                    give_text(connection, one.terms.text, one.terms.principal, source)
                key = keep_terms(connection, one.terms)
                row = {"terms_id": key, "source_id": source, "until": one.until, "proof": one.proof}
                _put(
                    connection,
                    one.number,
                    one.contact,
                    {**row, "kind": EntryKind.CONSENT, "at": one.collected_at},
                    ident,
                )
            return list(range(first, first + len(given)))

    def record(self, given: Sequence[GivenEvent], written: WrittenBy) -> list[int]:
        """Write events down: withdrawals, objections, refusals, requests. As `add`."""
        with translated(self.layout.database), begin_immediate(self.engine) as connection:
            source = add_source(connection, written)
            first = take_ids(connection, len(given))
            for ident, one in enumerate(given, start=first):
                goods = (one.goods,) if one.goods else ()
                key = keep_terms(connection, SharedTerms(principal=one.principal, goods=goods, channel=one.channel))
                row = {"terms_id": key, "source_id": source, "until": 0, "proof": one.proof, "at": one.at}
                _put(connection, one.number, one.contact, {**row, "kind": EVENT_ENTRIES[one.kind]}, ident)
            return list(range(first, first + len(given)))

    def recorded_after(self, ident: int, most: int) -> Sequence[RecordedEvent]:
        """Withdrawals, objections and refusals that were recorded behind a number of the ledger, at most so many."""
        with translated(self.layout.database), self.engine.connect() as connection:
            return recorded_after(connection, ident, most)

    def last_entry(self) -> int:
        """The greatest number of an entry that is in no segment; 0 in an empty ledger."""
        with translated(self.layout.database), self.engine.connect() as connection:
            return last_entry(connection)

    def add_text(self, name: str, body: str, written: WrittenBy, principals: Sequence[str] = ()) -> str:
        """Keep a text that consumers are shown; the same once more changes nothing but whose it is.

        Args:
            name: what consents will call it.
            body: what it says.
            written: who keeps it.
            principals: whose it is, beside those whose it is already.

        Returns:
            Its SHA-256.

        Raises:
            ConsentError: there is another text of that name.
            StoreError: the ledger can't be written.
        """
        with translated(self.layout.database), begin_immediate(self.engine) as connection:
            if not is_kept(connection, name, body, principals):
                source = add_source(connection, written)
                keep_text(connection, name, body, source)
                for principal in principals:
                    give_text(connection, name, principal, source)
        return sum_of(body)

    def texts(self, principals: Iterable[str] | None = None) -> list[ShownText]:
        """The texts by name: those of some principals; None for all."""
        with translated(self.layout.database), self.engine.begin() as connection:
            return all_texts(connection, principals)

    def text_names(self, bound_to: str = "") -> frozenset[str]:
        """The names of the texts that may be named by who writes for a principal alone; "" for who writes for all."""
        with translated(self.layout.database), self.engine.begin() as connection:
            return text_names(connection, bound_to)

    def keep_proof(self, file: Path, written: WrittenBy, name: str = "") -> str:
        """Keep a file as a proof, named by its SHA-256.

        Args:
            file: where it is.
            written: who keeps it.
            name: what its owner calls it; "" for as the file is called.

        Returns:
            What an entry's `proof` says of it.

        Raises:
            ConsentError: the file can't be read.
            StoreError: it can't be kept.
        """
        digest = place_proof(self.layout, file)
        with translated(self.layout.database), begin_immediate(self.engine) as connection:
            source = add_source(connection, written)
            note_proofs(connection, {digest: file}, source, name)
            if written.bound_to:
                note_holder(connection, digest, written.bound_to, source)
        return f"{BY_SUM}{digest}"

    def holds_proof(self, principal: str, proof: str) -> bool:
        """Whether the file that an entry's `proof` names was brought for a principal."""
        with translated(self.layout.database), self.engine.begin() as connection:
            return holds(connection, proof.removeprefix(BY_SUM), principal)

    def sources(self, keys: Sequence[int]) -> dict[int, SourceInfo]:
        """Who wrote entries down, by the key that they name."""
        with translated(self.layout.database), self.engine.begin() as connection:
            rows = connection.execute(select(sources).where(sources.c.id.in_(keys)))
            return {row.id: SourceInfo(*row) for row in rows}

    def imports(self) -> list[SourceInfo]:
        """Every file that was imported, newest first."""
        with translated(self.layout.database), self.engine.begin() as connection:
            rows = connection.execute(select(sources).where(sources.c.file != "").order_by(sources.c.id.desc()))
            return [SourceInfo(*row) for row in rows]

    def terms(self, key: int) -> SharedTerms:
        """Terms as they were written, by their key."""
        with translated(self.layout.database), self.engine.begin() as connection:
            row = connection.execute(select(terms).where(terms.c.id == key)).mappings().one()
            return terms_of(dict(row))

    def counts(self) -> dict[str, int]:
        """How many entries there are, by where they are; and texts and proofs."""
        from sqlalchemy import func

        with translated(self.layout.database), self.engine.begin() as connection:

            def count(query: Any) -> int:
                return int(connection.execute(query).scalar() or 0)

            by_kind = connection.execute(select(entries.c.kind, func.count()).group_by(entries.c.kind)).all()
            return {
                "imported": count(select(func.sum(segments.c.count)).where(segments.c.active == 1)),
                **{EntryKind(kind).name.lower(): number for kind, number in by_kind if kind != EntryKind.LINK},
                "texts": count(select(func.count()).select_from(texts)),
                "proofs": count(select(func.count()).select_from(proofs)),
            }

    def close(self) -> None:
        """Close the store."""
        self.engine.dispose()


def add_source(connection: Connection, written: WrittenBy, **more: Any) -> int:
    """Write down who writes, within a write transaction; gives the key, which is `id` where that was taken before."""
    key = more.pop("id", None) or take_ids(connection, 1, "source")
    values = {"id": key, "at": now_micros(), "by": written.by, "via": written.via, "note": written.note, **more}
    values["bound"] = int(bool(written.bound_to))
    connection.execute(insert(sources).values(values))
    return int(key)


def take_ids(connection: Connection, count: int, name: str = "entry") -> int:
    """The first of so many ids that nobody else gets, within a write transaction."""
    own = counters.c.name == name
    first = connection.execute(select(counters.c.next).where(own)).scalar()
    if first is None:
        connection.execute(insert(counters).values(name=name, next=1))
        first = 1
    connection.execute(update(counters).where(own).values(next=first + count))
    return int(first)


def _put(connection: Connection, number: int, contact: str, row: dict[str, Any], ident: int) -> None:
    """Add an entry under the contact where one is known, else under the number."""
    if not number and not contact:
        raise ConsentError(phrase("a number or a contact is needed: whose is it?"))
    if not contact:
        connection.execute(insert(entries).values({**row, "id": ident, "subject": number, "number": 0, "contact": ""}))
        return
    values = {**row, "id": ident, "number": number, "contact": contact}
    connection.execute(insert(entries).values({**values, "subject": contact_subject(contact)}))
    if number:
        _link(connection, number, contact, {**values, "number": 0})


def _link(connection: Connection, number: int, contact: str, values: dict[str, Any]) -> None:
    """Write down that a number is a contact's, once."""
    stored = select(entries.c.id).where(
        entries.c.subject == number, entries.c.kind == EntryKind.LINK, entries.c.contact == contact
    )
    if connection.execute(stored).first() is None:
        row = {**values, "subject": number, "kind": EntryKind.LINK, "contact": contact, "proof": "", "until": 0}
        connection.execute(insert(entries).values({**row, "id": take_ids(connection, 1)}))
