"""Where carriers are, by a real name server: service records, names without any, and answers that are broken."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import dns.resolver
import pytest

from gatekeeper.sip.check import check_trunks
from gatekeeper.sip.names import NameBook
from gatekeeper.sip.places import MOST_HOPS, UNKNOWN, CarrierLookUp, CarrierPlaces, Draw, hourly
from gatekeeper.sip.protocol.ports import Hop, Transport
from gatekeeper.sip.record_lookup import RecordAnswer, ask_records, look_up_records
from gatekeeper.sip.settings import SipGateSettings, TrunkSettings
from gatekeeper.sip.targets import CarrierUri, read_carrier
from lab.ports import free_port
from tests.sip.domain import DOMAIN, TOO_MANY, Domain, running_domain
from tests.sip.running import running_gate, udp_peer
from tests.sip.test_next_carrier import calls_the_second


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Domain]:
    """One server for all."""
    with running_domain(tmp_path_factory.mktemp("domain")) as running:
        yield running


NOT_FOUND = "no address is found of gone.elsewhere.test"
PLACES: dict[str, tuple[str, str]] = {
    # The URI: its hops, and what is odd.
    "sip:two": ("UDP 127.0.0.1:5070, UDP 127.0.0.2:5071, UDP ::1:5071", ""),
    "sip:two;transport=udp": ("UDP 127.0.0.1:5070, UDP 127.0.0.2:5071, UDP ::1:5071", ""),
    "sip:alias": ("UDP 127.0.0.1:5070, UDP 127.0.0.2:5071, UDP ::1:5071", ""),
    "sip:tcp": ("TCP 127.0.0.1:5072", ""),
    "sip:tcp;transport=tcp": ("TCP 127.0.0.1:5072", ""),
    "sip:tcp;transport=udp": ("UDP 127.0.0.9:5060", ""),
    "sip:tls;transport=tls": ("TLS 127.0.0.1:5073", ""),
    "sips:tls": ("TLS 127.0.0.1:5073", ""),
    "sip:both": ("UDP 127.0.0.1:5074", ""),
    "sip:both;transport=tcp": ("TCP 127.0.0.1:5075", ""),
    "sip:no-udp": ("TCP 127.0.0.1:5076", ""),
    "sip:no-udp;transport=udp": ("", "no such service: _sip._udp.no-udp.carrier.test SRV 0 0 0 ."),
    "sip:nowhere": ("", "no such service: _sip._udp.nowhere.carrier.test SRV 0 0 0 ."),
    "sip:plain": ("UDP 127.0.0.9:5060", ""),
    "sip:plain;transport=tcp": ("TCP 127.0.0.9:5060", ""),
    "sips:plain": ("TLS 127.0.0.9:5061", ""),
    "sip:outside": ("UDP 127.0.0.7:5077", ""),
    "sip:partly": ("UDP 127.0.0.1:5078", NOT_FOUND),
    "sip:strange": ("UDP 127.0.0.1:5081", "has a target that is not the name of a host: "),
    "sip:one-host": ("UDP 127.0.0.1:5082", ""),
    "sip:x.broken.test": ("UDP 127.0.0.9:5060", "service records can't be looked up: the DNS servers say SERVFAIL"),
    "sip:x.refused.test": ("UDP 127.0.0.9:5060", "service records can't be looked up: the DNS servers say REFUSED"),
}


def carrier_at(uri: str) -> CarrierUri:
    """The carrier that a URI of these tests names: short names are those of the domain."""
    found = read_carrier(uri)
    return found if "." in found.host else read_carrier(uri.replace(found.host, f"{found.host}.{DOMAIN}", 1))


def hops(found: CarrierPlaces) -> str:
    """Its hops, as the table has them."""
    return ", ".join(f"{one.hop.transport} {one.hop.host}:{one.hop.port}" for one in found.places)


@pytest.mark.parametrize("uri", PLACES)
def test_a_name_leads_where_its_domain_says(domain: Domain, uri: str) -> None:
    """By service records of its transport, else by its own addresses; what could not be used is told."""
    expected, odd = PLACES[uri]
    found = domain.look_up().find(carrier_at(uri))
    assert hops(found) == expected
    assert "; ".join(found.oddities) == odd if not odd else odd in "; ".join(found.oddities)


@pytest.mark.parametrize("uri", ["sip:two.carrier.test:5060", "sips:two.carrier.test:5061", "sip:127.0.0.3"])
def test_a_port_or_an_address_leaves_nothing_to_look_up(uri: str) -> None:
    """Then no service record is asked for."""

    def refuse(owner: str) -> RecordAnswer:
        raise AssertionError(owner)

    carrier = read_carrier(uri)
    found = CarrierLookUp(lambda _: ["127.0.0.3"], refuse).find(carrier)
    assert [(one.hop.host, one.hop.port, one.record) for one in found.places] == [("127.0.0.3", carrier.port, None)]


def test_a_draw_turns_equals_round(domain: Domain) -> None:
    """The same hops in another order, each with the record that leads there."""
    drawn = [domain.look_up(draw).find(carrier_at("sip:shared")).places for draw in (0, 99)]
    assert [[one.hop.port for one in places] for places in drawn] == [[5083, 5084], [5084, 5083]]
    assert {one.record.text for one in drawn[0] if one.record} == {
        f"_sip._udp.shared.carrier.test SRV 10 50 {port} a.carrier.test" for port in (5083, 5084)
    }


def test_an_hour_has_one_draw(domain: Domain) -> None:
    """The order stays, also over a restart; over the hours each of two equal records is first about as often."""
    now = [1_800_000_000.0]
    answer = domain.records(f"_sip._udp.shared.{DOMAIN}.")
    look_up = CarrierLookUp(domain.look_up().addresses, lambda _: answer, lambda owner: hourly(owner, lambda: now[0]))
    ports = []
    for _ in range(100):
        drawn = {look_up.find(carrier_at("sip:shared")).places for _ in range(3)}
        assert len(drawn) == 1
        ports.append(drawn.pop()[0].hop.port)
        now[0] += 3600
    assert 25 < ports.count(5083) < 75


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("many", f"it has {TOO_MANY} records, of which 16 are used"),
        ("wide", "its records lead to 24 addresses, of which 16 are used"),
    ],
)
def test_a_flood_of_records_is_cut_and_told(domain: Domain, name: str, told: str) -> None:
    """The answer comes by TCP, for it is longer than a datagram; whatever is drawn, the same hops are used."""
    found = [domain.look_up(draw).find(carrier_at(f"sip:{name}")) for draw in (0, 1, 99)]
    assert [len(one.places) for one in found] == [MOST_HOPS] * 3
    assert len({frozenset(place.hop for place in one.places) for one in found}) == 1
    assert found[0].oddities == (told,)


def test_addresses_that_are_turned_round_are_cut_alike(domain: Domain) -> None:
    """A server that begins with another address each time: the same hops are used."""
    answer = domain.records(f"_sip._udp.wide.{DOMAIN}.")
    ((target, given),) = [one for one in answer.addresses.items() if one[0].startswith("w.")]
    found = [
        CarrierLookUp(records=lambda _, turned=turned: RecordAnswer(answer.records, {target: turned})).find(
            carrier_at("sip:wide;transport=udp")
        )
        for turned in (given, given[::-1])
    ]
    assert found[0].places != found[1].places
    assert {one.hop for one in found[0].places} == {one.hop for one in found[1].places}


def test_many_addresses_of_a_name_are_cut_and_told() -> None:
    """The same ones each time."""
    given = [f"127.0.0.{at}" for at in range(1, 40)]
    found = [
        CarrierLookUp(lambda _, turned=turned: turned).find(read_carrier("sip:sbc.example:5060"))
        for turned in (given, given[::-1])
    ]
    assert found[0] == found[1]
    assert (len(found[0].places), found[0].oddities) == (MOST_HOPS, ("it has 39 addresses, of which 16 are used",))


def test_records_that_lead_nowhere_are_not_passed_over(domain: Domain) -> None:
    """The name's own address is not what its domain has said."""
    with pytest.raises(OSError, match=NOT_FOUND):
        domain.look_up().find(carrier_at("sip:lost"))


def test_a_target_that_is_not_found_now_is_where_it_was(domain: Domain) -> None:
    """Its look-up fails, and it is told; the others' are as the DNS says."""
    carrier = carrier_at("sip:partly")
    before = CarrierLookUp(lambda _: ["127.0.0.6"], domain.records, domain.look_up().draw).find(carrier)
    found = domain.look_up().find(carrier, before)
    assert hops(found) == hops(before) == "UDP 127.0.0.6:5078, UDP 127.0.0.1:5078"
    assert found.oddities == (NOT_FOUND,)


class Switched:
    """Look-ups that fail as soon as they are told to."""

    def __init__(self, domain: Domain) -> None:
        self.fails = False
        self._domain = domain

    def records(self, owner: str) -> RecordAnswer:
        return self._domain.records("_sip._udp.x.broken.test." if self.fails else owner)


@pytest.mark.parametrize("name", ["two", "nowhere"])
async def test_a_server_that_fails_takes_nothing_away(
    domain: Domain, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What records have said remains, and that is logged once; also that there is no such service."""
    switched = Switched(domain)
    carrier = carrier_at(f"sip:{name}")
    find = CarrierLookUp(domain.look_up().addresses, switched.records, domain.look_up().draw).find
    book = NameBook([carrier], lambda _: None, find)
    known = []
    for fails in (False, True, True, True):
        switched.fails = fails
        book.refresh()
        await book.settle(5)
        known.append(book.places(carrier))
    assert known == [known[0]] * 4
    assert [one.hop.port for one in known[0]] == ([5070, 5071, 5071] if name == "two" else [])
    failures = [one.getMessage() for one in caplog.records if "SERVFAIL" in one.getMessage()]
    assert len(failures) == 1
    assert failures[0].startswith(f"the carrier's name {name}.carrier.test is not found: the DNS servers say SERVFAIL")


CONFIGURATIONS = {
    "": "no DNS server is configured ({file})",
    "nameserver\n# nameserver 127.0.0.1\n": "no DNS server is configured ({file})",
    "nameserver nonsense\n": "{file} can't be read",
    "nameserver 127.0.0.1\nsearch " + "a" * 64: "{file} can't be read",
    "nameserver \xff\n": "{file} can't be read",
}


@pytest.mark.parametrize("content", CONFIGURATIONS)
def test_a_machine_without_servers_is_told_so(tmp_path: Path, content: str) -> None:
    """As a failure of the look-up, whatever is wrong with the file; so is one that is not there."""
    file = tmp_path / "resolv.conf"
    if content:
        file.write_text(content, encoding="latin-1")
    with pytest.raises(OSError, match=r".") as caught:
        look_up_records("_sip._udp.carrier.test.", str(file))
    assert caught.value.strerror.startswith(CONFIGURATIONS[content].format(file=file)[:200])


def test_a_server_that_does_not_answer_is_waited_for_a_while() -> None:
    """Nobody is at its port."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.port = free_port("udp")
    resolver.nameservers = ["127.0.0.1"]
    with pytest.raises(OSError, match=r"no DNS server answers within 0\.1 s$"):
        ask_records(resolver, "_sip._udp.carrier.test.", 0.1)


@pytest.mark.parametrize("host", [f"{'a' * 64}.test", ".".join(["a" * 60] * 5)])
def test_a_name_that_no_dns_can_have_fails(domain: Domain, host: str) -> None:
    """A label, or a whole name, that is too long: then it has no address either, and that is told."""
    with pytest.raises(OSError, match="Name or service not known"):
        domain.look_up().find(read_carrier(f"sip:{host}"))


async def test_a_name_works_while_its_records_can_not_be_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    """A machine with /etc/hosts alone: its addresses are followed, and what fails is logged once."""

    def records(_: str) -> RecordAnswer:
        raise OSError(0, "no DNS server is configured (/etc/resolv.conf)")

    given = [["127.0.0.4"]]
    carrier = read_carrier("sip:sbc.example")
    book = NameBook([carrier], lambda _: None, CarrierLookUp(lambda _: given[0], records).find)
    for address in ("127.0.0.4", "127.0.0.5", "127.0.0.5"):
        given[0] = [address]
        book.refresh()
        await book.settle(5)
        assert [one.hop for one in book.places(carrier)] == [Hop(Transport.UDP, address, 5060)]
    (told,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert "no DNS server is configured" in told.getMessage()


async def test_a_fault_in_a_look_up_does_not_end_them(caplog: pytest.LogCaptureFixture) -> None:
    """An answer that the library does not get over: it is told, and the name is asked for again."""

    def find(_: CarrierUri, known: CarrierPlaces) -> CarrierPlaces:
        asked.append(known)
        raise ZeroDivisionError

    asked: list[CarrierPlaces] = []
    carrier = read_carrier("sip:sbc.example")
    book = NameBook([carrier], lambda _: None, find)
    for _ in range(2):
        book.refresh()
        await book.settle(5)
    assert asked == [UNKNOWN, UNKNOWN]
    assert "ZeroDivisionError, a fault of Gatekeeper" in caplog.text
    assert "could not be looked up" in caplog.text


async def test_health_outlives_another_draw(domain: Domain) -> None:
    """The same hops in another order: what is known of each remains, and no connection is opened anew."""
    draws = cycle([0, 99])

    def draw(_owner: str) -> Draw:
        number = next(draws)
        return lambda below: min(number, below - 1)

    look_up = replace(domain.look_up(), draw=draw)
    async with running_gate([f"sip:shared.{DOMAIN}"], look_up=look_up) as site:
        board = site.gate.board
        first = board.of_trunk("t")
        board.refused(Hop(Transport.UDP, "127.0.0.1", 5083), "for this test")
        board._names.refresh()
        await board._names.settle(5)
        again = board.of_trunk("t")
        assert again == first[::-1]
        assert {id(one) for one in again} == {id(one) for one in first}
        assert [one.hop.port for one in again if not one.health.up] == [5083]
        assert [one.port for one in board.hops("t", even_dead=False)] == [5084]


async def test_a_call_goes_to_the_second_priority(domain: Domain) -> None:
    """Nobody is at the first: one question, one INVITE at the second, whose answer comes back."""
    uri = f"sip:failing.{DOMAIN}"
    with udp_peer() as asterisk, udp_peer(port=domain.alive) as second:
        async with running_gate([uri], look_up=domain.look_up()) as site:
            await calls_the_second(site, asterisk, second)
            assert [one.health.up for one in site.gate.board.of_trunk("t")] == [False, True]


async def test_a_certificate_has_the_domain_not_the_target(domain: Domain) -> None:
    """What the DNS says of a target, nobody has signed (RFC 5922, 4)."""
    async with running_gate([f"sips:tls.{DOMAIN}"], look_up=domain.look_up()) as site:
        (hop,) = site.gate.board.hops("t", even_dead=False)
        assert (hop.transport, hop.port) == (Transport.TLS, 5073)
        checked = site.gate._tls_to(hop)
        assert checked is not None
        assert checked.name == f"tls.{DOMAIN}"


async def test_the_check_shows_the_record(domain: Domain) -> None:
    """Of each address; a carrier that has the address of another one is shown all the same, and why one has none."""
    uris = [f"sip:failing.{DOMAIN}", f"sip:127.0.0.1:{domain.alive}", f"sip:nowhere.{DOMAIN}"]
    trunk = TrunkSettings("t", tuple(map(read_carrier, uris)))
    with udp_peer(port=domain.alive):
        (report,) = await check_trunks(SipGateSettings(trunks=(trunk,)), 0.3, domain.look_up())
    record = f"_sip._udp.failing.carrier.test SRV {{}} 0 {{}} a.{DOMAIN}"
    assert [(one.address, one.record) for one in report.carriers] == [
        (f"127.0.0.1:{domain.dead}", record.format(10, domain.dead)),
        (f"127.0.0.1:{domain.alive}", record.format(20, domain.alive)),
        (f"127.0.0.1:{domain.alive}", ""),
        ("", f"_sip._udp.nowhere.{DOMAIN} SRV 0 0 0 ."),
    ]
    assert report.carriers[-1].says == "the DNS says that it has no such service"
