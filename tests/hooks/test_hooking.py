"""Hooks, from the stores to real receivers: what happens is told once, through failures and restarts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.config.sections.hooks import HookSection
from gatekeeper.consents import ConsentStore, GivenEvent, WrittenBy
from gatekeeper.daemon import hooking as module
from gatekeeper.daemon.hooking import Hooking
from gatekeeper.delivery import courier
from gatekeeper.errors import ConfigError, DeliveryError
from gatekeeper.hooks import HOOKS_FILE, outbox
from gatekeeper.hooks.message import HookEvent, HookMessage
from gatekeeper.journal import DecisionRow, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.phone.forms import DIGIT_FORMS
from gatekeeper.policy.ledger import EventKind
from gatekeeper.refusals.red_list import add_objections
from gatekeeper.translation import speaking
from gatekeeper.words import Language
from tests.cli.test_french import english_of
from tests.hooks.receivers import FORBIDDEN, PASSWORD, SECRET, USER, Crm, Vicidial, crm, serving, vicidial
from tests.journal.rows import row
from tests.waiting import until

AT = int(datetime(2026, 11, 26, 9, tzinfo=UTC).timestamp()) * 1_000_000
NUMBER = 33612345678


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look more often than a site does."""
    monkeypatch.setattr(courier, "LOOK_S", 0.02)
    monkeypatch.setattr(module, "LOOK_S", 0.02)
    monkeypatch.setattr(module, "_PAUSE_S", 0.0)


class Site:
    """The stores of a data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lists = ListStore(folder)
        self.lists.create("red", ListKind.RED) if "red" not in {one.name for one in self.lists.status()} else None
        self.consents = ConsentStore(folder)
        self.seq = 0
        backend = SqliteBackend(folder / "journal.sqlite3")
        backend.open()
        backend.close()

    def close(self) -> None:
        self.lists.close()
        self.consents.close()

    async def decide(self, *rows: DecisionRow) -> None:
        """Write decisions as the daemon does."""
        writer = JournalWriter(SqliteBackend(self.folder / "journal.sqlite3"))
        await writer.start()
        await asyncio.gather(*(writer.append(one) for one in rows))
        await writer.close()

    def hooking(self, retries: float = 0.02, **sections: HookSection) -> Hooking:
        """The daemon's part."""
        channels = [one.as_channel(name) for name, one in sections.items()]
        scopes = {name: one.as_scope() for name, one in sections.items()}
        reader = SqliteReader(self.folder / "journal.sqlite3")
        return Hooking(self.folder / HOOKS_FILE, channels, scopes, self.folder, reader, retries_s=(retries,) * 50)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Empty stores."""
    made = Site(tmp_path)
    yield made
    made.close()


def hook(receiver: Crm, **more: Any) -> HookSection:
    """The settings of a CRM."""
    return HookSection(url=f"http://127.0.0.1:{receiver.port}/hook", secret=SECRET, private=True, **more)


def dialer(receiver: Vicidial, **more: Any) -> HookSection:
    """The settings of a VICIdial."""
    url = f"http://127.0.0.1:{receiver.port}/vicidial/non_agent_api.php"
    return HookSection(connector="vicidial", url=url, private=True, **{"username": USER, "secret": PASSWORD, **more})


@contextlib.asynccontextmanager
async def running(part: Hooking) -> AsyncIterator[Hooking]:
    """The part at work."""
    await part.start()
    try:
        yield part
    finally:
        await part.stop(1)


def blocked(**more: Any) -> DecisionRow:
    """A blocked call."""
    return row(**{"at": AT, "number": NUMBER, "verdict": "BLOCK", "reason": "LISTED", "list": "bloctel", **more})


async def test_what_happens_is_told(site: Site) -> None:
    """Each event with what a CRM needs; neither allowed calls, nor what happened before there was an endpoint."""
    await site.decide(blocked(campaign="before"))
    with crm() as receiver:
        async with running(site.hooking(crm=hook(receiver))):
            await site.decide(row(at=AT), blocked(contact="crm-7", principal="ACME"), row(at=AT, bypass=1))
            add_objections(site.lists, site.consents, "red", [NUMBER], by="desk:anna", note="wants no calls")
            await until(lambda: len(receiver.order) >= 4)
            await asyncio.sleep(0.1)
    (block,) = receiver.of("decision.blocked")
    assert (block["number"], block["contact"], block["principal"]) == ("+33612345678", "crm-7", "ACME")
    assert (block["time"], block["list"], block["retry_at"]) == ("2026-11-26T09:00:00.000Z", "bloctel", None)
    assert [one["verdict"] for one in receiver.of("call.bypassed")] == ["ALLOW"]
    (refusal,) = receiver.of("refusal.recorded")
    assert (refusal["kind"], refusal["number"], refusal["by"]) == ("objection", "+33612345678", "desk:anna")
    (change,) = receiver.of("list.changed")
    assert (change["list"], change["change"], change["number"], change["note"]) == (
        "red", "add", "+33612345678", "wants no calls",
    )  # fmt: skip
    assert receiver.faults == []


async def test_nothing_is_lost_or_told_twice_through_failures_and_restarts(site: Site) -> None:
    """A receiver that is ill, or gone for a while; a daemon that is begun anew, or away while things happen."""
    receiver = Crm(0)
    with crm() as up:
        receiver.port = up.port
        async with running(site.hooking(crm=hook(receiver))):
            up.answers = [500, 429, 204]
            await site.decide(*(blocked(campaign=f"a{number}") for number in range(5)))
            await until(lambda: len(up.order) == 5)
    receiver.messages, receiver.order = up.messages, up.order
    async with running(site.hooking(crm=hook(receiver))) as part:  # nobody listens
        await site.decide(*(blocked(campaign=f"b{number}") for number in range(5)))
        await until(lambda: "ConnectError" in part.trouble)
        with speaking(Language.FR):
            assert english_of(part.trouble, site.folder) == []
    await site.decide(*(blocked(campaign=f"c{number}") for number in range(5)))  # nobody looks
    with serving(receiver):
        async with running(site.hooking(crm=hook(receiver))) as part:
            await until(lambda: len(receiver.order) == 15)
            await until(lambda: part.counters()["waiting"] == 0 and not part.trouble)
    assert sorted(one["campaign"] for one in receiver.of("decision.blocked")) == [
        f"{letter}{number}" for letter in "abc" for number in range(5)
    ]
    assert receiver.faults == []


async def test_an_endpoint_that_is_down_holds_nothing_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its outbox holds so much, and the journal the rest; another endpoint gets all meanwhile, and it afterwards."""
    monkeypatch.setattr(outbox, "MOST_WAITING", 4)
    down = Crm(0)
    with crm() as well, crm() as other:
        down.port = other.port
    with serving(well):
        async with running(site.hooking(well=hook(well), down=hook(down))) as part:
            await site.decide(*(blocked(campaign=f"{number}") for number in range(30)))
            await until(lambda: len(well.order) == 30)
            await until(lambda: part.counters()["waiting"] == 4)
            with serving(down):
                await until(lambda: len(down.order) == 30)
    assert [one["campaign"] for one in well.of("decision.blocked")] == [f"{number}" for number in range(30)]
    assert {one["campaign"] for one in down.of("decision.blocked")} == {f"{number}" for number in range(30)}


async def test_who_may_know_what(site: Site) -> None:
    """An endpoint of one principal gets nothing of another's, nor of lists; one without numbers gets none."""
    with crm() as acme, crm() as blind, crm() as lists:
        sections = {
            "acme": hook(acme, principals=("ACME",)),
            "blind": hook(blind, numbers=False),
            "lists": hook(lists, events=("list.changed",)),
        }
        async with running(site.hooking(**sections)):
            await site.decide(blocked(principal="ACME"), blocked(principal="Other"), blocked(number=None, dialled="12"))
            events = [GivenEvent(NUMBER, "", EventKind.WITHDRAWAL, AT, principal=one) for one in ("ACME", "Other", "")]
            site.consents.record(events, WrittenBy("anna", "command line"))
            site.lists.add("red", [NUMBER], by="anna", note="")
            await until(lambda: len(blind.order) == 7 and len(lists.order) == 1 and len(acme.order) == 2)
            await asyncio.sleep(0.1)
    assert {one["data"]["principal"] for one in acme.messages.values()} == {"ACME"}
    assert len(acme.order) == 2
    assert not [one for one in blind.messages.values() if {"number", "dialled"} & set(one["data"])]
    assert [one["type"] for one in lists.messages.values()] == ["list.changed"]


async def test_vicidial_is_told_who_is_not_to_be_called(site: Site) -> None:
    """Objections, and red lists by hand, as its leads have numbers; what it has already is no failure."""
    with vicidial() as receiver:
        section = dialer(
            receiver, number_forms=("significant", "national"), dnc_campaigns=("SYSTEM_INTERNAL", "SPRING")
        )
        async with running(site.hooking(dialer=section)) as part:
            add_objections(site.lists, site.consents, "red", [NUMBER], by="anna", note="")
            site.lists.add("red", [33699999999], by="anna", note="")
            site.lists.remove("red", [33699999999], by="anna", note="a mistake")
            site.consents.record([GivenEvent(33688888888, "", EventKind.REFUSAL, AT)], WrittenBy("a", "b"))
            await site.decide(blocked(number=33677777777))
            await until(lambda: len(receiver.dnc) == 8 and part.counters()["waiting"] == 0)
            assert part.trouble == ""
    assert set(receiver.dnc) == {
        (number, campaign)
        for number in ("612345678", "0612345678", "699999999", "0699999999")
        for campaign in ("SYSTEM_INTERNAL", "SPRING")
    }


@pytest.mark.parametrize(
    "answer",
    [
        FORBIDDEN,
        "ERROR: Login incorrect, please try again: |1|{user}|",
        "<html>Welcome</html>",
        "",
        "SUCCESS",
        "NOTICE: {phone}",
    ],
)
async def test_an_answer_that_is_no_success_is_a_failure_that_is_told(site: Site, answer: str) -> None:
    """It is tried again, and no number, user or password is in what is told."""
    with vicidial() as receiver:
        receiver.odd = [answer] * 3
        async with running(site.hooking(retries=0.1, dialer=dialer(receiver))) as part:
            site.lists.add("red", [NUMBER], by="anna", note="")
            await until(lambda: "VICIdial at http://127.0.0.1" in part.trouble)
            told = part.trouble
            with speaking(Language.FR):
                assert ("répond" in part.trouble, part.trouble.endswith("rien")) == (True, not answer)
            await until(lambda: receiver.dnc == [("612345678", "SYSTEM_INTERNAL")] and not part.trouble)
    assert len(receiver.asked) == 4
    for secret in ("612345678", PASSWORD, USER):
        assert secret not in told


def test_a_test_goes_through(site: Site) -> None:
    """A webhook gets an event of its own; of VICIdial the version is asked, and no number is added."""
    test = HookMessage("01M8C4MYKFH478F8GAVTRVB91J", AT, HookEvent.TEST, {})
    with crm() as receiver, vicidial() as other:
        hook(receiver).as_channel("crm").send([test])
        dialer(other).as_channel("dialer").send([test])
        assert [one["type"] for one in receiver.messages.values()] == ["hooks.test"]
        assert (other.asked[0]["function"], other.dnc) == ("version", [])
        with pytest.raises(DeliveryError, match="Login incorrect"):
            dialer(other, secret="wrong").as_channel("dialer").send([test])


@pytest.mark.parametrize("secret", ["", "whsec_short", "whsec_!!!"])
def test_a_secret_that_is_none(secret: str) -> None:
    """The text names the variable, and never the secret."""
    with pytest.raises(ConfigError, match="GATEKEEPER_HOOKS__CRM__SECRET") as told:
        HookSection(url="https://crm.example.org/", secret=secret).as_channel("crm")
    assert not secret or secret not in str(told.value)


@pytest.mark.parametrize(
    ("number", "significant", "national"),
    [
        (33612345678, "612345678", "0612345678"),
        (17275551212, "7275551212", "7275551212"),
        (390612345678, "0612345678", "0612345678"),
        (442071234567, "2071234567", "02071234567"),
        (1, "1", "1"),
    ],
)
def test_numbers_as_dialers_keep_them(number: int, significant: str, national: str) -> None:
    """Without the country code, as it is dialled there, or whole."""
    assert [DIGIT_FORMS[form](number) for form in ("significant", "national", "e164")] == [
        significant, national, str(number),
    ]  # fmt: skip
