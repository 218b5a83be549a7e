"""Pages of lists, consents and campaigns with a real daemon behind them: look, import, go back, search, preview."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pypdf
import pytest

from gatekeeper.clock import now_micros
from gatekeeper.consents import ConsentStore, GivenConsent, GivenEvent, WrittenBy
from gatekeeper.consents.model import SharedTerms
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.policy.ledger import EventKind
from tests.desk.daemon_site import short_folder, site_with_daemon
from tests.desk.site import DeskSite, heading

MORE = """
[lists.bloctel]
title = "Bloctel"
kind = "opposition"

[lists.washed]
kind = "wash"
format = "bloctel-return"

[lists.contracts]
kind = "contract"

[campaigns.spring]
principal = "ACME"
lists = ["bloctel"]

[campaigns."été / 2026"]
principal = "Autre SA"
lists = []
"""
EVIL = '<script>alert("x")</script>'
NUMBER = 33612345678
DAY = 86_400_000_000


@pytest.fixture(scope="module")
def site(accounts_of_tests: Path) -> Iterator[DeskSite]:
    """One for all tests of this file."""
    with short_folder() as folder, site_with_daemon(Path(folder) / "gk", accounts_of_tests, MORE) as made:
        _fill(made)
        yield made


def _fill(site: DeskSite) -> None:
    """Consents of two companies with one consumer, one with a proof, and a withdrawal from whoever calls."""
    file, another = site.folder / "form.txt", site.folder / "other.txt"
    file.write_text("I agree")
    another.write_text("So do I")
    with ConsentStore(site.settings.daemon.data_dir) as store:
        by = WrittenBy("Anna", "test", "secret note")
        store.add_text("web-acme", f"May ACME call you? {EVIL}", by)
        store.add_text("web-other", "May Autre SA call you?", by)
        proof, hidden = store.keep_proof(file, by), store.keep_proof(another, by)
        at = now_micros() - DAY
        acme = SharedTerms(principal="ACME", goods=("wine",), text="web-acme")
        other = SharedTerms(principal="Autre SA", goods=("energy",), text="web-other")
        store.add([GivenConsent(NUMBER, "", at, 0, acme, proof), GivenConsent(NUMBER, "", at, 0, other, hidden)], by)
        store.record([GivenEvent(NUMBER, "", EventKind.WITHDRAWAL, at)], by)


@pytest.fixture
async def officer(site: DeskSite) -> AsyncIterator[httpx.AsyncClient]:
    """The officer's browser."""
    async with site.visiting("officer") as client:
        yield client


@pytest.fixture
async def acme(site: DeskSite) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of a reader who is bound to ACME."""
    async with site.visiting("acme") as client:
        yield client


async def ended(client: httpx.AsyncClient, answer: httpx.Response) -> str:
    """The page of an upload once what was begun has ended."""
    assert answer.status_code == 303, answer.text
    for _ in range(900):
        page = await client.get(answer.headers["location"])
        if "refresh" not in page.headers:
            return page.text
        assert 'role="status"' in page.text
        await asyncio.sleep(0.1)
    raise AssertionError(page.text)


def plain(page: str) -> str:
    """What a page says."""
    return " ".join(re.sub(r"<[^>]*>", " ", page[page.index("<main") :]).split())


def facts(page: str) -> dict[str, str]:
    """Its terms and what stands beside them."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL)
    return {plain(f"<main>{term}"): plain(f"<main>{value}") for term, value in pairs}


def numbers(site: DeskSite, name: str) -> list[int]:
    """What is on a list."""
    with ListStore(site.settings.daemon.data_dir) as store:
        return list(store.numbers(name))


def kept(site: DeskSite, answer: httpx.Response) -> bool:
    """Whether a file that was sent is still there."""
    token = answer.headers["location"].rsplit("/", 1)[-1]
    return (site.settings.daemon.data_dir / "desk" / "uploads" / token).exists()


async def test_a_list_is_imported_after_a_look_and_brought_back(site: DeskSite, officer: httpx.AsyncClient) -> None:
    """What the look says comes true; who did it and why is kept, in the list's history and in that of the desk."""
    stored(site, "bloctel", b"0612345678\n0612345679\n")
    sent = {"file": (f"november {EVIL}.csv", b"0612345679\nnothing\n0761234567\n")}
    answer = await officer.post("/lists/bloctel/imports", files=sent, data={"force": "yes"})
    page = await ended(officer, answer)
    assert EVIL not in page
    said = facts(page)
    assert {name: said[name] for name in ("Lines read", "Taken", "New", "Gone", "Unchanged")} == {
        "Lines read": "3",
        "Taken": "2",
        "New": "1",
        "Gone": "1",
        "Unchanged": "1",
    }
    rejected = await officer.get(answer.headers["location"] + "/rejects")
    assert rejected.text == "file,line,reason,text\r\n,2,a letter,nothing\r\n"
    assert numbers(site, "bloctel") == [NUMBER, NUMBER + 1]
    missing = await officer.post(answer.headers["location"], data={"do": "import"})
    assert (missing.status_code, "every change wants a reason" in missing.text) == (422, True)
    done = await ended(officer, await officer.post(answer.headers["location"], data={"do": "import", "why": EVIL}))
    assert "Version 2 is in force" in done
    assert numbers(site, "bloctel") == [NUMBER + 1, 33761234567]
    assert not kept(site, answer)
    shown = await officer.get("/lists/bloctel?old=1&new=2")
    assert EVIL not in shown.text
    assert facts(shown.text)["New"] == "1"
    again = await officer.post(answer.headers["location"], data={"do": "import", "why": "twice"})
    assert "Version 2 is in force" in await ended(officer, again)
    back = await officer.post("/lists/bloctel/rollback", data={"version": "1", "why": "2 was wrong"})
    assert (back.status_code, numbers(site, "bloctel")) == (303, [NUMBER, NUMBER + 1])
    with ListStore(site.settings.daemon.data_dir) as store:
        history = [(one.version, one.by, one.note) for one in store.activations("bloctel")]
    assert history == [
        (1, "desk:officer", "2 was wrong"),
        (2, "desk:officer", EVIL),
        (1, "test", "imported"),
    ]
    actions = [(one.action, one.what, one.why) for one in site.desk.accounts.actions.page(size=2, before=None, by="")]
    assert actions == [
        ("list.rollback", "bloctel: 1", "2 was wrong"),
        ("list.import", f"bloctel: {sent['file'][0].rsplit('/', 1)[-1]}", EVIL),
    ]


def stored(site: DeskSite, name: str, content: bytes) -> None:
    """Import a file, as the command line does."""
    file = site.folder / "stored.csv"
    file.write_bytes(content)
    with ListStore(site.settings.daemon.data_dir) as store:
        store.ensure(name, ListKind.OPPOSITION)
        store.import_file(file, name, options=ImportOptions(by="test"))


async def test_what_makes_doubt_has_to_be_looked_at(site: DeskSite, officer: httpx.AsyncClient) -> None:
    """A list that shrinks is imported only by who says that he has seen it; what was refused is thrown away."""
    many = b"".join(b"06%08d\n" % (20_000_000 + n) for n in range(2000))
    stored(site, "bloctel", many)
    answer = await officer.post("/lists/bloctel/imports", files={"file": ("x", many[:11000])})
    page = await ended(officer, answer)
    assert "Look at this before you import it" in page
    assert "shrinks by" in page
    assert re.search(r'name="accept" value="yes" required', page)
    refused = await ended(officer, await officer.post(answer.headers["location"], data={"why": "x"}))
    assert "The file is refused; nothing was changed" in refused
    assert len(numbers(site, "bloctel")) == 2000
    assert not kept(site, answer)
    thrown = await officer.post("/lists/bloctel/imports", files={"file": ("x", many)})
    await ended(officer, thrown)
    assert (await officer.post(thrown.headers["location"], data={"do": "discard"})).status_code == 303
    gone = await officer.get(thrown.headers["location"])
    assert (gone.status_code, "send it again" in gone.text) == (404, True)
    assert not kept(site, thrown)


async def test_what_can_not_be_imported_says_why(site: DeskSite, officer: httpx.AsyncClient) -> None:
    """With the file's own name, not that under which it was kept; and there is nothing to be confirmed."""
    sent = {"file": ("of anna", b"0612345678\n")}
    answer = await officer.post("/lists/bloctel/imports", files=sent, data={"source_date": "2099-01-01"})
    page = await ended(officer, answer)
    assert "to come" in plain(page)
    assert "nothing was changed" in plain(page)
    assert not kept(site, answer)
    confirmed = await officer.post(answer.headers["location"], data={"why": "x"})
    assert confirmed.status_code == 422


async def test_a_wash_list_wants_the_day_of_its_answers(site: DeskSite, officer: httpx.AsyncClient) -> None:
    """They hold from then on, and not from when the file was sent."""
    returned = b"Telephone;Identifiant;Statut\n0612345678;1;OK\n0761234567;2;KO\n"
    answer = await officer.post("/lists/washed/imports", files={"file": ("r.csv", returned)})
    assert "hold from when they were given" in await ended(officer, answer)
    answer = await officer.post(
        "/lists/washed/imports", files={"file": ("r.csv", returned)}, data={"source_date": "2026-11-20"}
    )
    await ended(officer, answer)
    await ended(officer, await officer.post(answer.headers["location"], data={"why": "answers"}))
    with ListStore(site.settings.daemon.data_dir) as store:
        (version,) = store.versions("washed")
    assert version.source_date == 1_795_129_200_000_000  # midnight of that day in Paris


async def test_everything_is_said_in_french(site: DeskSite) -> None:
    """Also what is refused by a form, by the daemon, and line by line."""
    async with site.visiting("officer", language="fr") as client:
        page = await client.get("/lists/bloctel")
        assert "Importer un fichier" in page.text
        answer = await client.post("/lists/bloctel/imports", files={"file": ("x", b"%PDF-1.7")})
        refused = await ended(client, answer)
        assert "Le fichier est refusé" in refused
        assert "x est un PDF" in refused
        looked = await client.post(
            "/lists/bloctel/imports", files={"file": ("x", b"0612345678\nnobody\n")}, data={"force": "yes"}
        )
        assert "une lettre" in await ended(client, looked)
        rejected = await client.get(looked.headers["location"] + "/rejects")
        assert rejected.text == "fichier,ligne,motif,texte\r\n,2,une lettre,nobody\r\n"
        empty = await client.post("/lists/bloctel/imports", files={"file": ("x", b"")})
        assert "choisissez un fichier" in empty.text


@pytest.mark.parametrize(
    ("method", "path", "reader", "bound"),
    [
        ("GET", "/lists", 200, 200),
        ("GET", "/lists/bloctel", 200, 200),
        ("GET", "/lists/contracts", 200, 404),
        ("GET", "/lists/none", 404, 404),
        ("POST", "/lists/bloctel/imports", 403, 403),
        ("POST", "/lists/bloctel/rollback", 403, 403),
        ("GET", "/lists/bloctel/imports/0123", 403, 403),
        ("POST", "/lists/bloctel/imports/0123", 403, 403),
        ("GET", "/consents", 200, 200),
        ("POST", "/consents/imports", 403, 403),
        ("GET", "/campaigns", 200, 200),
        ("GET", "/campaigns/one?name=spring", 200, 200),
        ("GET", "/campaigns/one?name=%C3%A9t%C3%A9%20/%202026", 200, 404),
        ("GET", "/campaigns/one?name=default", 200, 404),
        ("GET", "/campaigns/one?name=none", 404, 404),
        ("POST", "/campaigns/previews", 403, 403),
        ("GET", "/scrubs", 200, 200),
        ("GET", "/law", 200, 200),
        ("GET", "/law/fr", 200, 200),
    ],
)
async def test_who_may_what(
    site: DeskSite, acme: httpx.AsyncClient, method: str, path: str, reader: int, bound: int
) -> None:
    """A reader looks; one who is bound to a principal sees what concerns all, and what is his own."""
    async with site.visiting("reader") as client:
        assert (await client.request(method, path)).status_code == reader
    assert (await acme.request(method, path)).status_code == bound
    async with site.visiting() as stranger:
        assert (await stranger.request(method, path)).status_code == (401 if method == "POST" else 303)


async def test_a_bound_reader_sees_no_numbers_of_others(site: DeskSite, acme: httpx.AsyncClient) -> None:
    """Changes by hand to a list name people of whichever principal, and a register of contracts counts them."""
    with ListStore(site.settings.daemon.data_dir) as store:
        store.add("red", [NUMBER], by="desk:anna", note="of Autre SA")
    async with site.visiting("reader") as client:
        assert "of Autre SA" in (await client.get("/lists/red")).text
    assert "of Autre SA" not in (await acme.get("/lists/red")).text
    assert "contracts" not in (await acme.get("/lists")).text


async def test_a_consumer_is_found_with_proofs_and_copy(site: DeskSite, officer: httpx.AsyncClient) -> None:
    """By a number in any spelling, which stands in no address."""
    page = await officer.post("/consents", data={"number": "\u202a06 12.34-56 78\u202c"})
    assert "+33 6 12 34 56 78" in page.text.replace("\xa0", " ")
    assert page.text.count('<button class="plain" name="digest"') == 2
    assert all(word in page.text for word in ("ACME", "Autre SA", "whoever calls", "secret note"))
    assert EVIL not in page.text
    digest = hashlib.sha256(b"I agree").hexdigest()
    proof = await officer.post("/consents/proof", data={"number": "+33612345678", "digest": digest})
    for wrong in ("", "0" * 64, "../../lists.sqlite3"):
        sent = {"number": "+33612345678", "digest": wrong}
        assert (await officer.post("/consents/proof", data=sent)).status_code == 404
    assert (proof.content, proof.headers["content-type"]) == (b"I agree", "application/octet-stream")
    assert proof.headers["content-disposition"].startswith("attachment")
    copy = await officer.post("/consents/copy", data={"number": "+33612345678"})
    assert copy.content.startswith(b"%PDF")
    (action,) = site.desk.accounts.actions.page(size=1, before=None, by="")
    assert (action.action, action.what) == ("consent.copy", "+33612345678")
    for number, says in (("", "give a number"), ("12", "can&#39;t be looked up"), ("112", "emergency")):
        refused = await officer.post("/consents", data={"number": number})
        assert (refused.status_code, says in refused.text) == (422, True), refused.text
    assert "Nothing is known" in (await officer.post("/consents", data={"contact": EVIL})).text


async def test_a_bound_reader_finds_what_is_his(site: DeskSite, acme: httpx.AsyncClient, tmp_path: Path) -> None:
    """Neither another's consent, nor its proof by its id, nor its text, nor how many there are; nor who wrote what."""
    async with site.visiting("reader") as client:
        page = await client.post("/consents", data={"number": "0612345678"})
    digests = dict(re.findall(r'<td class="long">(ACME|Autre SA).*?name="digest" value="(\w+)"', page.text, re.DOTALL))
    page = await acme.post("/consents", data={"number": "0612345678"})
    assert [principal for _, principal in _entries(page.text)] == ["whoever calls", "ACME"]
    assert "Autre SA" not in page.text
    assert page.text.count("secret note") == 1
    assert "web-acme" in page.text
    assert "web-other" not in page.text
    assert "Imported entries" not in page.text
    for principal, status in (("ACME", 200), ("Autre SA", 404)):
        sent = {"number": "0612345678", "digest": digests[principal]}
        assert (await acme.post("/consents/proof", data=sent)).status_code == status
    copy = tmp_path / "copy.pdf"
    copy.write_bytes((await acme.post("/consents/copy", data={"number": "0612345678"})).content)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(copy).pages)
    assert "ACME" in text
    assert "Autre SA" not in text


def _entries(page: str) -> list[tuple[str, str]]:
    rows = re.findall(r'<th scope="row" class="figure">(\d+)</th>(.*?)</tr>', page, re.DOTALL)
    return [(entry, re.findall(r'<td class="long">([^<]*)', row)[0].strip()) for entry, row in rows]


CONSENTS = (
    "number;principal;goods;collected_at;channel;proof\n"
    "0612340001;ACME;wine;2026-11-01T10:15;web;ref:1\n"
    "nobody;ACME;wine;2026-11-01T10:15;web;ref:2\n"
)


async def test_consents_are_imported_after_a_look(site: DeskSite, officer: httpx.AsyncClient) -> None:
    """With what is incomplete and what is rejected to be downloaded."""
    sent = {"file": ("crm.csv", CONSENTS.encode())}
    answer = await officer.post("/consents/imports", files=sent, data={"zone": "Europe/Paris", "force": "yes"})
    page = await ended(officer, answer)
    said = facts(page)
    assert (said["Records read"], said["Taken"], said["Rejected"]) == ("2", "1", "1 ( download them )")
    rejects = await officer.get(answer.headers["location"] + "/rejects")
    assert "nobody" in rejects.text
    assert rejects.headers["content-disposition"] == 'attachment; filename="rejected.csv"'
    assert (await officer.get(answer.headers["location"] + "/other")).status_code == 404
    done = await ended(officer, await officer.post(answer.headers["location"], data={"why": "from the CRM"}))
    assert "1 consent was written down" in done
    with ConsentStore(site.settings.daemon.data_dir) as store:
        (source,) = store.imports()
    assert (source.file, source.by, source.note) == ("crm.csv", "desk:officer", "from the CRM")
    assert "from the CRM" in (await officer.get("/consents")).text
    assert not kept(site, answer)


async def test_contacts_are_looked_at_for_a_campaign(site: DeskSite, officer: httpx.AsyncClient) -> None:
    """What a scrub would take out and why; the file is gone by then, and nothing was changed."""
    stored(site, "bloctel", b"0612349998\n")
    contacts = b"name;phone\na;0612349998\nb;0612349999\nc;nothing\n"
    sent = {"file": ("leads.csv", contacts)}
    answer = await officer.post("/campaigns/previews", files=sent, data={"campaign": "spring"})
    page = await ended(officer, answer)
    said = facts(page)
    assert (said["Contacts"], said["Would be taken out"], said["Would be kept"]) == ("3", "2", "1")
    assert "The number is on an opposition list" in page
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d \(Europe/Paris\)", said["Moment"])
    assert not kept(site, answer)
    answer = await officer.post("/campaigns/previews", files=sent, data={"campaign": "spring", "column": "none"})
    assert "nothing was changed" in await ended(officer, answer)
    answer = await officer.post("/campaigns/previews", files=sent, data={"campaign": "none"})
    assert answer.status_code == 404
    broken = {"file": ("leads.xlsx", b"PK\x03\x04nothing")}
    page = await ended(officer, await officer.post("/campaigns/previews", files=broken, data={"campaign": "spring"}))
    assert ("leads.xlsx" in page, str(site.folder) in page) == (True, False)


async def test_formats_are_told_in_the_language_of_who_chooses(site: DeskSite) -> None:
    """Those of ours; a title that the site gives is its own."""
    async with site.visiting("officer", language="fr") as client:
        page = (await client.get("/lists/red")).text
    assert "text – Texte, CSV ou XLSX avec un numéro par ligne" in page


async def test_without_a_daemon_it_is_said(site: DeskSite, officer: httpx.AsyncClient) -> None:
    """The pages that only read go on; nothing is imported."""
    path = site.settings.socket.path
    aside = path.with_name("aside")
    path.rename(aside)
    try:
        assert heading((await officer.get("/lists")).text) == "Lists"
        answer = await officer.post("/lists/bloctel/imports", files={"file": ("x", b"0612345678\n")})
        assert "the daemon does not run" in await ended(officer, answer)
        back = await officer.post("/lists/bloctel/rollback", data={"version": "1", "why": "x"})
        assert (back.status_code, "the daemon does not run" in back.text) == (503, True)
    finally:
        aside.rename(path)
