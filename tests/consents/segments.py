"""Moves what a ledger's database has into a segment, as an import would have written it there."""

from itertools import chain, groupby

from sqlalchemy import delete, insert, select

from gatekeeper.consents import ConsentStore
from gatekeeper.consents.page import RECORD
from gatekeeper.consents.tables import about, entries, pages, segment_metadata, segments
from gatekeeper.storage.sqlite.engine import open_aside


def into_segment(store: ConsentStore, name: str, of_page: int = 3) -> None:
    """Move all entries of the database into a segment, so many subjects to a page."""
    with store.engine.begin() as connection:
        rows = connection.execute(select(entries).order_by(entries.c.subject, entries.c.id)).all()
        if not rows:
            return
        connection.execute(delete(entries))
        values = {"name": name, "build": f"build-{name}", "count": len(rows), "made_at": 0, "active": 1}
        connection.execute(insert(segments).values(values))
    subjects = [list(of) for _, of in groupby(rows, key=lambda row: row.subject)]
    parts = [list(chain(*subjects[place : place + of_page])) for place in range(0, len(subjects), of_page)]
    path = store.layout.segment(name)
    path.parent.mkdir(exist_ok=True)
    engine = open_aside(path)
    segment_metadata.create_all(engine)
    firsts = b"".join(part[0].subject.to_bytes(8, "little", signed=True) for part in parts)
    with engine.begin() as connection:
        connection.execute(insert(pages), [{"id": at, "data": _page(part)} for at, part in enumerate(parts, start=1)])
        known = {"build": f"build-{name}".encode(), "count": str(len(rows)).encode(), "firsts": firsts}
        connection.execute(insert(about), [{"key": key, "value": value} for key, value in known.items()])
    engine.dispose()


def _page(rows: list) -> bytes:  # type: ignore[type-arg]
    records, texts = b"", b""
    for row in rows:
        proof, contact = row.proof.encode(), row.contact.encode()
        records += RECORD.pack(
            row.id, row.at, row.until, row.number, row.terms_id, row.source_id, len(texts), len(proof), len(contact),
            row.kind,
        )  # fmt: skip
        texts += proof + contact
    heads = b"".join(row.subject.to_bytes(8, "little", signed=True) for row in rows)
    return len(rows).to_bytes(8, "little") + heads + records + texts
