import pytest

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy, Handling, Policies
from gatekeeper.ami.protocol.inspect import inspect
from gatekeeper.ami.protocol.inspection import Check, Deny, Inspection, Pass
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.ami.protocol.wire import ActionFramer
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import CallerIdKind
from gatekeeper.screening.call import NOTHING_SAID, Said, read_caller_id
from gatekeeper.screening.said import VARIABLES

N = "0612345678"
M = "0698765432"
ORIGINATE = "Action: Originate\n"
AGENT = "Channel: PJSIP/1001\n"


def look(text: str, policy: ClientPolicy | None = None) -> Inspection:
    """What the inspection of an action says."""
    framer = ActionFramer()
    framer.feed(text.removesuffix("\n").encode("utf-8", "surrogateescape") + b"\n\n")
    raw = framer.next_action()
    assert raw is not None
    return inspect(Action(raw), Routes(), policy or ClientPolicy())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Originate: the channel
        (f"{ORIGINATE}Channel: PJSIP/{N}@trunk\nApplication: Echo", [N]),
        (f"{ORIGINATE}Channel: Local/{N}@outbound/n\nContext: agents\nExten: 1001\nPriority: 1", [N]),
        (f"action:originate\nCHANNEL:SIP/trunk/{N}\nApplication: Playback\nData: hello", [N]),
        # Originate: where it goes
        (f"{ORIGINATE}{AGENT}Context: from-internal\nExten: {N}\nPriority: 1", [N]),
        (f"{ORIGINATE}{AGENT}Context: outbound\nExten: 3639\nPriority: 1", ["3639"]),
        (f"{ORIGINATE}Channel: PJSIP/{N}@trunk\nContext: outbound\nExten: {M}\nPriority: 1", [N, M]),
        # Originate: what it runs
        (f"{ORIGINATE}{AGENT}Application: Dial\nData: PJSIP/{N}@trunk,30,g", [N]),
        (f"{ORIGINATE}{AGENT}Application: Dial\nData: PJSIP/1002&PJSIP/{N}@trunk&SIP/t/{M},30", [N, M]),
        (f"{ORIGINATE}{AGENT}Application: dial \nData: PJSIP/{N}@trunk", [N]),
        (f"{ORIGINATE}{AGENT}Application: Page\nData: PJSIP/1002&SIP/t/{M},d", [M]),
        (f"{ORIGINATE}{AGENT}Application: RetryDial\nData: sorry,2,3,SIP/t/{M},30", [M]),
        (f"{ORIGINATE}{AGENT}Application: Transfer\nData: PJSIP/{N}@carrier", [N]),
        (f"{ORIGINATE}{AGENT}Application: Goto\nData: outbound,{N},1", [N]),
        (f"{ORIGINATE}{AGENT}Application: Gosub\nData: outbound,{N},1(a,b)", [N]),
        (f"{ORIGINATE}{AGENT}Application: Originate\nData: PJSIP/{N}@trunk,exten,outbound,{M},1", [N, M]),
        (f"{ORIGINATE}{AGENT}Application: Originate\nData: PJSIP/1002,app,Dial,PJSIP/{N}@trunk", [N]),
        (f"{ORIGINATE}{AGENT}Application: Originate\nData: PJSIP/1002,app,Dial,SIP/t/{N}&SIP/t/{M}", [N, M]),
        # transfers
        (f"Action: Redirect\nChannel: PJSIP/1-1\nContext: outbound\nExten: {N}\nPriority: 1", [N]),
        (
            f"Action: Redirect\nChannel: a\nContext: agents\nExten: 1\nExtraExten: {N}\nExtraContext: x",
            [N],
        ),
        (f"Action: BlindTransfer\nChannel: a\nContext: outbound\nExten: {N}", [N]),
        (f"Action: Atxfer\nChannel: a\nExten: {N}", [N]),
        # the command line
        (f"Action: Command\nCommand: channel originate PJSIP/{N}@trunk application Echo", [N]),
        (f"Action: Command\nCommand:  Channel  ORIGINATE Local/1@x extension {N}@outbound", [N]),
        (f"Action: Command\nCommand: originate PJSIP/1001 application Dial PJSIP/{N}@trunk", [N]),
        # AGI
        (f"Action: AGI\nChannel: a\nCommand: EXEC Dial PJSIP/{N}@trunk,30", [N]),
        # members of queues
        (f"Action: QueueAdd\nQueue: q\nInterface: PJSIP/{N}@trunk", [N]),
        (f"Action: QueueAdd\nQueue: q\nInterface: Local/{N}@outbound/n", [N]),
        # lines that dial
        (f"Action: DAHDIDialOffhook\nDAHDIChannel: 1\nNumber: {N}", [N]),
    ],
)
def test_what_calls_outside_is_checked(text: str, expected: list[str]) -> None:
    """Every number that an action calls outside is found."""
    finding = look(text)
    assert isinstance(finding, Check), finding
    assert expected == list(finding.numbers)


@pytest.mark.parametrize(
    "text",
    [
        # what is not looked into
        "Action: Ping",
        "Action: QueueStatus",
        "Action: UserEvent\nUserEvent: GatekeeperRefuse\nNumber: 0612345678",
        "Action: UserEvent\nUserEvent: Hello",
        "Action: Hangup\nChannel: PJSIP/0612345678-1",
        "Foo: bar",
        # calls that stay inside
        f"{ORIGINATE}{AGENT}Context: agents\nExten: 1002\nPriority: 1",
        f"{ORIGINATE}{AGENT}Application: ConfBridge\nData: 8600051",
        f"{ORIGINATE}{AGENT}Application: Dial\nData: PJSIP/1002,30",
        f"{ORIGINATE}{AGENT}Application: Queue\nData: sales,tc,,,30",
        f"{ORIGINATE}Channel: Local/8600051@default\nContext: default\nExten: 8368\nPriority: 1",
        f"{ORIGINATE}{AGENT}Variable: A=1,B=2\nVariable: CALLERID(name)=x\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: _GATEKEEPER_CAMPAIGN=c\nApplication: Echo",
        # what Asterisk itself refuses
        f"{ORIGINATE}Channel: nonsense",
        "Action: Originate",
        # transfers inside
        "Action: Redirect\nChannel: a\nContext: agents\nExten: 1001\nPriority: 1",
        "Action: Atxfer\nChannel: a\nContext: agents\nExten: 1001",
        # commands that only show
        "Action: Command\nCommand: core show channels concise",
        "Action: Command\nCommand: show channels",
        "Action: Command\nCommand: queue show sales",
        'Action: Command\nCommand: pjsip show endpoint "1001"',
        "Action: Command\nCommand: database get family key",
        "Action: Command\nCommand: channel originate PJSIP/1001 application Echo",
        "Action: Command\nCommand: ",
        # AGI that stays where it is
        "Action: AGI\nChannel: a\nCommand: STREAM FILE hello 123",
        "Action: AGI\nChannel: a\nCommand: EXEC Playback hello",
        "Action: AGI\nChannel: a\nCommand: SET VARIABLE foo bar",
        # the rest
        "Action: QueueAdd\nQueue: q\nInterface: PJSIP/1001",
        "Action: Setvar\nChannel: a\nVariable: FOO\nValue: bar",
        "Action: Setvar\nChannel: a\nVariable: GATEKEEPER_CAMPAIGN\nValue: winter",
        "Action: Getvar\nVariable: CALLERID(num)",
        "Action: Status\nVariables: CALLERID(num),FOO",
        "Action: DBPut\nFamily: CF\nKey: 1001\nVal: 1002",
        "Action: MixMonitor\nChannel: a\nFile: b",
    ],
)
def test_what_stays_inside_passes(text: str) -> None:
    """What calls nobody outside passes as it came."""
    assert Pass() == look(text)


@pytest.mark.parametrize(
    "text",
    [
        # what can be read in more than one way
        f"{ORIGINATE}{AGENT}Channel: PJSIP/{N}@trunk\nApplication: Echo",
        f"{ORIGINATE}Channel:\nChannel: PJSIP/{N}@trunk\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Exten: 1002\nExten: {N}\nContext: agents\nPriority: 1",
        f"Action: Originate\nAction: Ping\nChannel: PJSIP/{N}@trunk",
        f"Action: Originate \nChannel: PJSIP/{N}@trunk",
        f"{ORIGINATE}Channel: PJSIP/{N}@trunk\rfoo\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Application: Dial\nData: PJSIP/${{NUMBER}}@trunk",
        f'{ORIGINATE}{AGENT}Application: Dial\nData: "PJSIP/1002,PJSIP/{N}@trunk"',
        f"{ORIGINATE}{AGENT}Application: Dial\nData: PJSIP/1002(,&PJSIP/{N}@trunk)",
        # applications that can do anything
        f"{ORIGINATE}{AGENT}Application: System\nData: asterisk -rx",
        f"{ORIGINATE}{AGENT}Application: Exec\nData: Dial(PJSIP/{N}@trunk)",
        f"{ORIGINATE}{AGENT}Application: ExecIf\nData: 1?Dial(PJSIP/{N}@trunk)",
        f"{ORIGINATE}{AGENT}Application: MacroExclusive\nData: x",
        f"{ORIGINATE}{AGENT}Application: SomethingNew\nData: x",
        f"{ORIGINATE}{AGENT}Application: NoOp\nData: ${{SHELL(x)}}",
        f"{ORIGINATE}{AGENT}Application: Queue\nData: sales,tc,,,30,script.agi",
        f"{ORIGINATE}{AGENT}Application: MixMonitor\nData: f,,rm",
        f"{ORIGINATE}{AGENT}Application: Set\nData: GATEKEEPER_VERDICT=ALLOW",
        f"{ORIGINATE}{AGENT}Application: Originate\nData: PJSIP/1002,app,Originate,PJSIP/{N}@trunk",
        # the gate's own variables
        f"{ORIGINATE}{AGENT}Variable: GATEKEEPER_VERDICT=ALLOW\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: __GATEKEEPER_DECISION=1\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: A=1,_GATEKEEPER_REASON=x\nApplication: Echo",
        f'{ORIGINATE}{AGENT}Variable: GATE"KEEPER"_VERDICT=ALLOW\nApplication: Echo',
        f"{ORIGINATE}{AGENT}Variable: GATE\\KEEPER_VERDICT=ALLOW\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: ___GATEKEEPER_CAMPAIGN=x\nApplication: Echo",
        f"{ORIGINATE}{AGENT}variable:ARRAY(GATEKEEPER_VERDICT)=ALLOW\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: CHANNEL(hangup_handler_push)=a,b,1\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: DB(gate/x)=1\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: GATEKEEPER_CAMPAIGN=a\nVariable: GATEKEEPER_CAMPAIGN=b\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: {','.join('A=1' for _ in range(65))}\nApplication: Echo",
        "Action: Setvar\nVariable: GATEKEEPER_VERDICT\nValue: ALLOW",
        "Action: Setvar\nVariable: MONITOR_EXEC\nValue: rm",
        "Action: Setvar\nVariable: GLOBAL(GATEKEEPER_OPEN)\nValue: yes",
        "Action: AGI\nChannel: a\nCommand: SET VARIABLE GATEKEEPER_VERDICT ALLOW",
        # What a call says of itself, hidden in a function, or twice
        f"{ORIGINATE}{AGENT}Variable: ARRAY(GATEKEEPER_GOODS)=a\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: LOCAL(GATEKEEPER_CAMPAIGN)=a\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: GATEKEEPER_GOODS=a,__GATEKEEPER_GOODS=b\nApplication: Echo",
        f"{ORIGINATE}{AGENT}Variable: GATEKEEPER_RETRY_AT=never\nApplication: Echo",
        # functions that run programs
        "Action: Getvar\nVariable: SHELL(asterisk -rx 'x')",
        "Action: Status\nVariables: FOO,SHELL(x)",
        # the command line
        "Action: Command\nCommand: dialplan add extension 1,1,Dial,x into y",
        "Action: Command\nCommand: module load x.so",
        "Action: Command\nCommand: core restart now",
        "Action: Command\nCommand: database put gatekeeper a b",
        "Action: Command\nCommand: channel redirect a b,c,1",
        f'Action: Command\nCommand: channel originate "PJSIP/{N}@trunk" application Echo',
        f'Action: Command\nCommand: "channel" originate PJSIP/{N}@trunk application Echo',
        f'Action: Command\nCommand: show" channel originate PJSIP/{N}@trunk application Echo',
        "Action: Command\nCommand: channel originate PJSIP/1001 application System rm",
        # the rest
        "Action: AGI\nChannel: a\nCommand: EXEC System rm",
        "Action: AGI\nChannel: a\nCommand: SET CONTEXT outbound",
        "Action: AGI\nChannel: a\nCommand: GOSUB outbound 0612345678 1",
        "Action: DBPut\nFamily: Gatekeeper\nKey: x\nVal: y",
        "Action: DBDelTree\nFamily: gatekeeper",
        "Action: MixMonitor\nChannel: a\nCommand: rm",
        "Action: ModuleLoad\nModule: x\nLoadType: load",
        "Action: UpdateConfig\nSrcFilename: extensions.conf",
        "Action: CreateConfig\nFilename: x",
        "Action: DialplanExtensionAdd\nContext: a\nExtension: b",
    ],
)
def test_what_goes_round_the_gate_is_refused(text: str) -> None:
    """What could go round the gate, or be read otherwise by Asterisk, is refused by default."""
    finding = look(text)
    assert isinstance(finding, Deny), finding
    assert N not in finding.why


def test_an_originate_says_for_whom_it_is() -> None:
    """Campaign and principal come from the variables, else from the account and the policy."""
    start = f"{ORIGINATE}Channel: PJSIP/{N}@trunk\nApplication: Echo\nCallerID: Sales <01 23 45 67 89>\n"
    policy = ClientPolicy(campaign="mine", principal="me")
    table = [
        ("Variable: GATEKEEPER_CAMPAIGN=c,GATEKEEPER_PRINCIPAL=p\nAccount: a", policy, ("c", "p")),
        ("Variable: __GATEKEEPER_CAMPAIGN=c", policy, ("c", "me")),
        ("Account: a", policy, ("a", "me")),
        ("Account: a", ClientPolicy(campaign="mine", account_is_campaign=False), ("mine", "")),
        ("Async: true", policy, ("mine", "me")),
    ]
    for more, of, expected in table:
        finding = look(start + more, of)
        assert isinstance(finding, Check)
        assert expected == (finding.campaign, finding.principal)
        assert ("0123456789", f"PJSIP/{N}@trunk", True) == (finding.caller_id, finding.channel, finding.originates)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ("A=1", NOTHING_SAID),
        ("GATEKEEPER_GOODS=", NOTHING_SAID),
        ("GATEKEEPER_GOODS=a,_GATEKEEPER_CONTACT=4711\nVariable: __GATEKEEPER_DIAL_MODE=manual",
         Said(goods="a", contact="4711", dial_mode="manual")),
        ("GATEKEEPER_GOODS=a\nVariable: __GATEKEEPER_GOODS=a", Said(goods="a")),
        *((f"{variable}=x,GATEKEEPER_CAMPAIGN=c", Said(**{field: "x"})) for variable, field in VARIABLES.items()),
    ],
)  # fmt: skip
def test_an_originate_says_what_it_is(variables: str, said: Said) -> None:
    """In the variables of the dialplan gate, inherited or not."""
    finding = look(f"{ORIGINATE}Channel: PJSIP/{N}@trunk\nApplication: Echo\nVariable: {variables}")
    assert isinstance(finding, Check)
    assert finding.said == said


def test_a_user_s_calls_say_what_the_user_s_settings_say() -> None:
    """Where they do not say it themselves, by whatever action; what can't be read stays so."""
    policy = ClientPolicy(says=Said(goods="a", dial_mode="robot"))
    start = f"{ORIGINATE}Channel: PJSIP/{N}@trunk\nApplication: Echo\n"
    table = [
        (start, Said(goods="a", dial_mode="robot")),
        (f"{start}Variable: GATEKEEPER_GOODS=b,GATEKEEPER_CONTACT=7", Said(goods="b", dial_mode="robot", contact="7")),
        (f"Action: Redirect\nChannel: a\nExten: {N}\nContext: outbound", Said(goods="a", dial_mode="robot")),
        (f"Action: Setvar\nVariable: A\nValue: PJSIP/{N}@trunk", Said(goods="a", dial_mode="robot")),
        (f"Action: BlindTransfer\nChannel: a\nExten: {N}\nContext: outbound", Said(goods="a", dial_mode="robot")),
    ]
    for text, said in table:
        finding = look(text, policy)
        assert isinstance(finding, Check), text
        assert finding.said == said, text
    broken = look(f"{start}Variable: GATEKEEPER_CONTACT=\udcff", policy)
    assert isinstance(broken, Check)
    assert broken.said == Said(fault=broken.said.fault)


def test_bytes_that_are_no_text_are_a_fault() -> None:
    """With which a country's law refuses the call; it is no refusal of the action."""
    finding = look(f"{ORIGINATE}Channel: PJSIP/{N}@trunk\nApplication: Echo\nVariable: GATEKEEPER_CONTACT=\udcff")
    assert isinstance(finding, Check)
    assert finding.said.fault


@pytest.mark.parametrize(
    ("caller_id", "variables", "shown"),
    [
        ("0162000000", "A=1", "0162000000"),
        ('"Acme, 0699999999" <+33 1 62.00.00-00>', "A=1", "+33162000000"),
        ("Acme", "A=1", ""),
        ("", "A=1", ""),
        ("0162000000", "CALLERID(name)=Acme,CALLERID(pres)=allowed_passed_screen", "0162000000"),
        ("0162000000", "CALLERID(num)=0162000000,CONNECTEDLINE(num,i)=0162000000", "0162000000"),
        ("0162000000", "CONNECTEDLINE(num-valid)=yes", "0162000000"),
        ("0162000000", "CALLERID(pres)=prohib", "anonymous"),
        ("0162000000", "CALLERID(num-pres)=prohib_not_screened", "anonymous"),
        ("0162000000", "CONNECTEDLINE(num-pres)=unavailable", "anonymous"),
        ("0162000000", "CONNECTEDLINE( name-pres ,i)=prohib", "anonymous"),
        ("0162000000", "CALLERPRES()=prohib", "anonymous"),
        ("0162000000", "CALLERID(pres)=", "anonymous"),
        ("0162000000", "CALLERID(num-valid)=0", "anonymous"),
        ("0162000000", "CALLERID(num)=0699999999", "0162000000 or 0699999999"),
        ("0162000000", "CONNECTEDLINE(all)=Acme <0699999999>", "0162000000 or 0699999999"),
        ("", "CALLERID(num)=0699999999", " or 0699999999"),
    ],
)
def test_the_caller_id_is_what_is_shown(caller_id: str, variables: str, shown: str) -> None:
    """The header's number; nothing, or what nobody can read, where the variables hide it or say otherwise."""
    start = f"{ORIGINATE}Channel: PJSIP/{N}@trunk\nApplication: Echo\nCallerID: {caller_id}\nVariable: {variables}"
    finding = look(start)
    assert isinstance(finding, Check)
    assert finding.caller_id == shown
    known = read_caller_id(shown, Normaliser(DialPlan())).kind
    assert known is (
        CallerIdKind.UNREADABLE
        if " or " in shown
        else CallerIdKind.WITHHELD
        if shown in ("", "anonymous")
        else CallerIdKind.E164
    )


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        ("Action: Redirect\nExten: 1", ClientPolicy(handling={"Redirect": Handling.REFUSE}), Deny),
        (
            f"Action: Redirect\nExten: {N}\nContext: outbound",
            ClientPolicy(handling={"redirect": Handling.PASS}),
            Pass,
        ),
        ("Action: UpdateConfig", ClientPolicy(handling={"UpdateConfig": Handling.PASS}), Pass),
        ("Action: UpdateConfig ", ClientPolicy(), Deny),
        ("Action: PlayDTMF\nDigit: 1", ClientPolicy(handling={"playdtmf": Handling.REFUSE}), Deny),
        ("Action: Ping", ClientPolicy(handling={"ping": Handling.CHECK}), Deny),
        ("Action: Originate", ClientPolicy(handling={"originate": Handling.REFUSE}), Deny),
        ("Action: Command\nCommand: dialplan  reload", ClientPolicy(commands=("Dialplan reload",)), Pass),
        ("Action: Command\nCommand: dialplan add x", ClientPolicy(commands=("dialplan reload",)), Deny),
        ("Action: Command\nCommand: dialplan reloadx", ClientPolicy(commands=("dialplan reload",)), Deny),
        (f"{ORIGINATE}{AGENT}Application: Macro\nData: x", ClientPolicy(applications=frozenset({"MACRO"})), Pass),
        (
            f"{ORIGINATE}{AGENT}Variable: DB(a/b)=1\nApplication: Echo",
            ClientPolicy(functions=frozenset({"db"})),
            Pass,
        ),
    ],
)
def test_the_policy_decides(text: str, policy: ClientPolicy, expected: type[Inspection]) -> None:
    """The admin's policy opens and closes what the default does not."""
    assert isinstance(look(text, policy), expected)


def test_no_policy_lets_originates_by_unread() -> None:
    """An originate can't be passed unread."""
    with pytest.raises(ValueError, match="originate"):
        ClientPolicy(handling={"Originate": Handling.PASS})


def test_users_are_found_in_any_case() -> None:
    """Asterisk does not regard the case of a user name, and neither do the policies."""
    strict = ClientPolicy(handling={"redirect": Handling.REFUSE})
    policies = Policies(users={"Dialer": strict})
    assert (strict, ClientPolicy()) == (policies.of("dIALER"), policies.of("other"))


def test_the_last_header_is_kept_free() -> None:
    """An originate that fills all of Asterisk's headers has no room for the decision, and is refused."""
    start = f"{ORIGINATE}Channel: PJSIP/{N}@trunk\nApplication: Echo\n"
    assert isinstance(look(start + "X: y\n" * 124), Check)
    assert isinstance(look(start + "X: y\n" * 125), Deny)
