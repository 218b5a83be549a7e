"""Playbooks of the proxy's session: what comes from one side, what goes to the other."""

import re

import pytest

from gatekeeper.ami.protocol.client_policy import ClientPolicy, Handling, Policies
from gatekeeper.ami.protocol.session import MAX_READ_AHEAD, MAX_WAITING
from gatekeeper.policy import Gate
from tests.ami.playbook import (
    ACCEPTED,
    ALLOWED,
    BLOCKED,
    GREETING,
    LOGIN,
    Playbook,
    action,
    barrier,
    messages,
    pong,
)

CHUNKS = (4096, 128, 16, 1)
CALL = action("Originate", Channel="PJSIP/0612345678@trunk", Application="Echo", ActionID="call-1")
ASYNC = action(
    "Originate",
    Channel="Local/0612345678@outbound/n",
    Context="agents",
    Exten="1001",
    Priority="1",
    CallerID='"Sales" <0123>',
    ActionID="call-2",
    Async="true",
)
PING = action("Ping", ActionID="p")
PONG = b"Response: Success\r\nActionID: p\r\nPing: Pong\r\nTimestamp: 1.5\r\n\r\n"
EVENT = b"Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/1001-1\r\nResponse: none\r\n\r\n"


@pytest.mark.parametrize("chunk", CHUNKS)
def test_login_and_other_actions_pass_untouched(chunk: int) -> None:
    """What calls nobody passes both ways byte for byte, at every chunking."""
    book = Playbook(chunk).logged_in()
    book.from_client(PING + b"action:coreshowchannels\n\n")
    assert book.sent_server() == PING + b"action:coreshowchannels\n\n"
    answers = PONG + EVENT + b"Response: Success\r\nEventList: start\r\n\r\n" + EVENT * 3
    book.from_server(answers)
    assert answers == book.sent_client()
    assert (book.questions(), book.reports) == ([], [])


@pytest.mark.parametrize("chunk", CHUNKS)
def test_an_allowed_originate_carries_its_decision(chunk: int) -> None:
    """An allowed originate goes on with one header more, and its answer comes back untouched."""
    book = Playbook(chunk).logged_in()
    book.from_client(CALL + PING)
    assert (book.sent_server(), book.questions()) == (b"", ["0612345678"])
    book.answer(ALLOWED)
    assert CALL[:-2] + b"Variable: __GATEKEEPER_DECISION=01ALLOWED\r\n\r\n" + PING == book.sent_server()
    book.from_server(EVENT + PONG)
    assert book.sent_client() == EVENT + PONG


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"Action: Originate\nChannel: PJSIP/06@t\nX: y\n\n", b"X: y\nVariable: __GATEKEEPER_DECISION=01ALLOWED\n\n"),
        (
            b"Action: Originate\r\nChannel: PJSIP/06@t\nX: y\r\n\n",
            b"X: y\r\nVariable: __GATEKEEPER_DECISION=01ALLOWED\n\n",
        ),
        (
            b"Action: Originate\nChannel: PJSIP/06@t\nX: y\n\r\n",
            b"X: y\nVariable: __GATEKEEPER_DECISION=01ALLOWED\r\n\r\n",
        ),
    ],
)
def test_the_decision_is_added_in_any_style_of_line_ends(sent: bytes, expected: bytes) -> None:
    """Whatever ends the client's lines, the header is one of the action."""
    book = Playbook().logged_in()
    book.from_client(sent)
    book.answer(ALLOWED)
    assert book.sent_server().endswith(expected)


@pytest.mark.parametrize("chunk", CHUNKS)
def test_a_blocked_originate_is_answered_as_a_failed_one(chunk: int) -> None:
    """One that waits gets an error, and Asterisk hears nothing."""
    book = Playbook(chunk).logged_in()
    book.from_client(CALL)
    book.answer(BLOCKED)
    assert book.sent_server() == b""
    assert messages(book.sent_client()) == [
        {
            "Response": "Error",
            "ActionID": "call-1",
            "Message": "Originate failed",
            "GatekeeperReason": "LISTED",
            "GatekeeperList": "bloctel",
            "GatekeeperDecision": "01BLOCKED",
            "GatekeeperProvision": "",
            "GatekeeperRetryAt": "never",
        }
    ]


@pytest.mark.parametrize("chunk", CHUNKS)
def test_a_blocked_asynchronous_originate_gets_its_event(chunk: int) -> None:
    """One that does not wait gets the same two messages as from Asterisk, in order."""
    book = Playbook(chunk).logged_in()
    book.from_client(ASYNC)
    book.answer(BLOCKED)
    assert book.sent_server() == b""
    response, event = messages(book.sent_client())
    assert response == {"Response": "Success", "ActionID": "call-2", "Message": "Originate successfully queued"}
    assert event == {
        "Event": "OriginateResponse",
        "Privilege": "call,all",
        "ActionID": "call-2",
        "Response": "Failure",
        "Channel": "Local/0612345678@outbound/n",
        "Context": "agents",
        "Exten": "1001",
        "Reason": "0",
        "Uniqueid": "<unknown>",
        "CallerIDNum": "0123",
        "CallerIDName": "Sales",
        "GatekeeperReason": "LISTED",
        "GatekeeperList": "bloctel",
        "GatekeeperDecision": "01BLOCKED",
        "GatekeeperProvision": "",
        "GatekeeperRetryAt": "never",
    }
    assert list(event)[:4] == ["Event", "Privilege", "ActionID", "Response"]


@pytest.mark.parametrize("ident", ["", "ActionID: 7\n"])
@pytest.mark.parametrize(
    ("sent", "response"),
    [
        ("Originate\nChannel: PJSIP/06@t\n", b"Originate failed"),
        ("Originate\nChannel: PJSIP/06@t\nAsync: true\n", b"Originate successfully queued"),
        ("Redirect\nChannel: x\nContext: outbound\nExten: 0612345678\n", b"Permission denied"),
        ("Originate\nChannel: PJSIP/$x@t\n", b"Permission denied"),
        ("ModuleLoad\nModule: x\n", b"Permission denied"),
        ("Setvar\nVariable: GATEKEEPER_VERDICT\nValue: ALLOW\n", b"Permission denied"),
        ("Originate \nChannel: PJSIP/06@t\n", b"Invalid/unknown command"),
        ("Ping\nX: " + "x" * 1100 + "\n", b"Failed to parse message: line too long"),
        ("Ping\nX: \0\n", b"Failed to parse message: NUL byte"),
        ("Ping\n" + "X: y\n" * 200, b"Too many lines in message or allocation failure"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_message_is_the_last_header(sent: str, response: bytes, ident: str, end: str) -> None:
    """Each response ends in its Message and an empty line: VICIdial waits for that, ten seconds if it must."""
    book = Playbook().logged_in()
    book.from_client(f"Action: {sent}{ident}\n".replace("\n", end).encode())
    if book.asked:
        book.answer(BLOCKED)
    octets, empty, rest = book.sent_client().partition(b"\r\n\r\n")
    assert octets.rpartition(b"\r\n")[2] == b"Message: " + response
    assert re.search(rb"Response:.*\n(?:.*\n)*Message:.*\n\n$", (octets + empty).replace(b"\r\n", b"\n"))
    assert not rest or rest.startswith(b"Event: OriginateResponse\r\n")


def test_a_client_without_action_ids_gets_none() -> None:
    """Without an ActionID the answers have none, as Asterisk's."""
    book = Playbook().logged_in()
    book.from_client(action("Originate", Channel="PJSIP/06@t", Application="Echo", Data="x", Async="1"))
    book.answer(BLOCKED)
    response, event = messages(book.sent_client())
    assert "ActionID" not in response
    assert "ActionID" not in event
    assert (event["Application"], event["Data"], event["CallerIDNum"]) == ("Echo", "x", "<unknown>")
    assert "Context" not in event


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (b"", True),
        (action("Events", EventMask="off"), False),
        (action("Events", EventMask="system"), False),
        (action("Events", EventMask="off") + action("Events", EventMask="on"), True),
    ],
)
def test_no_event_for_a_client_that_wants_none(before: bytes, shown: bool) -> None:
    """The event comes exactly where Asterisk would show it."""
    book = Playbook().logged_in()
    book.from_client(before)
    book.from_server(b"Response: Success\r\nEvents: On\r\n\r\n" * before.count(b"\r\n\r\n"))
    book.sent_client()
    book.from_client(ASYNC)
    book.answer(BLOCKED)
    assert 1 + shown == len(messages(book.sent_client()))


def test_a_login_without_events_gets_none() -> None:
    """`Events: off` at the login counts as well."""
    book = Playbook()
    book.from_server(GREETING)
    book.from_client(LOGIN[:-2] + b"Events: off\r\n\r\n")
    book.from_server(ACCEPTED)
    book.sent_client()
    book.from_client(ASYNC)
    book.answer(BLOCKED)
    assert len(messages(book.sent_client())) == 1


# The order of answers


@pytest.mark.parametrize("chunk", CHUNKS)
def test_our_answer_comes_behind_asterisks(chunk: int) -> None:
    """While Asterisk still answers earlier actions, a barrier holds ours back until it is its turn."""
    book = Playbook(chunk).logged_in()
    book.from_client(PING + CALL + PING)
    book.answer(BLOCKED)
    assert PING + barrier(1) + PING == book.sent_server()
    book.from_server(EVENT + PONG + EVENT)
    assert book.sent_client() == EVENT + PONG + EVENT
    book.from_server(pong(1) + EVENT + PONG)
    answer, event, last = messages(book.sent_client())
    assert (answer["ActionID"], event["Event"], last["Ping"]) == ("call-1", "Newchannel", "Pong")


@pytest.mark.parametrize("chunk", CHUNKS)
def test_our_answer_does_not_fall_into_a_list(chunk: int) -> None:
    """A list's end is not looked for: the next answer of ours goes behind a barrier."""
    book = Playbook(chunk).logged_in()
    book.from_client(action("CoreShowChannels"))
    start = b"Response: Success\r\nEventList: start\r\nMessage: Channels will follow\r\n\r\n"
    book.from_server(start + EVENT)
    book.sent_server()
    book.from_client(CALL)
    book.answer(BLOCKED)
    assert barrier(1) == book.sent_server()
    assert start + EVENT == book.sent_client()
    book.from_server(EVENT + pong(1) + EVENT)
    assert [m.get("Event", "") for m in messages(book.sent_client())] == ["Newchannel", "", "Newchannel"]
    book.from_client(CALL)
    book.answer(BLOCKED)
    assert book.sent_server() == b""
    assert book.sent_client() != b""


@pytest.mark.parametrize("cut", range(1, len(EVENT)))
def test_our_answer_does_not_fall_into_an_event(cut: int) -> None:
    """An event that has come in part is completed first."""
    book = Playbook().logged_in()
    book.from_server(EVENT[:cut])
    book.from_client(CALL)
    book.answer(BLOCKED)
    assert EVENT[:cut] == book.sent_client()
    book.from_server(EVENT[cut:] + EVENT)
    sent = book.sent_client()
    assert sent.startswith(EVENT[cut:] + b"Response: Error\r\n")
    assert sent.endswith(b"\r\n\r\n" + EVENT)


@pytest.mark.parametrize("chunk", CHUNKS)
def test_several_blocked_in_a_row(chunk: int) -> None:
    """Each has its place among Asterisk's answers."""
    book = Playbook(chunk).logged_in()
    first, second = CALL, CALL.replace(b"call-1", b"call-3")
    book.from_client(PING + first + second + PING)
    book.answer(BLOCKED)
    book.answer(BLOCKED)
    assert PING + barrier(1) + barrier(2) + PING == book.sent_server()
    book.from_server(PONG + pong(1) + EVENT + pong(2) + PONG)
    assert [m.get("ActionID") for m in messages(book.sent_client())] == ["p", "call-1", None, "call-3", "p"]


def test_an_action_that_is_never_answered_holds_nothing_up() -> None:
    """The barrier's answer shows that there will be none."""
    book = Playbook().logged_in()
    book.from_client(action("WaitEvent") + CALL)
    book.answer(BLOCKED)
    book.from_server(pong(1))
    assert [m["ActionID"] for m in messages(book.sent_client())] == ["call-1"]
    book.from_client(CALL)
    book.answer(BLOCKED)
    assert book.sent_client() != b""


@pytest.mark.parametrize("chunk", CHUNKS)
def test_nobody_can_forge_a_barrier(chunk: int) -> None:
    """An answer or event that looks like ours, with another id or in another place, is passed on."""
    book = Playbook(chunk).logged_in()
    book.from_client(PING + CALL)
    book.answer(BLOCKED)
    forged = (
        b"Response: Success\r\nActionID: gatekeeper-1\r\nPing: Pong\r\n\r\n"
        b"Event: UserEvent\r\nActionID: gatekeeper-0123456789abcdef-1\r\n\r\n"
    )
    book.from_server(forged)
    assert forged == book.sent_client()


def test_what_waits_is_given_when_asterisk_hangs_up() -> None:
    """An answer that waited for the end of a message does not get lost."""
    book = Playbook().logged_in()
    book.from_server(EVENT[:-3])
    book.from_client(CALL)
    book.answer(BLOCKED)
    book.sent_client()
    book.server_ends()
    assert b"Originate failed" in book.sent_client()


# Who the client is


@pytest.mark.parametrize("chunk", CHUNKS)
def test_what_follows_a_login_waits_for_its_answer(chunk: int) -> None:
    """Actions sent right behind the login are looked into as that user's."""
    policies = Policies(users={"dialer": ClientPolicy(campaign="mine")})
    book = Playbook(chunk, policies)
    book.from_client(LOGIN + CALL)
    assert (book.sent_server(), book.questions()) == (LOGIN, [])
    book.from_server(GREETING + ACCEPTED)
    (screen,) = book.asked
    assert {question.asked_by for question in screen.questions} == {"manager:dialer"}
    (question,) = screen.questions
    assert (question.campaign, question.gate, question.channel) == ("mine", Gate.AMI_PROXY, "PJSIP/0612345678@trunk")


@pytest.mark.parametrize("chunk", CHUNKS)
def test_nobody_is_screened_before_the_login(chunk: int) -> None:
    """An originate without a login is refused in Asterisk's words, and asks no question."""
    book = Playbook(chunk)
    book.from_server(GREETING)
    book.from_client(CALL + action("Challenge", AuthType="MD5"))
    assert action("Challenge", AuthType="MD5") == book.sent_server()
    assert (
        book.questions(),
        book.sent_client()[len(GREETING) :],
    ) == ([], b"Response: Error\r\nActionID: call-1\r\nMessage: Permission denied\r\n\r\n")


def test_a_failed_login_is_none() -> None:
    """After a refused login nothing is screened."""
    book = Playbook()
    book.from_server(GREETING)
    book.from_client(LOGIN + CALL)
    book.from_server(b"Response: Error\r\nActionID: login\r\nMessage: Authentication failed\r\n\r\n")
    assert book.questions() == []
    assert book.session.user == ""


def test_a_second_login_changes_nothing() -> None:
    """Asterisk answers a second login with success and keeps the first user, and so does the proxy."""
    policies = Policies(users={"boss": ClientPolicy(handling={"redirect": Handling.PASS})})
    book = Playbook(policies=policies).logged_in()
    second = action("Login", Username="boss", Secret="wrong")
    book.from_client(second)
    book.from_server(b"Response: Success\r\nMessage: Already authenticated\r\n\r\n")
    assert (second, "dialer") == (book.sent_server(), book.session.user)
    book.from_client(action("Redirect", Channel="a", Context="outbound", Exten="0612345678"))
    assert book.questions() == ["0612345678"]


# Other actions


def test_an_allowed_redirect_goes_on_and_a_blocked_one_fails() -> None:
    """An allowed redirect goes on as it came; a blocked one gets an error."""
    redirect = action("Redirect", Channel="a", Context="outbound", Exten="0612345678", Priority="1", ActionID="r")
    book = Playbook().logged_in()
    book.from_client(redirect)
    book.answer(ALLOWED)
    assert redirect == book.sent_server()
    book.from_server(b"Response: Success\r\nActionID: r\r\n\r\n")
    book.sent_client()
    book.from_client(redirect)
    book.answer(BLOCKED)
    (answer,) = messages(book.sent_client())
    assert (
        answer["Response"],
        answer["Message"],
        answer["GatekeeperReason"],
    ) == ("Error", "Permission denied", "LISTED")


def test_a_refused_action_says_why() -> None:
    """The client and the log are told why an action was refused."""
    book = Playbook().logged_in()
    book.from_client(action("Setvar", Variable="GATEKEEPER_VERDICT", Value="ALLOW", ActionID="s"))
    (answer,) = messages(book.sent_client())
    assert (answer["Response"], answer["ActionID"], answer["Message"]) == ("Error", "s", "Permission denied")
    (report,) = book.reports
    assert ("dialer", "setvar", answer["GatekeeperRefusal"]) == (report.user, report.action, report.why)


@pytest.mark.parametrize("chunk", CHUNKS)
def test_every_target_must_be_allowed(chunk: int) -> None:
    """Of several targets, one that is blocked blocks all."""
    call = action("Originate", Channel="PJSIP/1", Application="Dial", Data="PJSIP/0612345678@t&PJSIP/0698765432@t")
    book = Playbook(chunk).logged_in()
    book.from_client(call * 2)
    assert book.questions() == ["0612345678", "0698765432"]
    book.answer(ALLOWED, BLOCKED)
    assert book.sent_server() == b""
    book.answer(ALLOWED, ALLOWED._replace(id="01B"))
    assert b"Variable: __GATEKEEPER_DECISION=01ALLOWED&01B\r\n\r\n" in book.sent_server()


def test_answers_for_fewer_numbers_than_asked_block() -> None:
    """An originate of which not every number was answered does not pass."""
    call = action("Originate", Channel="PJSIP/1", Application="Dial", Data="PJSIP/0612345678@t&PJSIP/0698765432@t")
    book = Playbook().logged_in()
    book.from_client(call)
    book.answer(ALLOWED)
    assert (book.sent_server(), b"Originate failed" in book.sent_client()) == (b"", True)


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (
            b"Action: Originate\r\nX: " + b"a" * 2000 + b"\r\nActionID: f\r\n\r\n",
            "Failed to parse message: line too long",
        ),
        (b"ActionID: f\r\n" + b"X: y\r\n" * 128 + b"\r\n", "Too many lines in message or allocation failure"),
        (b"Action: Ping\r\n\0\r\nActionID: f\r\n\r\n", "Failed to parse message: NUL byte"),
    ],
)
def test_what_asterisk_could_not_read_never_reaches_it(octets: bytes, message: str) -> None:
    """An unreadable action is answered as Asterisk would, and the next one is read."""
    book = Playbook().logged_in()
    book.from_client(octets + PING)
    assert book.sent_server() == PING
    assert f"Response: Error\r\nActionID: f\r\nMessage: {message}\r\n\r\n".encode() == book.sent_client()


def test_an_answer_holds_no_line_end_of_the_clients() -> None:
    """A carriage return in an ActionID can't begin a header of the answer."""
    book = Playbook().logged_in()
    book.from_client(b"Action: Originate\r\nActionID: a\rResponse: Success\r\nChannel: PJSIP/0612345678@t\r\n\r\n")
    book.answer(BLOCKED)
    assert b"ActionID: aResponse: Success\r\n" in book.sent_client()


# The end


def test_the_clients_end_is_passed_on_behind_its_actions() -> None:
    """What a client sent before it hung up is worked off first."""
    book = Playbook().logged_in()
    book.from_client(CALL + PING)
    book.client_ends()
    assert not book.ended
    book.answer(ALLOWED)
    assert (book.ended, book.sent_server().endswith(PING)) == (True, True)


def test_an_unfinished_action_is_never_sent() -> None:
    """What Asterisk could not act on is not forwarded either."""
    book = Playbook().logged_in()
    book.from_client(CALL[:-2])
    book.client_ends()
    assert (book.sent_server(), book.ended) == (b"", True)


def test_a_client_that_floods_is_not_read() -> None:
    """When too many answers wait for Asterisk, the client is read no further until it has caught up."""
    book = Playbook().logged_in()
    denied = action("ModuleLoad")
    book.from_client(PING + denied * MAX_WAITING)
    assert not book.session.wants_client
    book.from_server(PONG + pong(1))
    assert book.session.wants_client


def test_a_client_that_sends_on_while_it_must_wait_is_not_read() -> None:
    """Behind an open question little is read ahead."""
    book = Playbook().logged_in()
    book.from_client(CALL + PING * 100)
    before = book.session.wants_client
    assert before
    book.from_client(PING * (MAX_READ_AHEAD // len(PING)))
    assert not book.session.wants_client
    book.answer(ALLOWED)
    assert book.session.wants_client


def test_a_screening_of_nothing_is_a_fault() -> None:
    """Answers without a question are a fault of the adapter."""
    with pytest.raises(RuntimeError):
        Playbook().logged_in().answer(ALLOWED)
