"""The page of one number, over the application, real stores and a real daemon."""

import asyncio
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from gatekeeper.control import DaemonClient
from gatekeeper.daemon.assembly import build_parts
from gatekeeper.daemon.runtime import Runtime
from gatekeeper.desk.sealed import NumberSeal
from gatekeeper.lists import ListKind, ListStore
from tests.desk.site import DeskSite, make_site

NUMBER = "+33 6 12 34 56 78"
MORE = """
[fastagi]
enabled = false
[lists.bloctel]
kind = "opposition"
[lists.customers]
kind = "contract"
[campaigns.winter]
principal = "Borealis"
"""


@pytest.fixture
async def site(tmp_path: Path, accounts_of_tests: Path) -> AsyncIterator[DeskSite]:
    """A site with a running daemon, a registry's list of two versions, and a register of contracts."""
    site = make_site(tmp_path, MORE, accounts_of_tests)
    with ListStore(site.settings.daemon.data_dir) as store:
        store.ensure("bloctel", ListKind.OPPOSITION)
        store.ensure("customers", ListKind.CONTRACT)
        for number, text in enumerate(("0612345670\n", "0612345670\n0612345671\n")):
            (tmp_path / f"{number}.txt").write_text(text)
            store.import_file(tmp_path / f"{number}.txt", "bloctel")
        (tmp_path / "contracts.csv").write_text(
            "number;principal;subject;from;until\n0612345678;ACME;wine;2026-01-01;\n0612345678;Borealis;icecream;2026-01-01;\n"
        )
        store.import_file(tmp_path / "contracts.csv", "customers")
    async with Runtime(build_parts(site.settings)):
        yield site
    site.desk.close()


async def look_up(client: httpx.AsyncClient, typed: str = NUMBER) -> str:
    """Look a number up; gives the address of its page."""
    answer = await client.post("/number", data={"number": typed})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def page_of(client: httpx.AsyncClient, address: str) -> str:
    """The text of a page."""
    answer = await client.get(address)
    assert answer.status_code == 200
    return text_of(answer)


def text_of(answer: httpx.Response) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def key_of(page: str, form: str) -> str:
    """The key of a form."""
    found = re.search(rf'name="key" value="([^"]*-{form})"', page)
    assert found is not None
    return found[1]


async def screened(site: DeskSite, campaign: str, dialled: str = "0612345678") -> dict[str, object]:
    """A call decided on by the daemon."""
    asked = {"dialled": dialled, "campaign": campaign, "caller_id": "0123456789"}
    return await DaemonClient(site.settings.socket.path).ask(asked)


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678", "06.12.34.56.78", "0033612345678", " +33 (0)6 12 34 56 78 ", "\u202a+33 6 12 34 56 78\u202c",
        "06\u200b12\u00a034 56 78\ufeff",
    ],
)  # fmt: skip
async def test_a_number_is_found_in_any_spelling_and_stands_in_no_address(site: DeskSite, typed: str) -> None:
    """Neither it nor anything made of it alone: each look-up has another address."""
    async with site.visiting("reader") as client:
        addresses = [await look_up(client, typed) for _ in range(2)]
        assert addresses[0] != addresses[1]
        for address in addresses:
            assert "612345678" not in address
            page = await page_of(client, address)
            assert "+33 6 12 34 56 78" in page.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("typed", "told"),
    [("112", "emergency number"), ("061234", "can't be looked up"), ("", "can't be looked up"), ("0" * 101, "at most")],
)
async def test_what_is_no_number_is_told(site: DeskSite, typed: str, told: str) -> None:
    """In the form, with what was typed."""
    async with site.visiting("reader") as client:
        answer = await client.post("/number", data={"number": typed})
        assert answer.status_code == 422
        assert told in text_of(answer)


async def test_an_address_is_its_users_alone(site: DeskSite) -> None:
    """Another user, another process, a changed letter: the number has to be looked up again; nothing is done by it."""
    async with site.visiting("officer") as client, site.visiting("admin") as other, site.visiting() as nobody:
        address = await look_up(client)
        wrong = [
            NumberSeal().seal(33612345678, "officer"),
            address[8:-1] + ("A" if address[-1] != "A" else "B"),
            "x",
            "é",
        ]
        for reached in (address[8:], *wrong):
            asking = other if reached == address[8:] else client
            answer = await asking.get(f"/number/{reached}")
            assert answer.status_code == 404
            assert "look the number up again" in text_of(answer)
            for name in ("ask", "list", "record", "consent", "contract"):
                said = {"do": "add", "list": "red", "why": "x", "kind": "refusal", "campaign": "spring"}
                assert (await asking.post(f"/number/{reached}/{name}", data=said)).status_code == 404
            for name in ("copy.pdf", "proof/" + "0" * 64):
                assert (await asking.get(f"/number/{reached}/{name}")).status_code == 404
        assert (await nobody.get(address)).headers["location"].startswith("/sign-in")
        for reload in ("ask", "list", "record", "consent", "contract"):
            assert (await client.get(f"{address}/{reload}")).status_code == 303
    with ListStore(site.settings.daemon.data_dir) as store:
        assert not [one for one in store.show(33612345678) if one.kind is ListKind.RED]


async def test_everything_is_on_one_page(site: DeskSite) -> None:
    """Attempts on the time line and in the table, versions, contracts, decisions, consents with who and why."""
    async with site.visiting("officer") as client:
        address = await look_up(client, "0612345670")
        await screened(site, "spring", "0612345670")
        page = await page_of(client, address)
        for said in (
            "bloctel",
            "Versions that are kept",
            "blocked",
            "LISTED",
            "spring",
            "Attempts of the last 30 days",
        ):
            assert said in page
        assert (await client.get(address)).text.count('class="blocked"') == 2  # the mark, and its sign
        address = await look_up(client)
        await screened(site, "spring")
        page = await page_of(client, address)
        for said in ("On no list now", "acme", "borealis", "wine", "let by", "The consent ledger has nothing of it"):
            assert said in page


async def test_what_would_happen_if_it_were_called_now(site: DeskSite) -> None:
    """The daemon says it, no attempt is made of it, and time alone does not lift a red list."""
    async with site.visiting("reader") as client:
        address = await look_up(client)
        answer = await client.post(f"{address}/ask", data={"campaign": "spring"})
        assert answer.status_code == 200
        assert "✓ allowed" in text_of(answer)
        await site.desk.daemon.ask({"op": "list_add", "list": "red", "number": NUMBER, "by": "test"})
        told = text_of(await client.post(f"{address}/ask", data={"campaign": "spring"}))
        assert "✕ blocked" in told
        assert "RED_LIST" in told
        assert "time alone does not change it" in told
        assert "There was none." in told  # no attempt
        assert (await client.post(f"{address}/ask", data={"campaign": "unknown"})).status_code == 404


RECORDS = [
    ({"kind": "withdrawal", "principal": "ACME", "channel": "letter"}, "withdrawal"),
    ({"kind": "objection"}, "objection to calls"),
    ({"kind": "offer-refused", "principal": "ACME", "goods": "wine"}, "offer refused"),
    ({"kind": "callback", "principal": "ACME", "at": "2026-01-03T10:00"}, "request to be called back"),
    ({"kind": "purchase", "principal": "ACME"}, "purchase"),
    ({"kind": "inquiry", "principal": "ACME", "agent": "bruno"}, "because of inquiry (agent: bruno)"),
    ({"kind": "refusal", "agent": "bruno", "principal": "left alone"}, "objection to calls"),
]


async def test_what_happened_is_written_down(site: DeskSite) -> None:
    """Every kind, with who and why; sent twice it is written once, and the desk's own record has it."""
    async with site.visiting("officer") as client:
        for said, told in RECORDS:
            address = await look_up(client)
            key = key_of((await client.get(address)).text, "record")
            for _ in range(2):
                answer = await client.post(
                    f"{address}/record", data={**said, "why": f"because of {said['kind']}", "key": key}
                )
                assert answer.status_code == 303, text_of(answer)
            page = await page_of(client, answer.headers["location"])
            assert told in page
            assert page.count(f"because of {said['kind']}") in {1, 3}  # of a refusal also on the list, and its change
            assert "desk:officer" in page
        assert "Now on: red" in page
        actions = await site.desk.in_thread(site.desk.accounts.actions.page)
        assert {"record.withdrawal", "record.refusal"} <= {one.action for one in actions}


async def test_nothing_that_was_said_of_a_refusal_is_dropped(site: DeskSite) -> None:
    """When and how it came, and its proof, it has no field for: they stand with the reason."""
    said = {"kind": "refusal", "agent": "bruno", "why": "asked", "channel": "letter", "at": "2026-01-03T10:00"}
    digest = hashlib.sha256(b"%PDF-1.7").hexdigest()
    async with site.visiting("officer") as client:
        address, file = await look_up(client), {"file": ("letter.pdf", b"%PDF-1.7", "application/pdf")}
        answer = await client.post(f"{address}/record", data=said, files=file)
        assert answer.status_code == 303, text_of(answer)
        page = await page_of(client, address)
    assert "Now on: red" in page
    assert "note asked (at: 2026-01-03T10:00, channel: letter, zone: Europe/Paris, proof: sha256:" in page
    (action, *_) = site.desk.accounts.actions.page()
    assert (action.action, action.why.endswith(f"proof: sha256:{digest})")) == ("record.refusal", True)


async def test_a_look_without_the_copy_is_no_copy(site: DeskSite) -> None:
    """HEAD of the consumer's copy is not on record as one that was given."""
    async with site.visiting("reader") as client:
        assert (await client.request("HEAD", f"{await look_up(client)}/copy.pdf")).status_code == 200
    assert site.desk.accounts.actions.page(size=1)[0].action == "sign-in"


async def test_a_consent_with_all_that_it_showed(site: DeskSite) -> None:
    """It is in the ledger, complete where all was ticked; what is refused keeps what was typed."""
    from gatekeeper.policy.ledger import ConsentItem

    said = {
        "principal": "ACME", "goods": "wine", "collected_at": "2026-01-02T10:15", "until": "2028-01-01",
        "channel": "web", "slots": "tue 18:00-20:00", "proof": "ref: form 17", "items": [*ConsentItem],
        "why": "from the web form",
    }  # fmt: skip
    async with site.visiting("officer") as client:
        address = await look_up(client)
        answer = await client.post(f"{address}/consent", data={**said, "slots": "whenever"})
        assert answer.status_code == 422
        assert "slots can't be read" in text_of(answer)
        assert 'value="2026-01-02T10:15"' in answer.text
        assert answer.text.count(" checked>") == len(ConsentItem)
        answer = await client.post(f"{address}/consent", data=said)
        assert answer.status_code == 303, text_of(answer)
        page = await page_of(client, answer.headers["location"])
        assert "written down, and in force" in page
        assert "ref:form 17" in page
        assert "incomplete" not in page
        copy = await client.get(f"{address}/copy.pdf")
        assert copy.content.startswith(b"%PDF")


async def test_a_contract_is_written_down_and_ended(site: DeskSite) -> None:
    """In the site's register, with its days; ended by hand it is still told."""
    async with site.visiting("officer") as client:
        address = await look_up(client, "0612345670")
        said = {"list": "customers", "principal": "ACME", "subject": "wine", "since": "2026-01-01", "why": "signed"}
        answer = await client.post(f"{address}/contract", data={**said, "until": "2025-01-01"})
        assert answer.status_code == 422
        assert "ends after it begins" in text_of(answer)
        answer = await client.post(f"{address}/contract", data=said)
        page = await page_of(client, answer.headers["location"])
        assert "customers (by hand)" in page
        assert "signed" in page
        assert (await screened(site, "spring", "0612345670"))["reason"] == "CONTRACT"
        await client.post(f"{address}/list", data={"do": "remove", "list": "customers", "why": "cancelled"})
        page = await page_of(client, address)
        assert "ended by hand" in page
        assert "cancelled" in page


async def test_the_red_list_and_off_again(site: DeskSite) -> None:
    """An officer puts a number on, and takes it off; what a registry holds can't be taken off here."""
    async with site.visiting("officer") as client:
        address = await look_up(client)
        add = {"do": "add", "list": "red", "why": "asked by letter"}
        answer = await client.post(f"{address}/list", data=add)
        assert "The number is on the list now." in await page_of(client, answer.headers["location"])
        assert (await screened(site, "spring"))["reason"] == "RED_LIST"
        answer = await client.post(f"{address}/list", data={**add, "do": "remove", "why": "wants calls again"})
        page = await page_of(client, answer.headers["location"])
        assert "off the list now" in page
        assert "wants calls again" in page
        assert (await screened(site, "spring"))["reason"] != "RED_LIST"
        listed = await look_up(client, "0612345670")
        assert 'value="remove"' not in (await client.get(listed)).text
        answer = await client.post(f"{listed}/list", data={"do": "remove", "list": "bloctel", "why": "x"})
        assert answer.status_code == 422
        assert "registry's own file" in text_of(answer)
        for wrong in ({**add, "why": " "}, {**add, "do": "burn"}, {**add, "list": "../x"}):
            assert (await client.post(f"{address}/list", data=wrong)).status_code == 422


async def test_a_reader_changes_nothing(site: DeskSite) -> None:
    """There are no forms for it, and what is sent all the same is refused."""
    async with site.visiting("reader") as client:
        address = await look_up(client)
        assert f'action="{address[:8]}' in (await client.get(address)).text  # to ask
        assert 'name="why"' not in (await client.get(address)).text
        for name in ("list", "record", "consent", "contract"):
            said = {"do": "add", "list": "red", "kind": "objection", "why": "x"}
            assert (await client.post(f"{address}/{name}", data=said)).status_code == 403


async def test_who_is_bound_to_a_principal_sees_nothing_of_another(site: DeskSite) -> None:
    """All of ACME's alone: decisions, consents, contracts, campaigns; what concerns everybody without who and why."""
    daemon = site.desk.daemon
    own, other = await screened(site, "spring"), await screened(site, "winter")
    for principal in ("ACME", "Borealis"):
        said = {"op": "record", "kind": "inquiry", "number": NUMBER, "by": "test", "note": f"for {principal}"}
        await daemon.ask({**said, "principal": principal, "proof": "sha256:" + principal[0].lower() * 64})
    await daemon.ask({"op": "record", "kind": "refusal", "number": NUMBER, "by": "anna", "note": "secret of Borealis"})
    async with site.visiting("acme") as client, site.visiting("reader") as free:
        address = await look_up(client)
        page = await page_of(client, address)
        whole = await page_of(free, await look_up(free))
        for mine in (own["decision"], "for ACME", "acme", "wine", "Now on: red", "objection to calls"):
            assert str(mine) in page
            assert str(mine) in whole
        for theirs in (other["decision"], "Borealis", "borealis", "icecream", "secret", "anna", "winter"):
            assert str(theirs) not in page
        assert "secret of Borealis" in whole
        for said in ({"campaign": "winter"}, {"campaign": "spring", "principal": "Borealis"}, {"campaign": "default"}):
            assert (await client.post(f"{address}/ask", data=said)).status_code in {403, 404}
        assert (await client.post(f"{address}/ask", data={"campaign": "spring"})).status_code == 200
        copy = await client.get(f"{address}/copy.pdf")
        assert copy.status_code == 200


async def test_a_proof_is_given_to_who_may_see_its_entry(site: DeskSite, tmp_path: Path) -> None:
    """As a file to keep, whatever it is; nothing else of the folder, and nothing of another principal's."""
    from gatekeeper.consents import ConsentStore, WrittenBy

    evidence = tmp_path / "evidence.html"
    evidence.write_text("<script>alert(1)</script>")
    with ConsentStore(site.settings.daemon.data_dir) as store:
        kept = store.keep_proof(evidence, WrittenBy("test", "test"))
    said = {"op": "record", "kind": "inquiry", "number": NUMBER, "by": "test", "principal": "Borealis", "proof": kept}
    await site.desk.daemon.ask(said)
    path = f"/proof/{kept.removeprefix('sha256:')}"
    async with site.visiting("reader") as client, site.visiting("acme") as bound:
        answer = await client.get(await look_up(client) + path)
        assert answer.content == evidence.read_bytes()
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert (await client.get(await look_up(client, "0612345670") + path)).status_code == 404
        assert (await bound.get(await look_up(bound) + path)).status_code == 404


async def test_what_is_stored_runs_nowhere(site: DeskSite) -> None:
    """Notes, campaigns and caller IDs come from outside, and are shown as they are."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    await DaemonClient(site.settings.socket.path).ask({"dialled": NUMBER, "campaign": evil, "caller_id": evil})
    await site.desk.daemon.ask({"op": "list_add", "list": "red", "number": NUMBER, "by": evil, "note": evil})
    async with site.visiting("officer") as client:
        answer = await client.get(await look_up(client))
        assert "<script>" not in answer.text
        assert "<img src=x" not in answer.text
        assert " style=" not in answer.text
        assert "alert(1)" in text_of(answer)


async def test_in_french(site: DeskSite) -> None:
    """Nothing of the page is left in English."""
    await screened(site, "spring")
    async with site.visiting("officer", language="fr") as client:
        page = await page_of(client, await look_up(client))
        for said in (
            "Appels tentés",
            "Listes",
            "Consentements",
            "Contrats",
            "Décisions",
            "Inscrire sur la liste rouge",
        ):
            assert said in page


async def test_without_a_daemon_it_is_told(tmp_path: Path, accounts_of_tests: Path) -> None:
    """What is stored can be read; what only the daemon does is said not to be done."""
    site = make_site(tmp_path, MORE, accounts_of_tests)
    with contextlib.closing(site.desk):
        async with site.visiting("officer") as client:
            address = await look_up(client)
            answer = await client.post(f"{address}/ask", data={"campaign": "spring"})
            assert answer.status_code == 503
            assert "daemon does not run" in text_of(answer)
            answer = await client.post(f"{address}/list", data={"do": "add", "list": "red", "why": "x"})
            assert answer.status_code == 503
            assert "Nothing was changed" in text_of(answer)


async def test_many_look_at_a_time(site: DeskSite) -> None:
    """Stores are shared by threads; what was written in between is there."""
    async with site.visiting("officer") as client:
        address = await look_up(client)
        said = {"op": "record", "kind": "inquiry", "number": NUMBER, "by": "test"}
        for count in range(1, 4):
            await site.desk.daemon.ask({**said, "principal": f"company {count}"})
            pages = await asyncio.gather(*(page_of(client, address) for _ in range(12)))
            assert all(f"company {count}" in page for page in pages)
