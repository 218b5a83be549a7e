"""How a site's files are read: sections and includes, peers and trunks, what a Dial() names, which have a gate."""

import shutil
from pathlib import Path

import pytest

from gatekeeper.install.edits import append_line, has_line, insert_under, set_value
from gatekeeper.install.gated import gated_lines
from gatekeeper.site import SiteTree, find_site
from gatekeeper.site.conf import read_conf
from gatekeeper.site.dialplan import split_arguments
from gatekeeper.site.elsewhere import not_read
from gatekeeper.site.guards import doubt, is_guarded
from gatekeeper.site.outside import Leads, has_option, outside_dials, target_of
from gatekeeper.site.queues import outside_members
from gatekeeper.site.scripts import scripted_dials
from lab.roots import AsteriskRoot

DIALPLAN = Path(__file__).parents[2] / "dialplan"
ETC = Path("/etc/asterisk")
KNOWN = {
    ("pjsip", "carrier"): True,
    ("pjsip", "1001"): False,
    ("sip", "peer"): True,
    ("sip", "200"): False,
    ("iax2", "office"): False,
}
CARRIER = "[carrier]\ntype = endpoint\naors = carrier\n[carrier]\ntype = aor\ncontact = sip:192.0.2.1\n"
VARIABLES = {"TRUNK": "DAHDI/G2", "MSD": "1", "OUT": "PJSIP/carrier", "LOOP": "${LOOP}"}


def tree(folder: Path, **files: str) -> SiteTree:
    """A site with these files: `extensions` is extensions.conf."""
    etc = folder / "etc" / "asterisk"
    etc.mkdir(parents=True)
    for name, text in {"asterisk": "", **files}.items():
        (etc / f"{name}.conf").write_text(text)
    return SiteTree(folder)


def test_sections_templates_and_comments(tmp_path: Path) -> None:
    r"""Templates give their lines first, `+` goes on, comments have one line or several, `\;` is a semicolon."""
    text = """[base](!)
a = 1
b = 2
[one](base)
b => 3 ; not this
;-- all of this
b = 4
is a comment --;
c = x\\;y
[one](+)
d = 5
;----- a line of dashes opens none
e = 6
"""
    one = read_conf(tree(tmp_path, x=text), ETC, "x.conf").section("one")
    assert one is not None
    assert {line.key: one.get(line.key) for line in one.lines} == {"a": "1", "b": "3", "c": "x;y", "d": "5", "e": "6"}
    assert [line.number for line in one.own] == [5, 9, 11, 13]


def test_comments_in_comments(tmp_path: Path) -> None:
    """Asterisk counts them, below none as well: these are the lines that Asterisk 22 shows."""
    text = """[s]
1 = a --; b
2 = two
;--
3 = three
;-- a ;-- b
4 = four
--;
5 = five
--;
6 = six
7 = x\\;y ;-- c --; ; d ;--
8 = eight ;-- ;-- ;--- --; --;
9 = nine
;-----;
10 = ten
"""
    found = read_conf(tree(tmp_path, x=text), ETC, "x.conf").section("s")
    assert found is not None
    assert {line.key: line.value for line in found.lines} == {
        "1": "a --; b",
        "3": "three",
        "6": "six",
        "7": "x;y",
        "8": "eight",
        "9": "nine",
        "10": "ten",
    }


def test_includes(tmp_path: Path) -> None:
    """Files, patterns, circles and what is missing; a program's output is unknown."""
    site = tree(
        tmp_path,
        x='[s]\n#include "more.d/*.conf"\n#include x.conf\n#tryinclude none.conf\n'
        "#include gone.conf\n#exec /bin/true\n",
    )
    (tmp_path / "etc/asterisk/more.d").mkdir()
    (tmp_path / "etc/asterisk/more.d/a.conf").write_text("a = 1\n")
    found = read_conf(site, ETC, "x.conf")
    assert found.value("s", "a") == "1"
    assert "gone.conf" in {line.value for line in found.missing}
    assert "none.conf" not in {line.value for line in found.missing}
    assert {line.value for line in found.programs} == {"/bin/true"}


PEERS = {
    "contact": ("[p]\ntype=endpoint\naors=p\n[p]\ntype=aor\ncontact=sip:192.0.2.1\n", True),
    "registration": ("[p]\ntype=endpoint\naors=p\n[r]\ntype=registration\nendpoint=p\n", True),
    "outbound auth": ("[p]\ntype=endpoint\noutbound_auth=p\n", True),
    "known by its address": ("[p]\ntype=endpoint\n[i]\ntype=identify\nendpoint=p\n", True),
    "telephone": ("[p]\ntype=endpoint\nauth=p\naors=p\n[p]\ntype=aor\nmax_contacts=1\n", False),
    "telephone with an address": ("[p]\ntype=endpoint\nauth=p\n[i]\ntype=identify\nendpoint=p\n", False),
    "by a template": ("[t](!)\ntype=endpoint\naors=p\n[p](t)\n[p]\ntype=aor\ncontact=sip:192.0.2.1\n", True),
}


@pytest.mark.parametrize(("text", "expected"), PEERS.values(), ids=PEERS)
def test_which_endpoints_are_trunks(tmp_path: Path, text: str, expected: bool) -> None:
    """Who is at an address that the site knows; a telephone registers with the site."""
    (peer,) = find_site(tree(tmp_path, pjsip=text)).peers
    assert (peer.name, peer.is_trunk) == ("p", expected)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("sip", "[p]\ntype=peer\nhost=192.0.2.1\n", True),
        ("sip", "[p]\ntype=friend\nhost=dynamic\n", False),
        ("iax", "[p]\ntype=peer\nhost=carrier.example\n", True),
        ("pjsip_wizard", "[p]\ntype=wizard\nremote_hosts=192.0.2.1\n", True),
        ("pjsip_wizard", "[p]\ntype=wizard\naccepts_registrations=yes\nremote_hosts=x\n", False),
        ("pjsip_wizard", "[p]\ntype=wizard\nsends_registrations=yes\n", True),
    ],
)
def test_the_other_kinds_of_peer(tmp_path: Path, file: str, text: str, expected: bool) -> None:
    """chan_sip, IAX2 and the wizard of PJSIP."""
    (peer,) = find_site(tree(tmp_path, **{file: text})).peers
    assert (peer.name, peer.is_trunk) == ("p", expected)


@pytest.mark.parametrize(
    "code",
    [
        "Dial(PJSIP/${EXTEN}@carrier)",
        "dial(PJSIP/${EXTEN}@carrier,60)",
        "RetryDial(sorry,1,1,PJSIP/${EXTEN}@carrier,60)",
        "ExecIf($[${A} > 1]?Dial(PJSIP/${EXTEN}@carrier))",
        "ExecIf($[${A} > 1]?dial(PJSIP/${EXTEN}@carrier):NoOp())",
        "TryExec(RETRYDIAL(sorry,1,1,PJSIP/${EXTEN}@carrier))",
        "Page(PJSIP/1001&PJSIP/0612345678@carrier,d)",
        "Originate(PJSIP/${EXTEN}@carrier,app,Wait,60)",
        "AddQueueMember(sales,PJSIP/0612345678@carrier)",
        "ExecIf($[${A} > 1]?Originate(SIP/carrier/${EXTEN},exten,inside,s,1))",
    ],
)
def test_every_way_to_write_a_dial_is_found(tmp_path: Path, code: str) -> None:
    """Asterisk takes names of applications in capitals or not; RetryDial has what it dials in the fourth place."""
    plan = find_site(tree(tmp_path, extensions=f"[a]\nexten => _0X.,1,{code}\n")).dialplan
    (dial,) = outside_dials(plan, ())
    assert dial.leads is Leads.OUTSIDE


AEL = """
context outbound {
  // Dial(PJSIP/${EXTEN}@carrier);
  _0X. => {
    NoOp(${EXTEN});
    @CALL@;
  };
  /* Dial(PJSIP/1@carrier) */ _1X. => Dial(PJSIP/1001);
  _9X. => { Gosub(gatekeeper,s,1(${EXTEN})); Dial(PJSIP/${GATEKEEPER_NUMBER}@carrier,60,i); }
}
"""
LUA = """
-- app.dial("PJSIP/1@carrier")
function guarded(context, extension)
  app.gosub("gatekeeper", "s", "1(" .. extension .. ")")
  app.dial("PJSIP/" .. channel.GATEKEEPER_NUMBER:get() .. "@carrier", 60, "i")
end
function open(context, extension)
  @CALL@
end
"""


@pytest.mark.parametrize(
    ("file", "text", "call"),
    [
        ("ael", AEL, "Dial(PJSIP/${EXTEN:1}@carrier,60)"),
        ("ael", AEL, "dial(SIP/carrier/${EXTEN})"),
        ("ael", AEL, "Originate(PJSIP/${EXTEN}@carrier,app,Wait,60)"),
        ("ael", AEL, "Page(PJSIP/1001&PJSIP/${EXTEN}@carrier)"),
        ("ael", AEL, "RetryDial(sorry,1,1,PJSIP/${EXTEN}@carrier,60)"),
        ("lua", LUA, 'app.dial("PJSIP/" .. extension .. "@carrier", 60)'),
        ("lua", LUA, "app.Dial('SIP/carrier/' .. extension:sub(2))"),
        ("lua", LUA, 'app["dial"]("PJSIP/0612345678@carrier")'),
        ("lua", LUA, 'app.originate("PJSIP/" .. number() .. "@carrier", "app", "Wait")'),
    ],
)
def test_what_dials_a_trunk_in_ael_and_lua_is_named_with_its_line(
    tmp_path: Path, file: str, text: str, call: str
) -> None:
    """What has the gate before it in its own extension or function, comments, and what leads inside are not named."""
    site = tree(tmp_path, pjsip=CARRIER, sip="[carrier]\ntype=peer\nhost=192.0.2.1\n")
    code = text.replace("@CALL@", call)
    (tmp_path / f"etc/asterisk/extensions.{file}").write_text(code)
    (found,) = scripted_dials(site, ETC, find_site(site).peers)
    line = next(at for at, one in enumerate(code.split("\n"), 1) if call in one)
    assert (found.place, found.trunk) == (f"/etc/asterisk/extensions.{file}, line {line}", "carrier")
    assert found.code == " ".join(call.split())


def test_the_samples_that_come_with_asterisk_name_no_trunk(tmp_path: Path, asterisk_22: AsteriskRoot) -> None:
    """Debian's package brings an AEL and a Lua dialplan, which dial nothing that a site has."""
    site = tree(tmp_path, pjsip=CARRIER)
    for name in ("extensions.ael", "extensions.lua"):
        shutil.copy(asterisk_22.data.parents[2] / "etc" / "asterisk" / name, tmp_path / "etc/asterisk")
    assert list(scripted_dials(site, ETC, find_site(site).peers)) == []


def test_members_of_queues_that_are_outside_are_named(tmp_path: Path) -> None:
    """Their telephones, and Local channels, which pass the dialplan, are not."""
    members = ("PJSIP/1001,0,Léa", "PJSIP/0612345678@carrier,0", "Local/0612345678@gatekeeper-dial/n")
    queues = "[sales]\n" + "".join(f"member => {one}\n" for one in members)
    site = tree(tmp_path, pjsip=CARRIER, queues=queues)
    ((queue, line),) = outside_members(site, ETC, find_site(site).peers)
    assert (queue, line.place) == ("sales", "/etc/asterisk/queues.conf, line 3")


def test_what_asks_before_a_member_is_added_does_not_guard_the_calls_to_it(tmp_path: Path) -> None:
    """It asks about another call."""
    text = (
        "[a]\nexten => 1,1,Gosub(gatekeeper,s,1(0612345678))\n same => n,AddQueueMember(q,PJSIP/0612345678@carrier)\n"
    )
    plan = find_site(tree(tmp_path, extensions=text)).dialplan
    (dial,) = outside_dials(plan, ())
    assert not is_guarded(plan, dial)


@pytest.mark.parametrize(
    ("dialled", "leads", "number", "trunk"),
    [
        ("PJSIP/${EXTEN}@carrier", Leads.OUTSIDE, "${EXTEN}", "carrier"),
        ("PJSIP/${EXTEN:1}@unknown", Leads.OUTSIDE, "${EXTEN:1}", "unknown"),
        ("PJSIP/${EXTEN}@1001", Leads.UNKNOWN, "${EXTEN}", "1001"),
        ("PJSIP/1001@1001", Leads.INSIDE, "", ""),
        ("SIP/${EXTEN}@200", Leads.UNKNOWN, "${EXTEN}", "200"),
        ("OOH323/${EXTEN}@gw", Leads.OUTSIDE, "", "gw"),
        ("OOH323/${EXTEN}", Leads.UNKNOWN, "", ""),
        ("IAX2/user:secret@host.example", Leads.OUTSIDE, "", "host.example"),
        ("IAX2/office/${EXTEN}", Leads.OUTSIDE, "${EXTEN}", "office"),
        ("SCCP/1001", Leads.UNKNOWN, "", ""),
        ("DAHDI/1", Leads.INSIDE, "", ""),
        ("PJSIP/1001", Leads.INSIDE, "", ""),
        ("PJSIP/${EXTEN}", Leads.INSIDE, "", ""),
        ("PJSIP/carrier", Leads.OUTSIDE, "", "carrier"),
        ("PJSIP/${dev}", Leads.UNKNOWN, "", ""),
        ("PJSIP/carrier/sip:${EXTEN}@192.0.2.1", Leads.OUTSIDE, "", "carrier"),
        ("SIP/peer/${EXTEN}", Leads.OUTSIDE, "${EXTEN}", "peer"),
        ("SIP/${EXTEN}@peer", Leads.OUTSIDE, "${EXTEN}", "peer"),
        ("SIP/200/${EXTEN}", Leads.UNKNOWN, "${EXTEN}", "200"),
        ("PJSIP/1001/sip:1001@192.0.2.9", Leads.INSIDE, "", ""),
        ("PJSIP/1001/sip:${EXTEN}@192.0.2.9", Leads.UNKNOWN, "", "1001"),
        ("SIP/200/200", Leads.INSIDE, "", ""),
        ("DAHDI/g1/${EXTEN}", Leads.OUTSIDE, "${EXTEN}", "g1"),
        ("IAX2/user:secret@host.example/${EXTEN}@context", Leads.OUTSIDE, "${EXTEN}", ""),
        ("${GLOBAL(TRUNK)}/${EXTEN:${GLOBAL(MSD)}}", Leads.OUTSIDE, "${EXTEN:${GLOBAL(MSD)}}", "G2"),
        ("${OUT}/sip:${EXTEN}@192.0.2.1", Leads.OUTSIDE, "", "carrier"),
        ("Local/${EXTEN}@inside", Leads.INSIDE, "", ""),
        ("${ARG1}", Leads.UNKNOWN, "", ""),
        ("${LOOP}", Leads.UNKNOWN, "", ""),
    ],
)
def test_where_a_target_leads(dialled: str, leads: Leads, number: str, trunk: str) -> None:
    """By the peers that are known, global variables put in; what nobody can tell is unknown."""
    assert tuple(target_of(dialled, KNOWN, VARIABLES)) == (leads, number, trunk)


def test_what_is_not_in_files_is_named(tmp_path: Path) -> None:
    """Switches of the dialplan, and what is in a database."""
    site = tree(
        tmp_path,
        extensions="[a]\nswitch => Realtime/@\nlswitch => Loopback/x@y\neswitch => Lua/z\nexten => 1,1,NoOp()\n",
        extconfig="[settings]\nextensions => odbc,asterisk\nps_endpoints => odbc,asterisk\nvoicemail => odbc,x\n",
    )
    assert [one.what for one in not_read(find_site(site))] == [
        "switch => Realtime/@",
        "lswitch => Loopback/x@y",
        "eswitch => Lua/z",
        "extensions => odbc,asterisk",
        "ps_endpoints => odbc,asterisk",
    ]


def test_a_section_is_gone_on_with_by_what_it_has(tmp_path: Path) -> None:
    """`[out](+type=endpoint)` is the endpoint, whichever section of that name comes first."""
    text = "[out]\ntype=aor\ncontact=sip:192.0.2.1\n[out]\ntype=endpoint\n[out](+type=endpoint)\naors=out\n"
    (peer,) = find_site(tree(tmp_path, pjsip=text)).peers
    assert (peer.name, peer.is_trunk) == ("out", True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a]\nexten => 1,1,Goto(3)\n", True),
        ("[a]\nexten => 1,1,Goto(1)\n", False),
        ("[a]\nexten => 1,1,Goto(end)\n", False),
        ("[a]\nexten => 1,1,GotoIf($[${X}]?2:end)\n", True),
        ("[b]\nexten => 1,1,ChannelRedirect(${C},a,1,2)\n", True),
        ("[b]\nexten => 1,1,Dial(PJSIP/1001,20,G(a^1^3))\n", True),
        ("[b]\nexten => 1,1,Dial(PJSIP/1001,20,G(a^1^1))\n", False),
        ("[a]\nexten => 1,1,Dial(PJSIP/1001,20,TG(4))\n", False),
        ("[b]\nexten => 1,1,Goto(${EXTEN},3)\n[c]\ninclude => a\n", False),
        ("[b]\ninclude => a\nexten => 1,1,Goto(${EXTEN},3)\n", True),
        ("[b]\ninclude => c\ninclude => a\n[c]\nexten => 1,1,Goto(${EXTEN},3)\n", True),
        ("[a]\nexten => 1,1,Set(CHANNEL(hangup_handler_push)=1,2)\n", True),
        ("[b]\nexten => 1,1,Originate(PJSIP/1001,exten,a,1,2)\n", True),
        ("[b]\nexten => 1,1,Originate(PJSIP/1001,app,Wait,60)\n", False),
    ],
)
def test_jumps_to_a_priority_by_its_number_are_found(tmp_path: Path, text: str, expected: bool) -> None:
    """Into the context `a`, from it, from what includes it, and by whatever jumps."""
    assert find_site(tree(tmp_path, extensions=text)).dialplan.jumps_to_numbers("a") is expected


def test_a_number_within_the_name_of_a_trunk_stays(tmp_path: Path) -> None:
    """What is put in its place is dialled where the number stood."""
    text = "[a]\nexten => 1,1,Dial(PJSIP/15@carrier15,20)\n"
    plan = find_site(tree(tmp_path, extensions=text)).dialplan
    (dial,) = outside_dials(plan, ())
    assert gated_lines(text, plan, dial)[1] == " same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@carrier15,20,i)"


GUARDS = {
    "nothing": ("exten => 1,1,NoOp()\n", "", False),
    "subroutine": ("exten => 1,1,Gosub(gatekeeper,s,1(${EXTEN}))\n", "", True),
    "script": ("exten => 1,1,Gosub(gatekeeper-script,s,1(${EXTEN}))\n", "", True),
    "behind it": ("exten => 1,1,NoOp()\n", " same => n,Gosub(gatekeeper,s,1(${EXTEN}))\n", False),
    "check alone": ("exten => 1,1,Gosub(gatekeeper-check,s,1(${EXTEN}))\n", "", False),
    "check and a look": (
        'exten => 1,1,Gosub(gatekeeper-check,s,1(1))\n same => n,GotoIf($["${GATEKEEPER_VERDICT}" != "ALLOW"]?end)\n',
        "",
        True,
    ),
    "under a condition": ("exten => 1,1,GosubIf($[${A}]?gatekeeper,s,1(1))\n", "", False),
    "another extension's": ("exten => 2,1,Gosub(gatekeeper,s,1(${EXTEN}))\nexten => 1,1,NoOp()\n", "", False),
    "commented out": ("exten => 1,1,NoOp()\n;same => n,Gosub(gatekeeper,s,1(${EXTEN}))\n", "", False),
    "a name like it": ("exten => 1,1,Gosub(my-gatekeeper-x,s,1(${EXTEN}))\n", "", False),
    "a name that ends like it": ("exten => 1,1,Gosub(my-gatekeeper,s,1(${EXTEN}))\n", "", False),
}


@pytest.mark.parametrize(("before", "after", "expected"), GUARDS.values(), ids=GUARDS)
def test_what_counts_as_a_gate(tmp_path: Path, before: str, after: str, expected: bool) -> None:
    """What comes before the Dial() in its own extension, and is looked at."""
    text = f"[c]\n{before} same => n,Dial(PJSIP/1@carrier,9)\n{after}"
    plan = find_site(tree(tmp_path, extensions=text)).dialplan
    (dial,) = outside_dials(plan, ())
    assert is_guarded(plan, dial) is expected


GATE = "Gosub(gatekeeper,s,1(${EXTEN}))"
OUT = "Dial(PJSIP/${GATEKEEPER_NUMBER}@carrier)"
DOUBTS = {
    "nothing": (f"exten => 1,1,{GATE}\n same => n,{OUT}\n", True, None),
    "a jump within": (f"exten => 1,1,GotoIf($[${{A}}]?out)\n same => n,{GATE}\n same => n(out),{OUT}\n", True, 2),
    "a jump by number": (f"exten => 1,1,{GATE}\n same => n,{OUT}\nexten => 2,1,Goto(1,2)\n", True, 4),
    "a jump of another context": (
        f"exten => _0X.,1,{GATE}\n same => n(out),{OUT}\n[d]\nexten => 2,1,Goto(c,0612345678,out)\n",
        True,
        5,
    ),
    "a jump elsewhere": (f"exten => 1,1,{GATE}\n same => n(out),{OUT}\n[d]\nexten => 1,1,Goto(out)\n", True, None),
    "a jump to the gate": (f"exten => 1,1,Goto(ask)\n same => n(ask),{GATE}\n same => n,{OUT}\n", True, None),
    "a jump behind it": (f"exten => 1,1,{GATE}\n same => n(out),{OUT}\n same => n,Goto(out)\n", True, None),
    "out of order": (f"exten => 1,3,{GATE}\nexten => 1,1,NoOp()\nexten => 1,2,{OUT}\n", False, None),
    "in order of the numbers": (f"exten => 1,2,{OUT}\nexten => 1,1,{GATE}\n", True, None),
    "another number": ("exten => 1,1,Gosub(gatekeeper,s,1(06))\n same => n,Dial(PJSIP/07@carrier)\n", True, 2),
    "the same number": ("exten => 1,1,Gosub(gatekeeper,s,1(06))\n same => n,Dial(PJSIP/06@carrier)\n", True, None),
}


@pytest.mark.parametrize(("text", "guarded", "line"), DOUBTS.values(), ids=DOUBTS)
def test_a_gate_that_is_not_asked_is_doubted(tmp_path: Path, text: str, guarded: bool, line: int | None) -> None:
    """By what jumps past it, by the order of the priorities, by the number that it is asked about."""
    plan = find_site(tree(tmp_path, extensions=f"[c]\n{text}")).dialplan
    (dial,) = outside_dials(plan, ())
    found = doubt(plan, dial)
    assert (is_guarded(plan, dial), found and found.line.number) == (guarded, line)


@pytest.mark.parametrize("sample", ["plain", "vicidial"])
def test_every_dial_of_the_samples_has_its_gate(tmp_path: Path, sample: str) -> None:
    """What we tell people to write is what we take for guarded."""
    text = (DIALPLAN / sample / "extensions.conf").read_text()
    site = tree(tmp_path, extensions=f"[carrier]\n{text}" if sample == "vicidial" else text)
    shutil.copytree(DIALPLAN, tmp_path / "etc/asterisk/gatekeeper")
    plan = find_site(site).dialplan
    dials = list(outside_dials(plan, ()))
    assert len(dials) > 2
    assert [one.at.line.place for one in dials if not is_guarded(plan, one) or doubt(plan, one)] == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [("i", True), ("Ti", True), ("T", False), ("b(is^s^1)", False), ("${options}", False), ("", False)],
)
def test_options_of_a_dial(tmp_path: Path, options: str, expected: bool) -> None:
    """Letters within brackets and variables are none."""
    plan = find_site(tree(tmp_path, extensions=f"[c]\nexten => 1,1,Dial(PJSIP/1@carrier,9,{options})\n")).dialplan
    assert has_option(plan.lines[0], "i") is expected


def test_arguments_are_split_outside_of_brackets() -> None:
    """Commas within variables, brackets and quotes are the value's own."""
    assert split_arguments('a,${B(c,d)},"e,f",g', ",") == ["a", "${B(c,d)}", '"e,f"', "g"]
    assert split_arguments("a,b,c", ",", 2) == ["a", "b,c"]


def test_edits_are_made_once_and_touch_nothing_else() -> None:
    """Lines are known whatever blanks and comments are around them; sections are made where there are none."""
    text = "[general]\nstatic=yes ; a word\n\n[other]\nx = 1"
    for edited in (
        append_line(text, "#include more.conf"),
        append_line(text, "y = 2", "general"),
        append_line(text, "y = 2", "new"),
        insert_under(text, "general", "y = 2"),
        set_value(text, "general", "static", "no"),
        set_value(text, "general", "fresh", "1"),
    ):
        assert edited != text
        kept = [line for line in edited.split("\n") if line in text.split("\n")]
        assert [line for line in text.split("\n") if line != "static=yes ; a word"] == [
            line for line in kept if line != "static=yes ; a word"
        ][: text.count("\n")]
    assert has_line(text, "static = yes")
    assert append_line(text, "static => yes") == text
    assert set_value(text, "general", "static", "yes") == text
    assert set_value(text, "general", "static", "no").split("\n")[1].startswith("static = no")


def test_what_is_added_is_no_part_of_a_comment_without_an_end() -> None:
    """Asterisk takes all behind an unclosed `;--` for a comment: it is closed before anything is added."""
    texts = (";-- old\nx = 1\n", ";-- old\nx = 1", ";-- old ;-- older\n--;\n;--\n", "x = a --; b\n")
    for text in (f"[general]\n{one}" for one in texts):
        for added in (
            append_line(text, "y = 2"),
            append_line(text, "y = 2", "general"),
            append_line(text, "y = 2", "new"),
        ):
            assert has_line(added, "y = 2")
            assert added.startswith(text)
            assert append_line(added, "y = 2") == added


def test_a_byte_order_mark_stays_at_the_beginning() -> None:
    """And hides no section behind it."""
    assert insert_under("\ufeff[globals]\nA = 1\n", "globals", "B = 2") == "\ufeff[globals]\nB = 2\nA = 1\n"
    assert insert_under("\ufeff[other]\nA = 1\n", "globals", "B = 2") == "\ufeff[globals]\nB = 2\n\n[other]\nA = 1\n"
