"""What programs and the desk write over the control socket, against a daemon and its stores."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gatekeeper.config import Settings, load
from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.consents.extract import ExtractEntry, extract_of
from gatekeeper.control import DaemonClient
from gatekeeper.daemon.assembly import build_parts
from gatekeeper.daemon.operations.record import KINDS
from gatekeeper.daemon.runtime import Runtime
from gatekeeper.errors import DaemonError
from gatekeeper.intake.uploads import uploads_folder
from gatekeeper.lists import ListKind, ListStore

NUMBER = 33612345678
CONFIG = """\
[daemon]
data_dir = "{folder}/data"
[socket]
path = "{folder}/s"
[fastagi]
enabled = false
[refusal]
per_minute = 8
[law]
default = "lists-only"
[lists.bloctel]
kind = "opposition"
[lists.customers]
kind = "contract"
[campaigns.default]
principal = "ACME"
lists = ["bloctel"]
"""


class Site(NamedTuple):
    """A running daemon."""

    settings: Settings
    daemon: DaemonClient

    async def ask(self, **fields: str) -> dict[str, object]:
        """An answer of the daemon's."""
        return await self.daemon.ask({"by": "desk:anna", "via": "desk", **fields}, timeout=60)

    async def verdict(self, number: str = "0612345678") -> object:
        """How the next call is decided."""
        return (await self.daemon.ask({"dialled": number, "campaign": "default"}))["reason"]

    def entries(self) -> list[ExtractEntry]:
        """What the ledger has of the number."""
        folder = self.settings.daemon.data_dir
        with ConsentStore(folder) as store, contextlib.closing(ConsentLedger.open(folder)) as ledger:
            return extract_of(ledger, store, NUMBER, "")

    def lists(self) -> ListStore:
        """The lists."""
        return ListStore(self.settings.daemon.data_dir)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A daemon, with a registry's list that has been imported."""
    file = tmp_path / "gatekeeper.toml"
    (tmp_path / "data").mkdir()
    file.write_text(CONFIG.format(folder=tmp_path))
    settings = load(file, {})
    (tmp_path / "bloctel.txt").write_text("0612345670\n0612345671\n")
    with ListStore(settings.daemon.data_dir) as store:
        store.ensure("bloctel", ListKind.OPPOSITION)
        store.import_file(tmp_path / "bloctel.txt", "bloctel")
    async with Runtime(build_parts(settings)):
        yield Site(settings, DaemonClient(settings.socket.path))


async def test_the_red_list_by_hand(site: Site) -> None:
    """Who is added or taken off is so when the answer comes; who, how and why is kept. It is an objection, too."""
    assert await site.verdict() == "CLEAR"
    asked = {"list": "red", "number": "06 12.34-56 78", "note": "by letter"}
    assert await site.ask(op="list_add", **asked) == {"result": "ADDED", "list": "red"}
    assert await site.verdict() == "RED_LIST"
    assert (await site.ask(op="list_add", **asked))["result"] == "ALREADY"
    assert (await site.ask(op="list_remove", **asked))["result"] == "REMOVED"
    assert await site.verdict() == "CLEAR"
    assert (await site.ask(op="list_remove", **asked))["result"] == "NOT_LISTED"
    with site.lists() as store:
        (red,) = store.show(NUMBER)
    said = {(change.op, change.by, change.note) for change in red.changes}
    assert said == {("add", "desk:anna", "by letter"), ("remove", "desk:anna", "by letter")}
    assert [entry.kind for entry in site.entries()] == ["objection", "objection"]


async def test_what_a_registry_holds_stays_listed(site: Site) -> None:
    """A hand takes off what a hand put on, nothing else: on a registry's list the registry has the last word."""
    assert await site.verdict("0612345670") == "LISTED"
    with pytest.raises(DaemonError, match="registry's own file"):
        await site.ask(op="list_remove", list="bloctel", number="0612345670")
    assert await site.verdict("0612345670") == "LISTED"
    other = {"list": "bloctel", "number": "0612345679"}
    assert (await site.ask(op="list_add", **other))["result"] == "ADDED"
    assert (await site.ask(op="list_remove", **other))["result"] == "REMOVED"


CONSENTED = {
    "kind": "consent", "principal": "ACME", "goods": "wine|cheese", "collected_at": "2026-01-02T10:15", "items": "all",
    "channel": "web", "proof": "ref: form 17",
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (CONSENTED, "consent"),
        ({"kind": "withdrawal", "principal": "ACME"}, "withdrawal"),
        ({"kind": "objection"}, "objection"),
        ({"kind": "offer-refused", "principal": "ACME", "goods": "wine"}, "refusal"),
        ({"kind": "callback", "principal": "ACME", "at": "2026-01-03T10:00"}, "call-back-request"),
        ({"kind": "purchase", "principal": "ACME"}, "purchase"),
        ({"kind": "inquiry", "principal": "ACME"}, "inquiry"),
        ({"kind": "refusal"}, "objection"),
    ],
    ids=lambda said: said["kind"] if isinstance(said, dict) else "",
)
async def test_what_is_recorded_is_in_the_ledger(site: Site, said: dict[str, str], kind: str) -> None:
    """Of every kind that there is, with who and why."""
    assert {*KINDS} >= {said["kind"]}
    answer = await site.ask(op="record", number="+33 6 12 34 56 78", note="told by a friend", **said)
    (entry,) = site.entries()
    assert (entry.kind, entry.number) == (kind, "+33612345678")
    assert "anna" in entry.written_by
    assert "desk" in entry.written_by or "red list" in entry.written_by
    assert "told by a friend" in entry.note
    if kind == "consent":
        assert (entry.goods, entry.proof, entry.lacks) == (("wine", "cheese"), "ref:form 17", "")
        assert answer == {"result": "RECORDED", "entry": entry.id, "lacks": ""}
    if said["kind"] == "refusal":
        assert answer == {"result": "ADDED"}
        assert await site.verdict() == "RED_LIST"


async def test_a_contract_is_in_force_at_once(site: Site) -> None:
    """It lifts the registry's list for its principal, within its time; taken off the register it does so no more."""
    number = "0612345670"
    assert await site.verdict(number) == "LISTED"
    said = {"op": "record", "kind": "contract", "number": number, "note": "signed today"}
    await site.ask(**said, principal="Borealis")
    await site.ask(**said, principal="ACME", until="2026-01-01")
    assert await site.verdict(number) == "LISTED"
    assert await site.ask(**said, principal="acme ", subject="wine", since="2026-01-01") == {"result": "RECORDED"}
    assert await site.verdict(number) == "CONTRACT"
    assert (await site.ask(op="list_remove", list="customers", number=number))["result"] == "REMOVED"
    assert await site.verdict(number) == "LISTED"


WRONG = [
    ({"op": "record", "kind": "contract", "number": "0612345678"}, "principal is missing"),
    ({"op": "record", "kind": "contract", "principal": "ACME"}, "number is missing"),
    ({"op": "record", "kind": "contract", "number": "0612345678", "principal": "A", "list": "red"}, "names a register"),
    ({"op": "record", "kind": "contract", "number": "0612345678", "principal": "A", "since": "soon"}, "can't be read"),
    ({"op": "record", "kind": "contract", "number": "0612345678", "principal": "A", "goods": "x"}, "no fields but"),
    (
        {
            "op": "record",
            "kind": "contract",
            "number": "0612345678",
            "principal": "A",
            "since": "2026-05-01",
            "until": "2026-04-01",
        },
        "ends after it begins",
    ),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "by": ""}, "by is missing"),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "by": "a" * 121}, "at most 120"),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "via": "feature code"}, "via is one of"),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "note": "a\nb"}, "note is text on one line"),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "principal": "A\ud800"}, "principal is text"),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "list": "red"}, "no fields but"),
    ({"op": "record", "kind": "withdrawal", "number": "112"}, "emergency number"),
    ({"op": "record", "kind": "withdrawal", "number": "061234567"}, "can't be looked up"),
    ({"op": "record", "kind": "withdrawal"}, "whose is it"),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "at": "2999-01-01T10:00"}, "is to come"),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "at": "yesterday"}, "can't be read"),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "zone": "Mars/Base"}, "no time zone"),
    ({"op": "record", "kind": "withdrawal", "number": "0612345678", "proof": "../../etc/passwd.txt"}, "SHA-256"),
    ({"op": "record", "kind": "gift", "number": "0612345678"}, "kind is one of"),
    ({"op": "record", "number": "0612345678"}, "kind is one of"),
    ({"op": "record", "kind": "consent", "number": "0612345678"}, "collected_at is missing"),
    ({"op": "record", "number": "0612345678", **CONSENTED, "items": "everything"}, "there is no item"),
    ({"op": "record", "number": "0612345678", **CONSENTED, "text": "unknown"}, "there is no text"),
    ({"op": "record", "number": "0612345678", **CONSENTED, "robot": "perhaps"}, "neither yes nor no"),
    ({"op": "record", "kind": "refusal", "decision": "01KASBXG2V5T4E9M8R7QZ0W3JH"}, "no call to a person"),
    ({"op": "record", "kind": "refusal"}, "number is missing"),
    ({"op": "record", "kind": "refusal", "number": "0612345678", "principal": "ACME"}, "no fields but"),
    ({"op": "list_add", "list": "red"}, "number is missing"),
    ({"op": "list_add", "number": "0612345678"}, "list is missing"),
    ({"op": "list_add", "list": "../red", "number": "0612345678"}, "can't name a list"),
    ({"op": "list_add", "list": "nobody", "number": "0612345678"}, "there is no list 'nobody'"),
    ({"op": "list_remove", "list": "nobody", "number": "0612345678"}, "there is no list 'nobody'"),
    ({"op": "list_add", "list": "red", "number": "0612345678 0612345679"}, "can't be looked up"),
]


async def test_what_is_not_understood_changes_nothing(site: Site) -> None:
    """It is told why, and neither the lists nor the ledger have anything of it."""
    for asked, error in WRONG:
        with pytest.raises(DaemonError, match=error):
            await site.ask(**asked)
    assert site.entries() == []
    with site.lists() as store:
        assert store.show(NUMBER) == []


async def test_a_change_asked_for_twice_is_made_once(site: Site) -> None:
    """The same key at once, and again later, by one who has left meanwhile; another change needs another key."""
    said = {"op": "record", "kind": "withdrawal", "number": "0612345678", "key": "k1"}
    leaving = asyncio.create_task(site.ask(**said))
    await asyncio.sleep(0)
    leaving.cancel()
    answers = await asyncio.gather(*(site.ask(**said) for _ in range(10)))
    assert len({str(answer) for answer in answers}) == len(site.entries()) == 1
    with pytest.raises(DaemonError, match="another change"):
        await site.ask(**{**said, "number": "0612345679"})
    await site.ask(**{**said, "by": "bruno"})
    await site.ask(**{**said, "key": "k2"})
    assert len(site.entries()) == 3
    wrong = {**said, "key": "k3", "number": "1"}
    for _ in range(2):  # what fails is not kept: it is asked again
        with pytest.raises(DaemonError, match="can't be looked up"):
            await site.ask(**wrong)
    await site.ask(**{**wrong, "number": "0612345678"})
    assert len(site.entries()) == 4


async def test_refusals_of_each_way_have_their_limit(site: Site) -> None:
    """More than `refusal.per_minute` are not taken; those of another way are."""
    for end in range(8):
        await site.ask(op="record", kind="refusal", number=f"061234568{end}")
    with pytest.raises(DaemonError, match="per_minute"):
        await site.ask(op="record", kind="refusal", number="0612345678")
    assert (await site.ask(op="record", kind="refusal", number="0612345678", via="api"))["result"] == "ADDED"


@pytest.mark.parametrize("kind", [" consent", "consent ", "consent\t", "\u00a0contract", "Consent", ""])
async def test_a_kind_is_read_to_the_letter(site: Site, kind: str) -> None:
    """What is for the daemon's own user alone can't be asked in another spelling."""
    with pytest.raises(DaemonError, match="kind is one of"):
        await site.ask(op="record", kind=kind, number="+33612345678", by="test")


async def test_a_proof_is_kept_out_of_the_folder_of_uploads_alone(site: Site, tmp_path: Path) -> None:
    """By its SHA-256, twice the same; what lies elsewhere, leads elsewhere or is of no kind of proof is not."""
    data_dir = site.settings.daemon.data_dir
    folder = uploads_folder(data_dir) / "1"
    folder.mkdir(parents=True)
    good, page, outside = folder / "good", folder / "page", tmp_path / "outside"
    good.write_text("I agree")
    page.write_text("<html>")
    outside.write_text("I agree")
    (folder / "link").symlink_to(outside)
    digest = hashlib.sha256(b"I agree").hexdigest()
    for _ in range(2):
        answer = await site.ask(op="proof_keep", path=str(good), source="form.txt", note="by letter")
        assert answer == {"proof": f"sha256:{digest}", "size": 7, "kind": "text"}
    assert (data_dir / "proofs" / digest).read_text() == "I agree"
    with ConsentStore(data_dir) as store:
        assert store.counts()["proofs"] == 1
    for fields, told in (
        ({"path": str(page)}, "a proof is a PDF"),
        ({"path": str(outside)}, "a folder of its own"),
        ({"path": str(folder / "link")}, "a folder of its own"),
        ({"path": f"{folder}/../../../consents.sqlite3"}, "a folder of its own"),
        ({}, "path is missing"),
        ({"path": str(good), "number": "0612345678"}, "has no fields but"),
        ({"path": str(good), "source": "a\nb"}, "text on one line"),
    ):
        with pytest.raises(DaemonError, match=told):
            await site.ask(op="proof_keep", **fields)
    assert len(list((data_dir / "proofs").iterdir())) == 1
