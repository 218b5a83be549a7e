"""The names that are shared with dialplans and dialers stand in one module, as in the files that it can't reach."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from gatekeeper.agi.protocol.exchange import GATES
from gatekeeper.policy import Reason
from gatekeeper.screening.said import FIELDS, VARIABLES
from gatekeeper.vocabulary import (
    ASTDB_FAMILY,
    ODD,
    AnswerHeader,
    ChannelVariable,
    DialplanForm,
    DialplanGlobal,
    EnvironmentVariable,
    SipHeader,
    UserEventName,
)

REPOSITORY = Path(__file__).parents[1]
DIALPLAN = "\n".join(path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "dialplan").rglob("*.conf")))
SCRIPT = (REPOSITORY / "asterisk" / "agi-bin" / "gatekeeper_agi.py").read_text(encoding="utf-8")
MANAGER = (REPOSITORY / "asterisk" / "samples" / "manager.conf").read_text(encoding="utf-8")
VARIABLE = re.compile(r"GATEKEEPER_[A-Z_]+")
EVENT = re.compile(r"UserEvent\((\w+)")
SHARED = re.compile(r"(__)?GATEKEEPER_[A-Z]+(_[A-Z]+)*_?|Gatekeeper[A-Z][A-Za-z]+")


def names(*words: type[StrEnum]) -> set[str]:
    """All names of some kinds."""
    return {word.value for kind in words for word in kind}


def code(text: str) -> str:
    """A dialplan without its comments."""
    return re.sub(r"^;.*$", "", text, flags=re.MULTILINE)


def test_the_dialplan_uses_these_variables_and_no_others() -> None:
    """Each that a context sets or reads is here, and each that is here is used."""
    found = set(VARIABLE.findall(code(DIALPLAN)))
    assert found == names(ChannelVariable, DialplanGlobal)


def test_globals_are_read_as_globals() -> None:
    """`GLOBAL(...)` holds the settings of the gate and no variable of a channel, which a dialer could set."""
    read = set(re.findall(r"GLOBAL\((GATEKEEPER_[A-Z_]+)", code(DIALPLAN)))
    assert read <= names(DialplanGlobal)
    bare = set(re.findall(r"\$\{(GATEKEEPER_[A-Z_]+)", code(DIALPLAN)))
    assert bare <= names(ChannelVariable)


def test_the_dialplan_tells_these_events() -> None:
    """Those that are not the dialplan's are the watchdog's, or a client's."""
    told = set(EVENT.findall(code(DIALPLAN)))
    others = {UserEventName.BYPASS, UserEventName.REFUSE, UserEventName.TRIAL}
    assert told == names(UserEventName) - {word.value for word in others}


def test_the_forms_are_those_of_the_dialplan() -> None:
    """It names those behind which there is a gate, puts the mark of an odd number there, and keeps its records here."""
    assert set(re.findall(r"LOCAL\(gk_form\)=(\w+)", code(DIALPLAN))) == {*GATES, DialplanForm.SIP}
    assert set(GATES) == names(DialplanForm) - {DialplanForm.SIP, DialplanForm.WATCHDOG}
    assert set(re.findall(r"LOCAL\(gk_odd\)=([\w-]+)", code(DIALPLAN))) == {ODD}
    assert set(re.findall(r"DB\(([\w-]+)/", code(DIALPLAN))) == {ASTDB_FAMILY}


def test_the_script_sets_and_reads_these() -> None:
    """The AGI script can't import them: its start is what a call waits for."""
    tree = ast.parse(SCRIPT)
    literals = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    found = {text for text in literals if VARIABLE.fullmatch(text)}
    told = "VERDICT", "REASON", "LIST", "DECISION", "CAUSE", "PROVISION", "RETRY_AT"
    answer = {ChannelVariable(f"GATEKEEPER_{name}") for name in told}
    assert found == answer | {EnvironmentVariable.SOCKET, EnvironmentVariable.TIMEOUT}
    assert ODD in literals


def test_the_dialplan_tells_what_a_call_says_of_itself() -> None:
    """Each variable is looked for, and handed over by its name."""
    (looked,) = re.findall(r"GotoIf\(.*words,1\)", DIALPLAN)
    (handed,) = re.findall(r"^exten => words,1,.*$", DIALPLAN, re.MULTILINE)
    assert set(VARIABLE.findall(looked)) == set(VARIABLES)
    pairs = re.findall(r"&(\w+)=\$\{URIENCODE\(\$\{FILTER\([^,]+,\$\{(\w+)\}\)\}\)\}", handed)
    assert {variable: name for name, variable in pairs} == VARIABLES
    assert set(VARIABLES.values()) == set(FIELDS)


def test_the_dialplan_tells_the_sip_gate_all_that_it_knows() -> None:
    """The headers of an INVITE, each with the variable of its name."""
    pairs = set(re.findall(r"PJSIP_HEADER\(add,(X-Gatekeeper-[\w-]+)\)=(?:\$\{URIENCODE\()?[^)]*?(\w+)\}", DIALPLAN))
    answers = {SipHeader.REASON, SipHeader.LIST, SipHeader.PROVISION, SipHeader.RETRY_AT}
    assert {header for header, _ in pairs} == names(SipHeader) - answers
    own = {"gk_earlier": "DECISION", "gk_campaign": "CAMPAIGN", "gk_principal": "PRINCIPAL"}
    words = {header: own.get(variable, variable.removeprefix("GATEKEEPER_")) for header, variable in pairs}
    assert words == {SipHeader[word].value: word for word in words.values()}


def test_the_dialplan_closes_the_leads_of_these() -> None:
    """A person who must not be called at any time."""
    context = DIALPLAN.partition("[gatekeeper-do-not-call]")[2].partition("[")[0]
    reasons = set(re.findall(r"^exten => (\w+),1,", context, re.MULTILINE))
    assert reasons == {"LISTED", "RED_LIST", "OBJECTED", "REASSIGNED", "CONSENT_WITHDRAWN"}
    assert reasons <= {reason.value for reason in Reason}


def test_the_manager_is_told_of_these() -> None:
    """`channelvars` has what the watchdog reads out of events."""
    (named,) = re.findall(r"^channelvars = (.+)$", MANAGER, re.MULTILINE)
    assert named.split(",") == [ChannelVariable.DECISION, ChannelVariable.CAMPAIGN]


def written(path: Path) -> Iterator[str]:
    """The shared names that a module writes out, outside of docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in prose and isinstance(node.value, str | bytes):
            text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
            if SHARED.fullmatch(text.strip(" =:")) and text != "GATEKEEPER_":
                yield f"{path.relative_to(REPOSITORY)}:{node.lineno}: {text}"


def test_no_other_module_writes_one_out() -> None:
    """So that a name can be looked up, and none is misspelt in one place of five."""
    modules = [path for path in sorted((REPOSITORY / "gatekeeper").rglob("*.py")) if path.name != "vocabulary.py"]
    assert [found for path in modules for found in written(path)] == []


@pytest.mark.parametrize("word", sorted(names(ChannelVariable, DialplanGlobal, UserEventName, AnswerHeader)))
def test_each_is_documented(word: str) -> None:
    """A site finds it in the documents, or in the file that it is set in."""
    told = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "docs").rglob("*.md"))
    internal = {ChannelVariable.ASKING, ChannelVariable.KEPT, UserEventName.TRIAL}
    comments = "\n".join(re.findall(r"^;.*$", DIALPLAN, re.MULTILINE))
    settings = (REPOSITORY / "dialplan" / "gatekeeper-globals.conf").read_text(encoding="utf-8")
    short = word.removeprefix("GATEKEEPER")
    assert word in internal or word in told or word in settings or word in comments or f"`{short}`" in told
