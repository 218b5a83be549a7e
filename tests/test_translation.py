"""Every text that compliance staff may read is said by `phrase`, and has its French with the same values."""

import ast
import json
import logging
import re
import string
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Final, NamedTuple

import pytest

import gatekeeper
from gatekeeper.errors import StoreError
from gatekeeper.logs import StateLog
from gatekeeper.translation import (
    LOCALES,
    counted,
    figure,
    joined,
    language,
    phrase,
    read_french,
    retold,
    speak,
    speaking,
    trouble_of,
)
from gatekeeper.words import NARROW, Language, Sentence, printed, sentence, typeset

PACKAGE: Final = Path(gatekeeper.__file__).parent
SAYING: Final = {"phrase": 1, "marked": 1, "counted": 2}
"""The functions that say texts, and how many forms each is given."""

READ_BY_STAFF: Final = frozenset(
    {
        "ListError", "UnknownListError", "ImportRefused", "ConsentError", "TableError", "StoreError", "JournalError",
        "LockedError", "FullError", "RowError", "BackupError", "ContactsError", "ScrubRefused", "ScheduleError",
        "QueryError", "BadNumberError", "UnreadableCallError", "AccountError", "FormError", "ExportError",
        "OperationRefusedError", "RejectedConsentError", "AlertError",
        "ConfigError", "InstallError", "DaemonError", "DeliveryError", "OddDialError", "BadParameter",
        "found", "decide", "Problem",
    }
)  # fmt: skip
"""Errors, remarks and problems whose text can stand on a page or on a terminal of compliance staff or of an admin."""

FOR_PROGRAMS: Final = ("api",)
"""Packages whose errors are for programs, in English."""


class SaidText(NamedTuple):
    """A text where it is said.

    Attributes:
        where: file and line.
        forms: in English; singular and plural of `counted`.
        values: the names of what it is given, or None where another line says it.
    """

    where: str
    forms: tuple[str, ...]
    values: frozenset[str] | None


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """The whole program."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def said() -> Iterator[SaidText]:
    """Every text that is said."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in SAYING:
                continue
            texts = [one.value for one in node.args[: SAYING[node.func.id]] if isinstance(one, ast.Constant)]
            if not texts:
                continue
            given = frozenset(keyword.arg or "" for keyword in node.keywords)
            values = None if node.func.id == "marked" else given | ({"count"} if len(texts) > 1 else set())
            yield SaidText(f"{path.relative_to(PACKAGE)}:{node.lineno}", tuple(map(str, texts)), values)


TEXTS: Final = list(said())
FRENCH: Final = read_french(LOCALES).messages


def fields(text: str) -> frozenset[str]:
    """The values that a text names, with how each is written."""
    found = string.Formatter().parse(text)
    return frozenset(f"{name}!{conversion}:{form}" for _, name, form, conversion in found if name is not None)


def test_every_text_is_said_in_french() -> None:
    """Plurals in both forms."""
    missing = [f"{one.where}: {one.forms[0]}" for one in TEXTS if len(FRENCH.get(one.forms[0], ())) < len(one.forms)]
    assert missing == []


def test_french_has_the_same_values() -> None:
    """None is left out, and each is written in the same form: a figure, a quotation."""
    formatted = [one for one in TEXTS if one.values != frozenset()]
    other = [
        f"{one.where}: {form} | {french}"
        for one in formatted
        for form, french in zip(one.forms, FRENCH[one.forms[0]], strict=False)
        if fields(form) != fields(french)
    ]
    assert other == []


def test_every_text_is_given_its_values() -> None:
    """An error that can't be told would be worse than an English one."""
    wrong = [
        one.where
        for one in TEXTS
        if one.values and {name.partition("!")[0] for form in one.forms for name in fields(form)} - {""} != one.values
        and one.values != {"count"}
    ]  # fmt: skip
    assert wrong == []


_NOUN_OF_ONE: Final = re.compile(r"\{(\w+)(?:![rs])?(?::[^}]*)?\} (?!has |or )(?:\w+ )?(\w+)")
_NO_NOUN: Final = frozenset(
    [
        "answers",
        "does",
        "goes",
        "has",
        "holds",
        "includes",
        "is",
        "lies",
        "names",
        "s",
        "says",
        "stays",
        "this",
        "was",
        "yours",
    ]
)
_NEVER_ONE: Final = frozenset(
    {
        "largest", "least_different", "length", "limit", "longest", "max_bytes", "max_ratio", "most", "most_answered",
        "most_named", "shortest", "st_nlink", "width",
    }
)  # fmt: skip
"""Bounds of this program, and what is told only where there are several."""

_TYPERS: Final = "Got unexpected extra argument(s) ({others})"
"""A text of Typer's, which leaves it open; its French does not."""


def test_a_text_that_counts_is_right_for_one() -> None:
    """`{count} files` is said by `counted`, or otherwise: `files: {count}`; no text leaves it open: `file(s)`."""
    told = [
        f"{one.where}: {one.forms[0]}"
        for one in TEXTS
        if len(one.forms) == 1
        for found in _NOUN_OF_ONE.finditer(one.forms[0])
        if found[1] not in _NEVER_ONE and found[2].endswith("s") and found[2] not in _NO_NOUN
    ]
    assert told == []
    ours = [one for one in FRENCH.items() if one[0] != _TYPERS]
    assert [one for one in ours if re.search(r"\w\((s|es|e|x)\)", f"{one[0]} {one[1]}")] == []


def test_nothing_else_is_translated() -> None:
    """A French text whose English is gone, or was written otherwise, would never be seen."""
    assert sorted(set(FRENCH) - {one.forms[0] for one in TEXTS}) == []


def test_what_staff_read_is_said_by_phrase() -> None:
    """No error of theirs is raised with a text that stays English."""
    plain = []
    for path, tree in trees():
        if path.relative_to(PACKAGE).parts[0] in FOR_PROGRAMS:
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in READ_BY_STAFF:
                texts = node.args[1:] if name in {"FormError", "Problem"} else node.args
                plain += [f"{path.relative_to(PACKAGE)}:{node.lineno}" for one in texts if is_plain(one)]
    assert plain == []


def is_plain(text: ast.expr) -> bool:
    """Whether a text has words of its own: letters outside what it is given."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and any(map(str.isalpha, part.value))
        for part in parts
    )


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("there is no list 'x': there are a, b", "il n’y a pas de liste «~x~»~: il y a a, b"),
        (
            "the list shrinks by 12.3%, from 12,345 to 3 (limit 10%)",
            "la liste diminue de 12,3~%, de 12~345 à 3 (limite 10~%)",
        ),
    ],
)  # fmt: skip
def test_french_is_written_as_french_is(english: str, french: str) -> None:
    """Quotation marks, figures, and blanks that no line ends at."""

    def both() -> list[str]:
        return [
            phrase("there is no list {name!r}: there are {names}", name="x", names="a, b"),
            phrase(
                "the list shrinks by {change:.1%}, from {before:,} to {after:,} (limit {limit:.0%})",
                change=0.123, before=12345, after=3, limit=0.1,
            ),
        ]  # fmt: skip

    assert english in both()
    with speaking(Language.FR):
        assert french.replace("~", NARROW) in both()
    assert english in both()


@pytest.mark.parametrize(("count", "french"), [(0, "0 ajouté"), (1, "1 ajouté"), (2, "2 ajoutés")])
def test_nothing_and_one_are_singular_in_french(count: int, french: str) -> None:
    """As `Plural-Forms` of the catalogues says, and as a test here sees of a text of our own."""
    texts = {"{count} added": ("{count} ajouté", "{count} ajoutés")}
    from gatekeeper.translation import Messages

    assert Messages(texts).ngettext("{count} added", "{count} added", count).format(count=count) == french
    with speaking(Language.FR):
        assert counted("{path}: {count:,} entry", "{path}: {count:,} entries", count, path="x").endswith(
            "entrées" if count > 1 else "entrée"
        )


def test_what_a_name_hides_is_seen_in_quotation_marks() -> None:
    """A quoted value is escaped in French, too: it may come from anybody."""
    with speaking(Language.FR):
        assert "\\x1b[2J" in phrase("there is no list {name!r}", name="\x1b[2J")


def test_an_unknown_text_stays_as_it_is() -> None:
    """What is given no values is not formatted, so that braces in it are harmless."""
    with speaking(Language.FR):
        assert phrase("{not a value") == "{not a value"
        assert trouble_of(FileNotFoundError(2, "No such file or directory")) == "fichier ou dossier introuvable"


def test_a_remedy_follows_in_the_language() -> None:
    """The whole error is French."""
    with speaking(Language.FR):
        told = str(StoreError(phrase("{path} does not exist", path="x"), phrase("restore it from a backup")))
    assert told == f"x n’existe pas{NARROW}: restaurez-le d’une sauvegarde"


def test_figures() -> None:
    """`1,234.5` in English, with a narrow blank and a comma in French."""
    assert (figure(1234), figure(1234.56, ",.1f")) == ("1,234", "1,234.6")
    with speaking(Language.FR):
        assert (figure(1234), figure(1234.56, ",.1f")) == (f"1{NARROW}234", f"1{NARROW}234,6")


def test_who_speaks_french_is_heard_by_nobody_else() -> None:
    """A language is that of a context: another task, another thread, keeps its own."""
    context = copy_context()
    context.run(speak, Language.FR)
    assert language() is Language.EN
    assert context.run(language) is Language.FR


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("Quoi ?", "Quoi~?"),
        ("« a » : b ; c !", "«~a~»~: b~; c~!"),
        ("10 %", "10~%"),
        ("10:30", "10:30"),
        ("l'été d'un", "l’été d’un"),
        ("", ""),
    ],
)
def test_typesetting(written: str, set_: str) -> None:
    """French signs keep to the word before them, on a page; what goes into files stays as it is written."""
    assert typeset(written) == set_.replace("~", NARROW)
    assert printed(Sentence("", written), Language.FR) == typeset(written)
    assert sentence(Sentence("", written), Language.FR) == written


def test_what_is_wrong_for_long_is_told_in_the_language_of_who_asks() -> None:
    """A trouble is found out while nobody asks, and told to somebody later, through errors and texts around it."""
    log = logging.getLogger("nobody")
    state = StateLog(log, phrase("the lists can't be read, calls are refused with GATE_ERROR"), level=logging.DEBUG)
    state.begin(str(StoreError(phrase("{path} does not exist", path="x"), phrase("restore it from a backup"))))
    english = "the lists can't be read, calls are refused with GATE_ERROR: x does not exist: restore it from a backup"
    assert state.trouble == english
    with speaking(Language.FR):
        told = state.trouble
        assert retold(english) == english
    apart = f"{NARROW}: "
    assert told == apart.join(
        (
            "les listes ne peuvent pas être lues, les appels sont refusés par GATE_ERROR",
            "x n’existe pas",
            "restaurez-le d’une sauvegarde",
        )
    )
    assert json.loads(json.dumps({"trouble": told})) == {"trouble": told}


def test_several_texts_are_told_again_each_for_itself() -> None:
    """Whichever language they were said in, and whatever they hold that was said in it."""
    said = [phrase("Permission denied"), phrase("the variable {variable}", variable="X"), "plain"]
    assert joined(said) == "Permission denied; the variable X; plain"
    assert joined([]) == ""
    with speaking(Language.FR):
        french = retold(joined(said))
    assert french == f"permission refusée{NARROW}; la variable X{NARROW}; plain"
    assert retold(french) == "Permission denied; the variable X; plain"
