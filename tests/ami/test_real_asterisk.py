"""The proxy in front of a real Asterisk 22 and 16, with a real carrier behind it."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Self

import pytest

from gatekeeper.ami.proxy import AmiProxy, ProxySettings
from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from gatekeeper.policy import Gate
from gatekeeper.screening import Answer, Question
from gatekeeper.screening.call import Said
from lab.ami import AmiClient, AmiMessage
from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.ports import free_port
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.ami.playbook import ALLOWED, BLOCKED
from tests.dialplan.scripted_carrier import ScriptedCarrier

LISTED = "0612345678"
E164 = 33612345678
FREE = "0123456789"
NORMALISER = Normaliser(DialPlan())
DIALPLAN = """
[agents]
exten => 1001,1,NoOp(${GATEKEEPER_DECISION})
 same => n,UserEvent(Decision,Value: ${GATEKEEPER_DECISION})
 same => n,Wait(0.2)
[outbound]
exten => _X.,1,UserEvent(Calling,Value: ${GATEKEEPER_DECISION})
 same => n,Dial(PJSIP/${EXTEN}@trunk,10,b(outbound^callee^1))
exten => callee,1,UserEvent(Called,Value: ${GATEKEEPER_DECISION},Mode: ${GATEKEEPER_DIAL_MODE})
 same => n,Return()
[saying]
exten => _X.,1,UserEvent(Saying,Value: ${GATEKEEPER_GOODS} ${GATEKEEPER_DIAL_MODE})
 same => n,Goto(outbound,${EXTEN},1)
[anywhere]
exten => _X.,1,Dial(PJSIP/${EXTEN}@trunk,10)
exten => _-.,1,Dial(PJSIP/${EXTEN}@trunk,10)
"""
SIP_CONF = """
[general]
udpbindaddr = 127.0.0.1:{own}
[peer]
type = peer
host = 127.0.0.1
port = {carrier}
[behind]
type = peer
host = 127.0.0.1
port = {gate}
"""
RIGHTS = {
    # name: (read, write, may originate, is sent events of calls)
    "full": ("all", "all", True, True),
    "reader": ("call", "originate", True, True),
    "quiet": ("system", "originate", True, False),
    "blind": ("", "originate,command", True, False),
    "caller": ("call", "call,system,command", False, True),
}
USERS_CONF = "".join(
    f"[{name}]\nsecret = dialer-secret\nread = {read}\nwrite = {write}\n" for name, (read, write, *_) in RIGHTS.items()
)


class RunningProxy:
    """The proxy on an event loop of its own, blocking the listed number and noting every question."""

    def __init__(self, asterisk_port: int) -> None:
        self.questions: list[Question] = []
        self.loop = asyncio.new_event_loop()
        settings = ProxySettings(port=0, asterisk_port=asterisk_port, gated=frozenset({"behind"}))
        self.proxy = AmiProxy(settings, self.screen)
        self._thread = threading.Thread(target=self.loop.run_forever)

    async def screen(self, question: Question) -> Answer:
        """Block the listed number, and what is none."""
        self.questions.append(question)
        number = NORMALISER.normalise(question.dialled)
        return BLOCKED if number.e164 == E164 or number.kind is NumberKind.INVALID else ALLOWED

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.proxy.port

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.proxy.start(), self.loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.proxy.stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


class Site:
    """An Asterisk with its carrier, the proxy before it, and what stands for the SIP gate behind one of its trunks."""

    def __init__(
        self, asterisk: AsteriskInstance, carrier: Carrier, proxy: RunningProxy, sip_gate: ScriptedCarrier
    ) -> None:
        self.asterisk = asterisk
        self.carrier = carrier
        self.proxy = proxy
        self.sip_gate = sip_gate


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site for all tests of one release."""
    folder = tmp_path_factory.mktemp(f"ami-{asterisk_root.release}")
    with ExitStack() as stack:
        carrier = stack.enter_context(Carrier(folder / "carrier"))
        sip_gate = stack.enter_context(ScriptedCarrier())
        asterisk = stack.enter_context(
            AsteriskInstance(
                asterisk_root,
                folder / "asterisk",
                carrier_port=carrier.port,
                trunks={"agent": carrier.port, "behind": sip_gate.port},
                dialplan=DIALPLAN,
                modules=("chan_sip",) if asterisk_root.release == "16" else (),
                config={
                    "sip.conf": SIP_CONF.format(own=free_port("udp"), carrier=carrier.port, gate=sip_gate.port),
                    "lab-manager.d/users.conf": USERS_CONF,
                },
            )
        )
        proxy = stack.enter_context(RunningProxy(asterisk.ami_port))
        yield Site(asterisk, carrier, proxy, sip_gate)


@pytest.fixture
def client(site: Site) -> Iterator[AmiClient]:
    """A dialer on the proxy."""
    site.proxy.questions.clear()
    with AmiClient(site.proxy.port) as client:
        yield client


def raw(port: int, octets: bytes, end: bytes) -> bytes:
    """What a manager sends in answer to some bytes, until something comes that ends it."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        plain.sendall(octets)
        answer = b""
        while end not in answer:
            chunk = plain.recv(65536)
            assert chunk, answer
            answer += chunk
        return answer


LOGIN = b"Action: Login\r\nUsername: dialer\r\nSecret: dialer-secret\r\nEvents: off\r\n\r\n"
LOGOFF = b"Action: Logoff\r\nActionID: bye\r\n\r\n"
END = b"ActionID: bye\r\nMessage: Thanks for all the fish.\r\n\r\n"


@pytest.mark.parametrize(
    "actions",
    [
        b"Action: Ping\nActionID: 1\n\n",
        b"Action: Command\r\nActionID: 1\r\nCommand: core show applications\r\n\r\n",
        b"Action: Command\r\nActionID: 1\r\nCommand: core show channel nobody\r\n\r\n",
        b"Action: CoreShowChannels\r\nActionID: 1\r\n\r\nAction: ListCommands\r\nActionID: 2\r\n\r\n",
        b"\r\nActionID: 3\r\n\r\nAction: Hangup\r\n\r\naction:challenge\r\nAUTHTYPE:  MD5\r\n\r\n",
        b"Action: Ping\r\nX: " + b"a" * 1020 + b"\r\n\r\n",
        b"Action: Ping\r\nActionID: 4\r\n" + b"X: y\r\n" * 127 + b"\r\n",
    ],
)
def test_answers_are_the_same_as_without_the_proxy(site: Site, actions: bytes) -> None:
    """A client gets byte for byte what it would get straight from Asterisk."""
    straight = raw(site.asterisk.ami_port, LOGIN + actions + LOGOFF, END)
    through = raw(site.proxy.port, LOGIN + actions + LOGOFF, END)
    if b"X: a" in actions:
        # Asterisk takes the rest of a line that is too long for the end of one action and the begin of another.
        straight = straight.replace(b"Response: Error\r\nMessage: Missing action in request\r\n\r\n", b"")
    assert without_times(through) == without_times(straight)


def without_times(octets: bytes) -> list[bytes]:
    """Lines but for those that name the moment or a random challenge."""
    passing = (b"Timestamp:", b"Challenge:", b"LastReload", b"Uptime")
    return [line for line in octets.split(b"\r\n") if not line.startswith(passing)]


def test_an_action_of_a_hundred_kilobytes_is_answered(site: Site) -> None:
    """A large action passes whole: its event comes back with all that it said."""
    headers = b"".join(b"Header%d: %s\r\n" % (number, b"x" * 1000) for number in range(100))
    big = b"Action: UserEvent\r\nUserEvent: Big\r\n" + headers + b"\r\n"
    answer = raw(
        site.proxy.port, LOGIN.replace(b"Events: off\r\n", b"") + big, b"Header99: " + b"x" * 1000 + b"\r\n\r\n"
    )
    assert headers in answer


@pytest.mark.parametrize(
    "where",
    [
        {"Channel": f"PJSIP/{LISTED}@trunk", "Application": "Wait", "Data": "1"},
        {"Channel": f"Local/{LISTED}@outbound", "Context": "agents", "Exten": "1001", "Priority": "1"},
        {"Channel": "Local/1001@agents", "Context": "outbound", "Exten": LISTED, "Priority": "1"},
        {"Channel": "Local/1001@agents", "Application": "Dial", "Data": f"PJSIP/{FREE}@trunk&PJSIP/{LISTED}@trunk"},
    ],
)
def test_a_blocked_originate_looks_like_a_failed_one(site: Site, client: AmiClient, where: dict[str, str]) -> None:
    """In both forms the answer has what Asterisk's own has for a call that failed, and nobody is called."""
    response = client.originate(where)
    failed = client.originate(Channel=f"PJSIP/{FREE}@nobody", Application="Wait", Data="1")
    assert [header for header in response if not header.startswith("Gatekeeper")] == list(failed)
    assert (response["Response"], response["Message"]) == (failed["Response"], failed["Message"])
    event = client.originate_async(where, CallerID='"Sales" <0123>')
    own = "Exten" in where
    failing = {**where, "Channel": "Local/9@nowhere", **({} if own else {"Application": "Wait", "Data": "1"})}
    if own:
        failing |= {"Context": "agents", "Exten": "1001"}
    theirs = client.originate_async(failing, CallerID='"Sales" <0123>')
    shown = [header for header, _ in theirs.headers if header != "Timestamp"]
    assert [header for header, _ in event.headers][: len(shown)] == shown
    same = ("Event", "Privilege", "Response", "Reason", "Uniqueid", "CallerIDNum", "CallerIDName")
    assert [event[header] for header in same] == [theirs[header] for header in same]
    assert (event["Channel"], event.get("Exten")) == (where["Channel"], where.get("Exten"))
    assert (event["GatekeeperReason"], event["GatekeeperList"]) == ("LISTED", "bloctel")
    assert (event["GatekeeperProvision"], event["GatekeeperRetryAt"]) == ("", "never")
    assert LISTED not in [invite.number for invite in site.carrier.settle()]


def test_an_allowed_originate_is_placed_with_its_decision(site: Site, client: AmiClient) -> None:
    """The call is made, and its decision is in a variable of both legs."""
    event = client.originate_async(
        {"Variable": ["GATEKEEPER_CAMPAIGN=winter,A=1", "B=2"]},
        Channel=f"PJSIP/{FREE}@trunk",
        Context="agents",
        Exten="1001",
        Priority="1",
    )
    assert event["Response"] == "Success"
    assert client.wait_event("UserEvent", UserEvent="Decision")["Value"] == ALLOWED.id
    (question,) = site.proxy.questions
    assert (question.dialled, question.gate, question.campaign) == (FREE, Gate.AMI_PROXY, "winter")
    assert FREE in [invite.number for invite in site.carrier.settle()]


def test_what_a_call_says_of_itself_is_asked_with_and_goes_on(site: Site, client: AmiClient) -> None:
    """The gate is asked with it, and the gates behind find it in the variables of the channels."""
    words = ["GATEKEEPER_GOODS=insurance", "__GATEKEEPER_DIAL_MODE=manual"]
    client.originate_async(
        {"Variable": words}, Channel=f"Local/{FREE}@saying/n", Application="Wait", Data="0.2",
        CallerID='"Acme" <0162000000>',
    )  # fmt: skip
    assert client.wait_event("UserEvent", UserEvent="Saying")["Value"] == "insurance manual"
    assert client.wait_event("UserEvent", UserEvent="Called")["Mode"] == "manual"
    (question,) = site.proxy.questions
    assert (question.said, question.caller_id) == (Said(goods="insurance", dial_mode="manual"), "0162000000")
    site.carrier.settle()


def test_the_decision_is_inherited_through_local_channels(site: Site, client: AmiClient) -> None:
    """A Local channel's other half, and what it dials, carry the decision too."""
    client.originate_async(Channel=f"Local/{FREE}@outbound/n", Application="Wait", Data="0.2")
    assert client.wait_event("UserEvent", UserEvent="Calling")["Value"] == ALLOWED.id
    assert client.wait_event("UserEvent", UserEvent="Called")["Value"] == ALLOWED.id
    assert FREE in [invite.number for invite in site.carrier.settle()]


def test_answers_stay_in_order(site: Site) -> None:
    """Every answer comes in the order of the actions, also behind lists and an originate that waits."""
    blocked = f"Channel: PJSIP/{LISTED}@trunk\r\nApplication: Wait\r\n"
    actions = [
        "Action: Ping\r\nActionID: 0\r\n\r\n",
        f"Action: Originate\r\nActionID: 1\r\n{blocked}\r\n",
        "Action: CoreShowChannels\r\nActionID: 2\r\n\r\n",
        f"Action: Originate\r\nActionID: 3\r\n{blocked}Async: true\r\n\r\n",
        "Action: Originate\r\nActionID: 4\r\nChannel: Local/1001@agents\r\nApplication: Wait\r\nData: 0.1\r\n\r\n",
        f"Action: Originate\r\nActionID: 5\r\n{blocked}\r\n",
        "Action: ModuleLoad\r\nActionID: 6\r\nModule: x\r\n\r\n",
        "Action: Command\r\nActionID: 7\r\nCommand: core show version\r\n\r\n",
        f"Action: Originate\r\nActionID: 8\r\n{blocked}\r\n",
    ]
    for login in (LOGIN, LOGIN.replace(b"Events: off\r\n", b"")):
        answer = raw(site.proxy.port, login + "".join(actions).encode() + LOGOFF, END)
        responses = [message for message in answer.split(b"\r\n\r\n") if message.startswith(b"Response: ")]
        found = [
            line[10:] for message in responses for line in message.split(b"\r\n") if line.startswith(b"ActionID: ")
        ]
        assert found == [b"%d" % number for number in range(9)] + [b"bye"]
        assert b"gatekeeper-" not in answer


def test_bypasses_are_refused_and_asterisk_never_sees_them(site: Site, client: AmiClient) -> None:
    """What would go round the gate is answered with an error."""
    trunk = f"PJSIP/{LISTED}@trunk"
    for name, headers in [
        ("Command", {"Command": f"channel originate {trunk} application Wait 1"}),
        ("Command", {"Command": "dialplan set global GATEKEEPER_X 1"}),
        ("Setvar", {"Variable": "GATEKEEPER_VERDICT", "Value": "ALLOW"}),
        ("QueueAdd", {"Queue": "q", "Interface": trunk}),
        ("Originate", {"Channel": "Local/1001@agents", "Application": "System", "Data": "true"}),
        ("Originate", {"Channel": "Local/1001@agents", "Application": "Wait", "Variable": "GATEKEEPER_VERDICT=ALLOW"}),
    ]:
        answer = client.action(name, headers)
        assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied"), (name, answer)
    assert "GATEKEEPER" not in site.asterisk.cli("dialplan show globals")
    assert LISTED not in [invite.number for invite in site.carrier.settle()]


def test_a_line_too_long_hides_no_originate(site: Site) -> None:
    """Asterisk would read two actions where a line is too long for it, the second an originate; it gets neither."""
    hiding = b"Action: Ping\r\nX: " + b"a" * 1020 + b"\r\nAction: Originate\r\nActionID: 9\r\n"
    hiding += f"Channel: PJSIP/{LISTED}@trunk\r\nApplication: Wait\r\nData: 1\r\n\r\n".encode()
    through = raw(site.proxy.port, LOGIN + hiding + LOGOFF, END)
    assert b"Originate" not in through
    assert LISTED not in [invite.number for invite in site.carrier.settle()]
    raw(site.asterisk.ami_port, LOGIN + hiding + LOGOFF, b"ActionID: 9")
    assert LISTED in [invite.number for invite in site.carrier.settle()], "straight to Asterisk it is a call"


def test_a_wrong_password_fails_as_at_asterisk(site: Site) -> None:
    """A failed login fails as it would at Asterisk, and nothing is screened."""
    site.proxy.questions.clear()
    call = f"Action: Originate\r\nChannel: PJSIP/{LISTED}@trunk\r\nApplication: Wait\r\n\r\n".encode()
    answer = raw(site.proxy.port, LOGIN.replace(b"dialer-secret", b"wrong") + call, b"Authentication failed\r\n\r\n")
    assert b"Response: Error" in answer
    assert site.proxy.questions == []


def test_clients_can_log_in_again_after_asterisk_restarted(
    asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """When Asterisk goes its clients are hung up on; when it is back they can log in again."""
    folder = tmp_path_factory.mktemp(f"restart-{asterisk_root.release}")
    with (
        AsteriskInstance(asterisk_root, folder, dialplan=DIALPLAN) as asterisk,
        RunningProxy(asterisk.ami_port) as proxy,
    ):
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as plain:
            assert plain.recv(100).startswith(b"Asterisk Call Manager/")
            asterisk.kill()
            assert plain.recv(100) == b""
        asterisk.start()
        with AmiClient(proxy.port) as client:
            assert client.action("Ping")["Ping"] == "Pong"
            assert client.originate(Channel=f"PJSIP/{LISTED}@trunk", Application="Wait")["Response"] == "Error"


USERS = [LISTED, f"-{LISTED}", "06-12-34-56-78", "06.12.34.56.78", "+33612345678", "0033612345678"]
DIALLED = [
    *(f"PJSIP/agent/sip:{user}@{{carrier}}" for user in USERS),
    *(f"PJSIP/agent/{scheme}:{LISTED}@{{carrier}}" for scheme in ("SIP", "sIp")),
    *(f"PJSIP/agent/sip:{user}@{{carrier}}" for user in (f"%2D{LISTED}", f"%30{LISTED[1:]}", f"tel%3A{LISTED}")),
    *(f"PJSIP/agent/sip:{LISTED}{more}@{{carrier}}" for more in (";ext=5", ":secret", ";phone-context=fr", "/", "x1")),
    *(f"PJSIP/agent/sip:{user}@{{carrier}}" for user in (f"(06){LISTED[2:]}", f"tel:{LISTED}", f"{LISTED};x=1")),
    *(f"PJSIP/agent/sip:{LISTED}@{{carrier}}{more}" for more in (";user=phone", ";transport=udp", "?X=y")),
    *(f"PJSIP/{user}@trunk" for user in (*USERS, f"(06){LISTED[2:]}", f"{LISTED};ext=5", f"tel:{LISTED}")),
    *(f"PJSIP/{user}@agent" for user in USERS),
    *(f"PJSIP/{LISTED}@trunk/sip:{more}{{carrier}}" for more in ("", f"{FREE}@", "8600051@")),
    *(f"PJSIP/{LISTED}@agent/{aor}" for aor in ("trunk", "agent")),
    *(
        f"PJSIP/agent/<sip:{LISTED}@{{carrier}}>",
        f'PJSIP/agent/"x" <sip:{LISTED}@{{carrier}}>',
        f"PJSIP/agent/tel:{LISTED}",
    ),
    *(f"Local/{user}@anywhere" for user in USERS[:4]),
    *(f"Local/{user}@outbound/n" for user in USERS[:4]),
]
"""Dial strings with the listed number in them; an Asterisk 22 dials most, whatever they look like."""

DIALLED_BY_CHAN_SIP = [
    *(f"SIP/peer/{user}" for user in USERS),
    *(f"SIP/{user}@peer" for user in USERS),
    *(
        f"SIP/{LISTED}@peer/{FREE}",
        f"SIP/{LISTED}:secret@peer",
        f"SIP/{LISTED}@{{carrier}}",
        f"SIP/peer/(06){LISTED[2:]}",
    ),
]


def numbers_like_the_listed(carrier: Carrier) -> list[str]:
    """What the carrier was asked to call, where it would be the listed person."""
    numbers = [invite.number for invite in carrier.settle()]
    return [number for number in numbers if LISTED[1:] in re.sub("[^0-9]", "", number)]


def test_no_dial_string_hides_the_listed_number(site: Site, client: AmiClient) -> None:
    """However a dial string spells the number, it is asked about or refused, and the carrier sees nothing."""
    old = site.asterisk.root.release == "16"
    strings = [*DIALLED, *(DIALLED_BY_CHAN_SIP if old else [])]
    channels = [string.format(carrier=f"127.0.0.1:{site.carrier.port}") for string in strings]
    before = len(numbers_like_the_listed(site.carrier))
    for channel in channels:
        answer = client.originate(Channel=channel, Application="Wait", Data="0.1", Timeout="2000")
        assert answer["Response"] == "Error", channel
        assert {"GatekeeperDecision", "GatekeeperRefusal"}.intersection(answer), channel
    for extension in USERS[:4]:
        where = {"Channel": "Local/1001@agents", "Context": "anywhere", "Exten": extension, "Priority": "1"}
        assert "GatekeeperDecision" in client.originate(where), extension
    assert numbers_like_the_listed(site.carrier)[before:] == []
    with AmiClient(site.asterisk.ami_port) as straight:
        for channel in channels:
            straight.send("Originate", Channel=channel, Application="Wait", Data="0.1", Async="true", Timeout="2000")
        straight.action("Ping")
        most = len(channels) * 2 // 3
        wait_until(
            lambda: len(numbers_like_the_listed(site.carrier)[before:]) > most, 30, "the calls straight to Asterisk"
        )


@pytest.mark.parametrize("user", RIGHTS)
def test_a_client_sees_what_its_rights_let_it_see(site: Site, user: str) -> None:
    """Without `originate` it gets Asterisk's refusal, unasked; the event comes where Asterisk would send it."""
    *_, may, sees = RIGHTS[user]
    blocked = {"Channel": f"PJSIP/{LISTED}@trunk", "Application": "Wait", "Async": "true"}
    failing = {**blocked, "Channel": "Local/9@nowhere"}
    for events in (True, False):
        with AmiClient(site.proxy.port, user, events=events) as ours, AmiClient(site.asterisk.ami_port, user) as theirs:
            site.proxy.questions.clear()
            for _ in range(2):
                response = ours.action("Originate", blocked, ActionID="ours")
                assert dict(response) == {**theirs.action("Originate", failing, ActionID="theirs"), "ActionID": "ours"}
            ours.action("Originate", failing, ActionID="last")
            assert len(site.proxy.questions) == (2 if may else 0)
            if may and sees and events:
                for ident, count in (("last", 1), ("ours", 2)):
                    wait_until(partial(seen, ours, ident, count), 60, f"the events of {ident}")
            elif may:
                time.sleep(0.1)
            shown = [event for event in ours.events if event["Event"] == "OriginateResponse"]
            own = [event for event in shown if event.get("ActionID") == "ours"]
            assert len(own) == (2 if may and sees and events else 0)
            assert all(
                event["GatekeeperReason"] == "LISTED" and event["Channel"] == blocked["Channel"] for event in own
            )
            assert not [event for event in shown if event["ActionID"].startswith("gatekeeper-")]


def responses_to(client: AmiClient, ident: str) -> list[AmiMessage]:
    """The events that tell a client the end of its originates with that ActionID."""
    events = [event for event in list(client.events) if event["Event"] == "OriginateResponse"]
    return [event for event in events if event.get("ActionID") == ident]


def seen(client: AmiClient, ident: str, count: int) -> bool:
    """Whether so many of them have come."""
    return len(responses_to(client, ident)) >= count


def test_without_the_right_to_originate_nothing_is_asked(site: Site) -> None:
    """The same for every action that can place a call; and the answers stay in order."""
    actions = {
        "Originate": {"Channel": f"PJSIP/{LISTED}@trunk", "Application": "Wait"},
        "Redirect": {"Channel": "x", "Context": "outbound", "Exten": LISTED, "Priority": "1"},
        "Atxfer": {"Channel": "x", "Context": "outbound", "Exten": LISTED},
        "Command": {"Command": f"channel originate PJSIP/{FREE}@trunk application Wait 1"},
        "Ping": {},
    }
    with AmiClient(site.proxy.port, "quiet") as client:
        site.proxy.questions.clear()
        idents = [client.send(name, headers) for name, headers in actions.items() if name != "Originate"]
        answers = [client.response(ident) for ident in idents]
    assert [answer.get("Message") for answer in answers] == ["Permission denied"] * 3 + [None]
    assert site.proxy.questions == []


@pytest.mark.parametrize("waits", ["true", "false"])
@pytest.mark.parametrize("channel", ["PJSIP/{}@behind", "SIP/behind/{}"])
def test_an_originate_straight_to_a_trunk_tells_its_gate_of_the_decision(
    site: Site, client: AmiClient, channel: str, waits: str
) -> None:
    """No dialplan runs before its INVITE: Asterisk sets the header, beside what the client sets itself."""
    if channel.startswith("SIP/") and site.asterisk.root.release != "16":
        pytest.skip("chan_sip is gone")
    number = f"01234567{len(site.sip_gate.invites):02}"
    variables = ["__GATEKEEPER_GOODS=insurance", "PJSIP_HEADER(add,X-Own)=1" if "PJSIP" in channel else "A=1"]
    client.action(
        "Originate", Channel=channel.format(number), Application="Wait", Data="1", Async=waits, Variable=variables
    )
    wait_until(lambda: number in site.sip_gate.numbers, 60, "the INVITE")
    assert site.sip_gate.told(number) == {"Decision": ALLOWED.id}
    own = [invite.headers.get("X-Own") for invite in site.sip_gate.invites if invite.number == number]
    assert own == [["1"] if "PJSIP" in channel else None]
