"""What the watchdog reads of events and records: tables, without an Asterisk."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import ProtocolError
from gatekeeper.journal import DecisionRow
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.screening.records import adopt
from gatekeeper.watchdog.astdb_record import read_record
from gatekeeper.watchdog.dial_event import read_dial_begin

ROUTES = Routes(trunks=("trunk*", "ovh"), inside_peers=("pbx2",))
NORMALISER = Normaliser(DialPlan())


URIS = [
    *(
        f"sip:{user}@carrier"
        for user in ("0612345678", "-0612345678", "%2D0612345678", "06-12-34-56-78", "06.12345678")
    ),
    *("SIPS:0612345678:secret@[::1]:5061", "sip:0612345678;ext=5@10.0.0.5", "sip:tel%3A0612345678@h"),
    *("tel:0612345678", "tel:06.12.34.56.78"),
]
UNREADABLE = [
    *('sip:0612345678@x;y="1"', "sip:(06)12345678@h", "<sip:0612345678@h>", "x <sip:0612345678@h>", "sip:0612345678"),
    *(
        "sip:tel:0612345678@h",
        "sip:0612345678;x=1@h",
        "sip:0612345678?y@h",
        "sip:0612345678@h@i",
        "im:0612345678@h",
        "sip:a%400612345678@h",
    ),
]


@pytest.mark.parametrize(
    ("channel", "dial_string", "numbers"),
    [
        # PJSIP
        ("PJSIP/trunk-00000001", "0612345678@trunk", ("0612345678",)),
        ("PJSIP/trunk-00000001", "trunk/sip:0612345678@10.0.0.1:5060", ("0612345678",)),
        ("PJSIP/ovh-00000001", "ovh", ("",)),
        ("PJSIP/1001-00000001", "1001", None),
        ("PJSIP/1001-00000001", "1001/sip:1001@10.0.0.5:5060", None),
        ("PJSIP/pbx2-00000001", "0612345678@pbx2", None),
        # a telephone's own address, with what no dial string should hold
        ("PJSIP/1001-00000001", '1001/sip:x9$@10.0.0.5;ob;x="1"', None),
        ("PJSIP/1001-00000001", "1001/sip:10.0.0.5:5060", None),
        ("PJSIP/1001-00000001", "1001/sip:192.168.100.200", None),
        ("PJSIP/1001-00000001", "1001/sip:k3jd8s02@192.168.100.200;transport=ws", None),
        ("PJSIP/1001-00000001", "1001/sip:9d1f2c3a-7b1e-4c5d-8f6a-1234567890ab@10.0.0.5", None),
        # a URI with a number, behind whatever endpoint, is none
        *((f"PJSIP/{peer}-00000001", f"{peer}/{uri}", ("0612345678",)) for peer in ("1001", "ovh") for uri in URIS),
        ("PJSIP/1001-00000001", "1001/sip:8765@10.0.0.5", None),
        ("PJSIP/ovh-00000001", "ovh/sip:8765@10.0.0.5", ("8765",)),
        ("PJSIP/ovh-00000001", "ovh/sip:10.0.0.5", ("",)),
        ("PJSIP/0612345678-00000001", "0612345678/sip:0612345678@carrier", ("0612345678",)),
        *(("PJSIP/1001-00000001", f"1001/{uri}", (f"1001/{uri}",)) for uri in UNREADABLE),
        ("PJSIP/ovh-00000001", "(06)12345678@ovh", ("(06)12345678@ovh",)),
        ("PJSIP/pbx2-00000001", "(06)12345678@pbx2", None),
        # the same, with a public number or on a trunk
        ("PJSIP/trunk-00000001", "$x@trunk", ("$x@trunk",)),
        # other technologies
        ("SIP/ovh-0000001a", "ovh/0612345678", ("0612345678",)),
        ("DAHDI/i1/0612345678-1", "g1/0612345678", ("0612345678",)),
        ("DAHDI/i1/0612345678-1", "", ("0612345678",)),
        ("IAX2/ovh-123", "ovh/0612345678", ("0612345678",)),
        # what dials no line itself
        ("Local/0612345678@out-00000001;1", "0612345678@out", None),
        ("Agent/7", "7", None),
    ],
)  # fmt: skip
def test_a_dial_begin_is_read_as_its_technology_dials(
    channel: str, dial_string: str, numbers: tuple[str, ...] | None
) -> None:
    """A DialBegin event is read as its technology dials."""
    event: dict[str, Any] = {
        "DestChannel": channel,
        "DialString": dial_string,
        "DestUniqueid": "1.2",
        "DestLinkedid": "1.1",
    }
    found = read_dial_begin(event, ROUTES)
    assert (found.numbers if found else None) == numbers


def test_forged_headers_hide_nothing() -> None:
    """Where an event has headers twice, both are looked at."""
    event = {
        "DestChannel": ["PJSIP/1001-0001", "PJSIP/trunk-0002"],
        "DialString": ["112@trunk", "0612345678@trunk"],
        "DestChanVariable": ["GATEKEEPER_DECISION=A", "GATEKEEPER_DECISION=B"],
    }
    found = read_dial_begin(event, ROUTES)
    assert found is not None
    assert "0612345678" in found.numbers
    assert found.channels == ("PJSIP/1001-0001", "PJSIP/trunk-0002")


def test_whether_the_event_tells_the_decision() -> None:
    """Without `channelvars` the event says nothing of the decision; with it, that there is none."""
    event: dict[str, Any] = {"DestChannel": "PJSIP/trunk-1", "DialString": "0612345678@trunk"}
    without = read_dial_begin(event, ROUTES)
    told = read_dial_begin({**event, "DestChanVariable": ["GATEKEEPER_DECISION=", "GATEKEEPER_CAMPAIGN=x"]}, ROUTES)
    assert without is not None
    assert told is not None
    assert (without.decision, told.decision, told.campaign) == (None, "", "x")


def row_of(key: str, value: str) -> DecisionRow:
    """The row that a record comes to."""
    adopted = read_record(key, value)
    return adopt(adopted, NORMALISER.normalise(adopted.question.dialled))


YEARS = ("1969", "1677", "0001", "0000", "9999999", "-001", "٢٠٢٦", " NaN")
KEY = "2026-11-23T18:59:39.605670Z-1795461703.2"
VALUE = "v=1&at=x&verdict=BLOCK&reason=GATE_DOWN&number=%2B33612345678&campaign=a%20b&form=predial&linkedid=1.1"


def test_a_record_is_the_row_of_its_moment() -> None:
    """A record is the row of the moment when it was made; its id is always the same, and is of that moment."""
    row = row_of(KEY, VALUE)
    assert (row.at, row.number, row.campaign, row.gate) == (1795460379605670, 33612345678, "a b", "PREDIAL")
    assert row == row_of(KEY, VALUE)
    assert row.id != row_of(KEY[:-1] + "3", VALUE).id
    assert row.id < row_of(KEY.replace("18:59", "19:00"), VALUE).id
    assert len(row.id) == 26
    assert row_of(KEY, VALUE + "&agent=L%C3%A9a%3b").asked_by == "agent:Léa"


def test_a_record_is_the_row_that_it_always_was() -> None:
    """Column by column: what the record says, and what a decision of the dialplan's has nothing of."""
    value = VALUE + "&principal=p&callerid=0123&channel=SIP%2Fa%0A-1&uniqueid=1.2"
    assert row_of(KEY, value) == DecisionRow(
        id="01M84WECYN13YZ8GV54HJFCNCY",
        at=1795460379605670,
        dialled="+33612345678",
        number=33612345678,
        verdict="BLOCK",
        reason="GATE_DOWN",
        rule="dialplan",
        list="",
        list_version="",
        facts="",
        campaign="a b",
        principal="p",
        caller_id="0123",
        channel="SIP/a�-1",
        uniqueid="1.2",
        linkedid="1.1",
        gate="PREDIAL",
        micros=0,
    )
    assert row_of(KEY, VALUE.replace("campaign=a%20b&form=predial&", ""))[10:17] == (
        *("default", "", "", "", "", "1.1", "FASTAGI"),
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        # keys
        ("x", VALUE), (KEY.replace("2026-11", "2026-13"), VALUE), (KEY + "é", VALUE), ("", VALUE),
        # dates that no clock gives: before 1970, before the calendar, after it
        *((KEY.replace("2026", year), VALUE) for year in YEARS),
        (KEY.replace("11-23", "02-30"), VALUE), (KEY.replace("18:59:39", "24:60:61"), VALUE),
        (KEY.replace("39.605670Z", "39.605670+99:00"), VALUE),
        # values
        (KEY, ""), (KEY, "v=1"), (KEY, VALUE.replace("v=1", "v=2")), (KEY, VALUE.replace("GATE_DOWN", "LISTED")),
        (KEY, VALUE.replace("BLOCK", "ALLOW")), (KEY, VALUE + "&x=" + "y" * 5000), (KEY, VALUE + "&a=b" * 40),
    ],
)  # fmt: skip
def test_what_the_gate_did_not_write_is_refused(key: str, value: str) -> None:
    """What the gate did not write is refused."""
    with pytest.raises(ProtocolError):
        row_of(key, value)


@given(
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z-1", fullmatch=True)
    | st.datetimes().map(lambda moment: f"{moment.isoformat(timespec='microseconds')}Z-1")
)
def test_a_record_of_any_date_is_a_row_or_refused(key: str) -> None:
    """A record of any date is a row of that very moment, or refused."""
    try:
        row = row_of(key, VALUE)
    except ProtocolError:
        return
    moment = datetime.fromisoformat(key[:26]).replace(tzinfo=UTC)
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row.at) == moment
    assert ULID.from_str(row.id).milliseconds == row.at // 1000


@given(st.text(max_size=60), st.text(max_size=200))
def test_whatever_lies_in_astdb_is_a_row_or_refused(key: str, value: str) -> None:
    """Whatever lies in AstDB, it is a row or refused."""
    for one in (key, KEY):
        try:
            row_of(one, value)
        except ProtocolError:
            continue


@given(st.dictionaries(st.sampled_from(["DestChannel", "DialString", "DestChanVariable"]), st.text(max_size=40)))
def test_any_event_is_read(event: dict[str, str]) -> None:
    """Whatever an event says, it is read."""
    read_dial_begin(event, ROUTES)
