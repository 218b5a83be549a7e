"""Proofs that come as files with a form: kept with their SHA-256, given back as bytes to who may see the entry."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gatekeeper.accounts import Role
from gatekeeper.clock import now_micros
from gatekeeper.consents import ConsentStore, GivenEvent, WrittenBy
from gatekeeper.consents.proof_files import MOST_BYTES
from gatekeeper.policy.ledger import EventKind
from tests.desk.daemon_site import short_folder, site_with_daemon
from tests.desk.site import DeskSite

PDF = b"%PDF-1.7\nI agree"
EVIL = '"><script>alert(1)</script>.pdf\r\nX: y'
SAID = {
    "principal": "ACME", "goods": "wine", "collected_at": "2026-11-20T10:00", "items": ["principal", "goods"],
    "why": "by letter",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(accounts_of_tests: Path) -> Iterator[DeskSite]:
    """One for all tests of this file."""
    more = '[campaigns.spring]\nprincipal = "ACME"\nlists = []\n'
    with short_folder() as folder, site_with_daemon(Path(folder) / "gk", accounts_of_tests, more) as made:
        yield made


async def address_of(client: httpx.AsyncClient, number: str) -> str:
    """The address of a number's page."""
    return (await client.post("/number", data={"number": number})).headers["location"]


def left(site: DeskSite) -> list[Path]:
    """What lies in the folder of uploads."""
    folder = site.settings.daemon.data_dir / "desk" / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("form", ["consent", "record"])
async def test_a_file_is_kept_with_what_it_proves(site: DeskSite, form: str) -> None:
    """And given back as bytes under a name of ours, to who may see the entry; who did it and why is kept."""
    content = PDF + form.encode()
    digest = hashlib.sha256(content).hexdigest()
    said = SAID if form == "consent" else {"kind": "inquiry", "principal": "ACME", "why": "by letter"}
    number = "0612400001" if form == "consent" else "0612400002"
    async with site.visiting("officer") as officer, site.visiting("acme") as acme, site.visiting("reader") as reader:
        address = await address_of(officer, number)
        answer = await officer.post(f"{address}/{form}", data=said, files={"file": (EVIL, content, "text/html")})
        assert answer.status_code == 303, answer.text
        assert f"proof/{digest}" in (await officer.get(address)).text
        for client in (officer, acme, reader):
            given = await client.get(f"{await address_of(client, number)}/proof/{digest}")
            assert (given.status_code, given.content) == (200, content)
            assert given.headers["content-type"] == "application/octet-stream"
            assert given.headers["content-disposition"] == f'attachment; filename="proof-{digest[:12]}.pdf"'
            assert given.headers["x-content-type-options"] == "nosniff"
        other = await officer.get(f"{await address_of(officer, '0612400009')}/proof/{digest}")
        assert other.status_code == 404
    (kept,) = [one for one in site.desk.accounts.actions.page() if one.what.endswith(digest)]
    assert (kept.action, kept.by, kept.why) == ("proof.keep", "desk:officer", "by letter")
    assert left(site) == []


@pytest.mark.parametrize(
    ("file", "more", "told"),
    [
        (("x.pdf", b"<html>", "application/pdf"), {}, "a proof is a PDF"),
        (("x.pdf", b"MZ\x90\0", "application/pdf"), {}, "a proof is a PDF"),
        (("x.pdf", b"", "application/pdf"), {}, "there is none, or it is empty"),
        (("x.pdf", b"%PDF-" + b" " * MOST_BYTES, "application/pdf"), {}, "larger than one may be that is sent here"),
        (("x.pdf", PDF, "application/pdf"), {"proof": "ref:letter 7"}, "an entry has one"),
        (("x.pdf", PDF, "application/pdf"), {"why": ""}, "every change wants a reason"),
        (("x.pdf", PDF, "application/pdf"), {"collected_at": "2036-01-01T10:00"}, "is to come"),
    ],
)
async def test_what_is_no_proof_is_refused(
    site: DeskSite, file: tuple[str, bytes, str], more: dict[str, str], told: str
) -> None:
    """Nothing is written down, and no file stays on its way."""
    async with site.visiting("officer") as officer:
        address = await address_of(officer, "0612400003")
        answer = await officer.post(f"{address}/consent", data={**SAID, **more}, files={"file": file})
        assert (answer.status_code, told in answer.text) == (422, True), answer.text
        assert "If it were called now" in answer.text  # the number's page, with its forms
        assert ("Choose the file anew" in answer.text) is (0 < len(file[1]) <= MOST_BYTES)  # it has come
        assert "ACME</td>" not in (await officer.get(address)).text
    assert left(site) == []


async def test_without_a_file_the_form_is_what_it_was(site: DeskSite) -> None:
    """A browser sends the empty field, too; all that was ticked arrives."""
    async with site.visiting("officer") as officer:
        address = await address_of(officer, "0612400004")
        sent = {**SAID, "proof": "ref:letter 7"}
        answer = await officer.post(
            f"{address}/consent", data=sent, files={"file": ("", b"", "application/octet-stream")}
        )
        assert answer.status_code == 303, answer.text
        page = (await officer.get(address)).text
        assert "letter 7" in page
        assert re.search(r'action="[^"]*/consent" enctype="multipart/form-data"', page)
    (entry,) = site.desk.number.entries(33612400004, None)
    assert "goods" not in entry.lacks
    assert "the end" not in entry.lacks


async def test_a_proof_for_a_file_of_consents(site: DeskSite) -> None:
    """An officer keeps it and is told by what it is named; a reader may not."""
    digest = hashlib.sha256(PDF + b"consents").hexdigest()
    file = {"file": ("letter.pdf", PDF + b"consents", "application/pdf")}
    async with site.visiting("officer") as officer, site.visiting("reader") as reader:
        answer = await officer.post("/consents/proofs", data={"why": "scanned"}, files=file)
        assert re.search(rf"<code>sha256:{digest}</code>", answer.text)
        for data, files in (({"why": ""}, file), ({"why": "x"}, {"file": ("", b"", "text/plain")})):
            refused = await officer.post("/consents/proofs", data=data, files=files)
            assert refused.status_code == 422
        assert (await reader.post("/consents/proofs", data={"why": "x"}, files=file)).status_code == 403
    assert left(site) == []
    assert (site.settings.daemon.data_dir / "proofs" / digest).read_bytes() == PDF + b"consents"


async def test_a_companys_reader_guesses_no_file(site: DeskSite) -> None:
    """Where its key named the sum of another's file; neither by the number's page nor by the consents', nor a link."""
    content, number = PDF + b"of Solar", "0612400006"
    digest = hashlib.sha256(content).hexdigest()
    file = {"file": ("form.pdf", content, "application/pdf")}
    site.add("solar", Role.READER, ["Solar SA"])
    key = WrittenBy("api:acme", "api", bound_to="ACME")
    guess = GivenEvent(33612400006, "", EventKind.INQUIRY, now_micros(), "ACME", proof=f"sha256:{digest}")
    with ConsentStore(site.settings.daemon.data_dir) as store:
        store.record([guess], key)
    async with site.visiting("acme") as acme, site.visiting("solar") as solar, site.visiting("officer") as officer:
        said = {"kind": "inquiry", "principal": "Solar SA", "why": "by letter"}
        kept = await officer.post(f"{await address_of(officer, number)}/record", data=said, files=file)
        assert kept.status_code == 303
        search = {"number": number, "contact": "", "digest": digest}
        for one, found in ((acme, False), (solar, True), (officer, True)):
            address = await address_of(one, number)
            assert ((await one.get(f"{address}/proof/{digest}")).content == content) is found
            assert ((await one.post("/consents/proof", data=search)).content == content) is found
            assert (f"proof/{digest}" in (await one.get(address)).text) is found
            assert (f'value="{digest}"' in (await one.post("/consents", data=search)).text) is found
