"""Every code that can stand on a page has a word in both languages."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

import gatekeeper
from gatekeeper.consents.model import EntryKind
from gatekeeper.consents.said import ENTRIES
from gatekeeper.daemon.operations.record import KINDS as RECORDED
from gatekeeper.daemon.part_names import PARTS
from gatekeeper.desk.reading import number_words
from gatekeeper.desk.wording import ACTIONS, GATES, KINDS, STATES, VERDICTS, meaning, word
from gatekeeper.dossier.model import AttemptState
from gatekeeper.exports.words import ExportTrouble
from gatekeeper.lists import ListKind
from gatekeeper.lists.said import CHANGES
from gatekeeper.lists.said import KINDS as SORTS
from gatekeeper.policy import CalleeKind, DialMode, Gate, Purpose, Reason, Verdict, info_of, said
from gatekeeper.policy.ledger import ConsentItem, EventKind
from gatekeeper.registries.formats import SourceKind
from gatekeeper.registries.query.source import QueryOutcome
from gatekeeper.words import Sentence

PACKAGE = Path(gatekeeper.__file__).parent


def codes_of(function: str, place: int) -> set[str]:
    """What is given to a function as a plain text at a place, anywhere in the desk."""
    found = set()
    for path in (PACKAGE / "desk" / "pages").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if isinstance(node, ast.Call) and name == function and isinstance(node.args[place], ast.Constant):
                found.add(str(node.args[place].value))
    return found


def part_names() -> set[str]:
    """The names of the daemon's parts: classes that say an `address`, or what does not work (`trouble`)."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                names = {one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
                if {"counters", "start", "stop"} <= names:
                    found |= {
                        str(one.value.value)
                        for one in node.body
                        if isinstance(one, ast.Assign)
                        and isinstance(one.targets[0], ast.Name)
                        and one.targets[0].id == "name"
                        and isinstance(one.value, ast.Constant)
                    }
    return found


FORM_ACTIONS = {"role", "end", "readmit", "unlock", "codes-off", "sessions"}
RECORDINGS = {f"record.{kind}" for kind in RECORDED}


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (GATES, list(Gate)),
        (VERDICTS, list(Verdict)),
        (KINDS, list(ListKind)),
        (SORTS, [*ListKind, SourceKind.FULL, SourceKind.DELTA]),
        (CHANGES, ["add", "remove", "lapse"]),
        (STATES, ["fresh", "due", "stale", "missing", "in force"]),
        (ENTRIES, [kind.name.lower().replace("_", "-") for kind in EntryKind if kind is not EntryKind.LINK]),
        (ENTRIES, list(EventKind)),
        (number_words.STATES, list(AttemptState)),
        (number_words.ITEMS, list(ConsentItem)),
        (number_words.ANSWERS, list(QueryOutcome)),
        (number_words.EVENTS, sorted({*RECORDED} - {"consent", "contract"})),
        (said.PURPOSES, list(Purpose)),
        (said.DIAL_MODES, list(DialMode)),
        (said.CALLEES, list(CalleeKind)),
        (PARTS, sorted(part_names())),
        (ACTIONS, sorted(codes_of("changed", 1) | RECORDINGS | {f"user.{one}" for one in FORM_ACTIONS})),
    ],
)
def test_every_code_has_a_word(words: Mapping[str, Sentence], codes: Iterable[str]) -> None:
    """And the word is another than the code in at least one language, so that nobody forgot it."""
    missing = [code for code in codes if code not in words or not all(words[code])]
    assert list(codes)
    assert missing == []


def test_every_reason_has_a_sentence() -> None:
    """Grounds on which a call is allowed among them."""
    for reason in Reason:
        assert meaning(reason.value) == info_of(reason)
        assert all((info_of(reason).english, info_of(reason).french))


def test_what_is_not_known_stands_as_it_is() -> None:
    """A row of a later version is shown all the same."""
    assert word(GATES, "FAX") == Sentence("FAX", "FAX")
    assert meaning("TOO_BLUE") == Sentence("TOO_BLUE", "TOO_BLUE")


@pytest.mark.parametrize("trouble", list(ExportTrouble))
def test_troubles_of_exports_name_the_same(trouble: ExportTrouble) -> None:
    """A figure that one language tells the other tells, too."""
    assert trouble.value.english.count("{0}") == trouble.value.french.count("{0}")
