"""Applications and their options, by every way in which a client can run one; and a property over all that are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.ami.protocol.inspect.agi import agi_words
from gatekeeper.ami.protocol.inspect.forms import ALL_FORMS
from gatekeeper.ami.protocol.inspection import Check, Deny, Pass
from tests.ami.looking import TRUNK, N, by_every_way, demand, look

LEADING = "(outbound^0612345678^1)"
OPTIONED = [
    *((f"Dial,PJSIP/1002,30,{letter}") for letter in "bBFGUMe"),
    *((f"RetryDial,a,1,1,PJSIP/1002,30,{letter}") for letter in "bBFGUMe"),
    *((f"Queue,sales,{letter}") for letter in "bBF"),
    *((f"Page,PJSIP/1002,{letter}") for letter in "bB"),
    *((f"FollowMe,1001,{letter}") for letter in "bB"),
    *((f"Originate,PJSIP/1002,app,Echo,,,,{letter}") for letter in "bBv"),
    "Bridge,PJSIP/1-1,F", "Park,default,c", "ParkAndAnnounce,default,c", "VoiceMail,1001,d", "MeetMe,1,b",
    "MixMonitor,f.wav,i",
]  # fmt: skip


@pytest.mark.parametrize("call", OPTIONED)
@pytest.mark.parametrize("around", ["{}", "{}(a)", "tT{}", "{}t", "m(x){}", "t {}"])
def test_options_that_dial_or_run_are_refused(call: str, around: str) -> None:
    """Whatever stands before and behind such an option, and by whichever way it is run."""
    application, _, rest = call.partition(",")
    data, _, option = rest.rpartition(",")
    demand(by_every_way(application, f"{data},{around.format(option + LEADING)}"), Deny)


@pytest.mark.parametrize("option", ["\udce2(x)", "\u00e2", "t(", "t)", 't("a")', "t\\", "~", "t((x))", "2(x)", "'b'"])
def test_options_that_are_not_plain_are_refused(option: str) -> None:
    """Asterisk looks at seven bits of a letter, takes quotes away, and goes on behind what it does not know."""
    data = f"PJSIP/1002,30,{option}"
    demand([look("Originate", Channel="PJSIP/1001", Application="Dial", Data=data)], Deny)


@pytest.mark.parametrize(
    "call",
    [
        "Dial,PJSIP/1002,30,tTwWr", "Dial,PJSIP/1002,30,gL(60000:5000)S(30)", "Queue,sales,tc,,,30", "Queue,sales",
        "Page,PJSIP/1002&PJSIP/1003,dA(beep)", "FollowMe,1001,sa", "MixMonitor,f.wav,ab", "MixMonitor,f.wav",
        "AGI,call_log.agi,1,2", "AGI,agi:async", "EAGI,script.py",
        "AudioSocket,40325ec2-5efd-4bd3-805f-53576e581d13,host:9092",
        "SendFAX,/tmp/a.tif,dF", "SayAlpha,abc", "StartMusicOnHold,default", "AddQueueMember,sales,PJSIP/1002",
        "RemoveQueueMember,sales,PJSIP/1002", "ConfBridge,1001", "MeetMe,8600051,Fq", "Playback,hello,noanswer",
        "VoiceMail,1001,su", "ChanSpy,PJSIP/1001,r(spied)", "Record,/var/lib/asterisk/sounds/85100001.wav,0,30",
        "MixMonitor,/var/spool/asterisk/monitor/MIX/20261127-1_0612345678.wav,r(rx.wav)t(tx.wav)m(1001@default/Work)",
        "MixMonitor,2026/11/27/out-1.wav,b", "Monitor,wav,/var/spool/asterisk/monitor/1", "Record,prompt:gsm",
        "ReceiveFAX,/var/spool/asterisk/fax/1.tif", "Dictate,/var/spool/asterisk/dictate", "Dictate,,1",
        "Transfer,1001", "Transfer,PJSIP/1001", "Transfer,*97",
        "ConfBridge,sales,default_bridge,default_user", "ChanSpy,PJSIP/1001,qw", "Read,DIGITS,hello,4",
        "Background,hello,m,,agents", "Bridge,PJSIP/1-1,tx", "Park,default,rt(30)", "Goto,agents,1001,1",
        "Goto,agents,1001,label",
        "Gosub,agents,s,1(x)",
        "Set,FOO=bar", "MSet,A=1,B=2", "Monitor,wav,call-1,m", "UserEvent,Hello,A: b", "ParkedCall,default,701",
    ],
)  # fmt: skip
def test_what_dialers_run_passes(call: str) -> None:
    """What calls nobody outside passes, by whichever way it is run."""
    application, _, data = call.partition(",")
    demand(by_every_way(application, data), Pass)


@pytest.mark.parametrize(
    "call",
    [
        f"Dial,{TRUNK},30", f"Page,PJSIP/1002&{TRUNK}", f"RetryDial,a,1,1,{TRUNK}", f"AddQueueMember,sales,{TRUNK}",
        f"ParkAndAnnounce,default,r,vm-rec,{TRUNK}", f"Goto,outbound,{N},1", f"Goto,outbound,{N},1,x", f"Goto,{N},1",
        f"Gosub,agents,s,1({N})", f"Gosub,agents,s,1(a,{TRUNK})", f"ChannelRedirect,PJSIP/1-1,outbound,{N},1",
        f"BlindTransfer,{N},outbound", f"AttendedTransfer,{N}", f"Set,AGENT={TRUNK}", f"MSet,A=1,B={TRUNK}",
        f"Transfer,{N}", f"Transfer,SIP/{N}", f"Transfer,PJSIP/sip:{N}@127.0.0.1:5070;x=/112",
        f"Transfer,{N}@carrier",
        f"Transfer,PJSIP/tel:{N}", f"Transfer,pjsip/sips:{N}@h", f"Transfer,sip:{N}@h",
        f"AGI,script.agi,{TRUNK}", f"Originate,PJSIP/1002,exten,outbound,{N},1",
    ],
)  # fmt: skip
def test_what_applications_call_is_checked(call: str) -> None:
    """Every number is found, by whichever way the application is run."""
    application, _, data = call.partition(",")
    demand(by_every_way(application, data), Check, N)


@pytest.mark.parametrize(
    "call",
    [
        "AGI,agi://192.0.2.1/x", "AGI,hagi://host/x", "AGI,/bin/sh", "AGI,../../bin/sh", "AGI,a/b", "EAGI,/bin/sh",
        "AGI,",
        "DeadAGI,agi://h/x", "Queue,sales,,,,,script.agi", "Queue,sales,,,,,,macro", "Queue,sales,,,,,,,gosub",
        "MixMonitor,f.wav,,rm", "MixMonitor,f.wav,b,touch x #", "Monitor,wav,$(touch x),m", "Monitor,wav,a;b,m",
        "Goto,5", "Goto,outbound,s,2", "Goto,outbound,s,label", "Goto,outbound,s,+1", f"Goto,outbound,{N},02",
        "Gosub,x,s,2",
        "ChannelRedirect,PJSIP/1-1,outbound,s,5", "ChannelRedirect,PJSIP/1-1,5", "Background,hello,m,,outbound",
        "Directory,default,outbound", "Set,GATEKEEPER_VERDICT=ALLOW", "Set,A=1,GATEKEEPER_VERDICT=ALLOW",
        "MSet,A=1,TRANSFER_CONTEXT=x", "Read,GATEKEEPER_VERDICT,hello", "Read,CHANNEL(x),hello",
        "UserEvent,GatekeeperEmergency,Number: 1", "UserEvent,gatekeeperfailopen", "Macro,x", "Exec,Dial(x)",
        "TryExec,Dial(x)",
        "System,x", "TrySystem,x", "ExternalIVR,x", "Festival,x", "MP3Player,x", "DISA,no-password,outbound",
        "Return", "StackPop",
        "While,1", "GotoIf,1?outbound,s,1", "ExecIf,1?Dial(x)", "ImportVar,A=x,B", "CallCompletionRequest", "Flash",
        "SomethingNew,x", "Originate,PJSIP/1002,exten,outbound,s,2", "WaitForCondition,#,#{SHELL(x)}",
        "MessageSend,sip:x", f"Transfer,SIP/sip:{N};x=1/5", f"Transfer,PJSIP/tel:{N};x=/5", f"Transfer,{N}/112",
        f"Transfer,P/{N}", "Transfer,", "Transfer,PJSIP/", "Transfer,PJSIP/sip:192.0.2.1", "Transfer,PJSIP/sip:@h",
        f"Transfer,PJSIP/<sip:{N}@h>", f"Transfer,PJSIP/112?{N}", f"Transfer,112,sip:{N}@h", f"Transfer,1/{N}/112",
        f"Transfer,PJSIP/112/{N}", f"Transfer,sip:{N}@h;x=/112", f"Transfer,SIP/{N}@h/112",
        "ConfBridgeX", "RetryDial,a,1,1,PJSIP/1002,30,,,PJSIP/1003",
    ],
)  # fmt: skip
def test_what_could_run_anything_is_refused(call: str) -> None:
    """Programs, scripts from elsewhere, places behind the gate, and what is not known."""
    application, _, data = call.partition(",")
    demand(by_every_way(application, data), Deny)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("EXEC  Dial a,b", ["EXEC", "Dial", "a,b"]), ('EXEC "Dial" "a b"', ["EXEC", "Dial", "a b"]),
        ('a"b c"d', ["ab cd"]),
        ('a "" b', ["a", "", "b"]), ("a\\ b", ["a b"]), ('a \\"b', ["a", '"b']), ("a\\\\b", ["a\\b"]), ("", []),
        ("\t a\t", ["a"]),
    ],
)  # fmt: skip
def test_an_agi_command_is_divided_as_asterisk_divides_it(line: str, words: list[str]) -> None:
    """A command is divided as Asterisk divides it."""
    assert agi_words(line) == words


SPOOL = "/var/spool/asterisk/outgoing"
WRITING = [
    "Record,{},0,1", "MixMonitor,{}", "MixMonitor,a.wav,r({})", "MixMonitor,a.wav,bt({})", "MixMonitor,,r({})t(a)",
    "Monitor,wav,{}", "ChangeMonitor,{}", "ChanSpy,PJSIP/1001,qr({})", "ExtenSpy,1001@agents,r({})", "Dictate,{}",
    "Dictate,/var/spool/asterisk/dictate,{}", "ReceiveFAX,{}", "MeetMe,1{},r", "ConfBridge,1{}", "TestClient,{}",
    "MinivmAccMess,1001@{}", "MinivmRecord,1001@{}", "MixMonitor,a.wav,m(1001@default/{})",
]  # fmt: skip


@pytest.mark.parametrize(
    "path", [f"{SPOOL}/x", f" {SPOOL}/x", "/../outgoing/x", "/../../etc/x", "/Outgoing/x", "/./outgoing/x", "/x/../x"]
)
@pytest.mark.parametrize("call", WRITING)
def test_no_file_is_written_among_the_calls_to_place(call: str, path: str) -> None:
    """Asterisk places a call for each file in its folder `outgoing`, and a recording is what the far end sends."""
    application, _, data = call.format(path).partition(",")
    demand(by_every_way(application, data), Deny)


@pytest.mark.parametrize("path", ["/etc/asterisk/x", "/var/lib/asterisk/agi-bin/x", "/var/spool/asterisk/x", "/srv/x"])
@pytest.mark.parametrize(
    "call", ["Record,{}", "MixMonitor,{}", "MixMonitor,a.wav,t({})", "Monitor,wav,{}", "Dictate,{}"]
)
def test_files_are_written_to_the_folders_of_recordings(call: str, path: str) -> None:
    """An absolute name leads to one of them; a name that only begins like one does not."""
    application, _, data = call.format(path).partition(",")
    demand(by_every_way(application, data), Deny)


@pytest.mark.parametrize(
    ("call", "channel"),
    [
        *((call, channel) for call in (f"SendDTMF,#1ww{N}", "SendDTMF,1,,,", f"Dial,PJSIP/1002,,D(#1{N})",
                                       f"Dial,PJSIP/1002,5,tgD(:#1{N})", f"RetryDial,a,1,1,PJSIP/1002,,D(#1{N})")
          for channel in ("Local/1001@agents/n", "local/1001@agents", "LOCAL/1001@agents-00000001;1")),
        *((call, "PJSIP/1001") for call in (f"SendDTMF,#1{N},,,Local/1@agents-1;1",
                                            f"SendDTMF,#1{N},,,local/1@agents-1;1",
                                            f"SendDTMF,#1{N},,,1795461703.2", f"Dial,Local/1@agents/n,,D(#1{N})",
                                            "Dial,PJSIP/1002&local/1@agents,9,gD(#1)",
                                            "RetryDial,a,1,1,Local/1@agents,,D(1)")),
    ],
)  # fmt: skip
def test_no_digits_are_sent_to_half_of_a_local_channel(call: str, channel: str) -> None:
    """They come out of its other half as if they had been dialled, and a feature code there places a call."""
    application, _, data = call.partition(",")
    demand(by_every_way(application, data, channel), Deny)


@pytest.mark.parametrize(
    "call",
    ["SendDTMF,123#", "SendDTMF,1,250,100,PJSIP/trunk-00000001", "Dial,PJSIP/1002,,D(123)", "Dial,SIP/1002,5,gD(w1:2)"],
)
def test_digits_are_sent_to_the_far_end(call: str) -> None:
    """On a channel that leads to a telephone or a trunk, they are what the far end hears."""
    application, _, data = call.partition(",")
    demand(by_every_way(application, data), Pass)
    demand(by_every_way(application, data, "SIP/1001"), Pass)


PIECES = st.sampled_from([
    ",", "(", ")", "b", "B", "F", "G", "U", "M", "e", "t", "L", "(a^b^1)", TRUNK, "PJSIP/1001", "30", '"', "\\", "[",
    "]", "&",
    " ", "", "\u00e2", "^", "1", "${X}", "touch x",
])  # fmt: skip


@given(st.sampled_from(sorted(ALL_FORMS)), st.lists(PIECES, max_size=14))
def test_no_text_reaches_asterisk_with_an_unread_option(application: str, pieces: list[str]) -> None:
    """Whatever passes has, divided as Asterisk divides it, no option that dials and no argument that runs."""
    data = "".join(pieces)
    finding = look("Originate", Channel="PJSIP/1001", Application=application, Data=data)
    if isinstance(finding, Deny):
        return
    form = ALL_FORMS[application]
    arguments = asterisk_divides(data, len(form.kinds))
    for kind, argument in zip(form.kinds, arguments, strict=False):
        if kind == "options":
            assert not form.refused.intersection(asterisk_options(argument)), argument
        elif kind == "none":
            assert not argument.strip()
        elif kind == "dial" and TRUNK in argument.split("&"):
            assert isinstance(finding, Check)


def asterisk_divides(text: str, most: int) -> list[str]:
    """What `__ast_app_separate_args` makes of a text, written apart from the product's; the last takes all the rest."""
    found, depth, square, quoted, current, index = [], 0, 0, False, "", 0
    while index < len(text):
        letter = text[index]
        index += 1
        if letter == "," and not (depth or square or quoted) and len(found) < most - 1:
            found.append(current)
            current = ""
        elif letter == '"':
            quoted = not quoted
        elif letter == "\\":
            current += text[index : index + 1]
            index += 1
        else:
            depth = depth + 1 if letter == "(" else max(0, depth - 1) if letter == ")" else depth
            square = square + 1 if letter == "[" else max(0, square - 1) if letter == "]" else square
            current += letter
    return [*found, current]


def asterisk_options(text: str) -> set[str]:
    """The letters that `ast_app_parse_options` takes for options, seven bits of each byte."""
    found, depth = set(), 0
    for octet in text.encode():
        letter = chr(octet & 0x7F)
        if depth == 0 and letter != "(":
            found.add(letter)
        depth = depth + 1 if letter == "(" else max(0, depth - 1) if letter == ")" else depth
    return found
