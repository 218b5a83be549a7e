"""Playbooks of sessions whose users' rights are not known yet."""

import re

import pytest

from gatekeeper.ami.protocol.rights import READS_CALLS, Rights, failing_originate, trial
from tests.ami.playbook import BLOCKED, Playbook, action, barrier, messages, pong

CHUNKS = (4096, 128, 16, 3, 1)
HEADERS = {"Channel": "PJSIP/0612345678@trunk", "Application": "Echo", "ActionID": "call", "Async": "true"}
CALL = action("Originate", **HEADERS)
PING = action("Ping", ActionID="p")
PONG = b"Response: Success\r\nActionID: p\r\nPing: Pong\r\nTimestamp: 1.5\r\n\r\n"
EVENT = b"Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/1001-1\r\n\r\n"
OTHER = b"Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: other\r\nResponse: Failure\r\n\r\n"
NONCE = barrier(1).split(b"ActionID: ")[1].strip()


def answered(nonce: bytes, text: bytes, status: bytes = b"Error") -> bytes:
    """Asterisk's answer."""
    return b"Response: " + status + b"\r\nActionID: " + nonce + b"\r\nMessage: " + text + b"\r\n\r\n"


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("refusal", [b"Permission denied", b"Invalid/unknown command"])
def test_what_is_not_open_to_a_client_is_refused_unasked(chunk: int, refusal: bytes) -> None:
    """The client gets Asterisk's own words, in the order of its actions, and is tried again the next time."""
    rights = Rights()
    book = Playbook(chunk, rights=rights).logged_in()
    book.from_client(PING + CALL + PING)
    assert book.sent_server() == PING + trial("originate", NONCE)
    book.from_server(PONG + EVENT + answered(NONCE, refusal) + EVENT)
    assert book.sent_client() == PONG + EVENT + answered(b"call", refusal) + EVENT
    assert (book.sent_server(), book.asked, book.reports) == (PING, [], [])
    book.from_server(PONG)
    book.from_client(CALL)
    assert book.sent_server().startswith(b"Action: originate\r\n")


@pytest.mark.parametrize("chunk", CHUNKS)
def test_the_event_comes_in_the_place_of_asterisks(chunk: int) -> None:
    """An originate that can't call shows where; from then on the user's right is known."""
    rights = Rights()
    book = Playbook(chunk, rights=rights).logged_in()
    book.from_client(CALL + PING)
    assert book.sent_server() == trial("originate", NONCE)
    book.from_server(answered(NONCE, b"Channel not specified"))
    assert book.questions() == ["0612345678"]
    book.answer(BLOCKED)
    sent = book.sent_server()
    found = re.search(rb"ActionID: (gatekeeper-[0-9a-f]+)\r\n", sent)
    assert found is not None
    nonce = found[1]
    assert sent == failing_originate(nonce) + PING
    theirs = OTHER.replace(b"other", nonce)
    book.from_server(EVENT + answered(nonce, b"Originate successfully queued", b"Success") + OTHER + PONG + EVENT)
    first, response, *rest = messages(book.sent_client())
    assert (first["Event"], response["ActionID"], len(rest)) == ("Newchannel", "call", 3)
    book.from_server(EVENT + theirs + OTHER + EVENT)
    octets = book.sent_client()
    assert octets.startswith(EVENT)
    assert octets.endswith(OTHER + EVENT)
    event = messages(octets)[1]
    assert (event["ActionID"], event["Channel"], event["GatekeeperReason"]) == ("call", HEADERS["Channel"], "LISTED")
    assert rights.has("dialer", READS_CALLS)
    book.from_client(CALL)
    book.answer(BLOCKED)
    assert (book.sent_server(), len(messages(book.sent_client()))) == (b"", 2)


def test_a_user_that_is_known_is_not_tried_again() -> None:
    """A right that was seen in one session holds in the next."""
    rights = Rights()
    rights.add("dialer", "originate")
    book = Playbook(rights=rights).logged_in()
    book.from_client(CALL.replace(b"Async: true", b"Async: no"))
    assert book.questions() == ["0612345678"]
    book.answer(BLOCKED)
    assert (book.sent_server(), len(messages(book.sent_client()))) == (b"", 1)


def test_events_that_never_come_are_forgotten() -> None:
    """A client without the right may be blocked for ever: what is kept for it is bounded, and the rest passes."""
    rights = Rights()
    rights.add("dialer", "originate")
    book = Playbook(rights=rights).logged_in()
    for _ in range(300):
        book.from_client(CALL)
        book.answer(BLOCKED)
        nonce = book.sent_server().split(b"ActionID: ")[1].split(b"\r\n")[0]
        book.from_server(answered(nonce, b"Originate successfully queued", b"Success"))
    assert len(messages(book.sent_client())) == 300
    assert len(book.session._server._replaced) <= 100
    book.from_server(EVENT + pong(7))
    assert book.sent_client() == EVENT + pong(7)
