"""What the oldest Python gets wrong is refused, in whatever shape it is written, and nothing else is."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lint.oldest_python import faults_of, main, pattern_fault

MISCOMPILED = [
    "a*+",  # oldest-python: what is refused
    "a++",  # oldest-python: the same
    "a?+",  # oldest-python: the same
    "a{2}+",  # oldest-python: the same
    "a{2,}+",  # oldest-python: the same
    "a{,2}+",  # oldest-python: the same
    "a{2,3}+",  # oldest-python: the same
    "(?:a|b)*+c",  # oldest-python: the same
    "[^]+]*+",  # oldest-python: the same
    r"[\]+]*+",  # oldest-python: the same
    r"\++++",  # oldest-python: the same
    r"\*?+",  # oldest-python: the same
    "(?>a)",  # oldest-python: the same
    "x(?=(?>a))",  # oldest-python: the same
    "(?#a comment*)a*+",  # oldest-python: the same
]
RIGHT = [
    "a*",
    "a+?b+",
    "a*?",
    "a{2}",
    r"a\*+",
    r"\(?>",
    "[*+]",
    "[]*+]",
    r"[\]*+]",
    "[a(?>]",
    "x{a}+",
    "{}+",
    "(+",
    "|+",
]
RIGHT += ["(?#a*+)b", "(?P<n>a)+", "(?:a)+", "_[+*#0-9].", "+33*", r"\\+", "(?<=a)+b"]
SHAPES = [
    "re.compile(r'{}')",
    "re.match(rb'{}', data)",
    "PATTERN = r'{}'",
    "re.compile('(' + part + r'){}')",
    "re.compile(r'{}' + end)",
    "re.compile(rf'{{part}}{}')",
    "pytest.raises(ValueError, match=r'{}')",
    "def f():\n    def g():\n        return [re.sub(r'{}', '', x) for x in y]",
    "class A:\n    pattern: str = field(pattern=r'{}')",
    "re.compile('''\n{}''')",
    "re.compile(r'%s{}' % part)",
]


@pytest.mark.parametrize("pattern", MISCOMPILED)
@pytest.mark.parametrize("shape", SHAPES)
def test_miscompiled_patterns_are_refused(pattern: str, shape: str) -> None:
    """Wherever they stand, and in whatever they are put together of."""
    if "'''" in shape:
        pattern = pattern.replace("\\", "\\\\")
    if "rf" in shape:
        pattern = pattern.replace("{", "{{").replace("}", "}}")
    (fault, *_) = faults_of(shape.format(pattern), "a.py")
    assert "in a pattern" in fault.text


@pytest.mark.parametrize("pattern", RIGHT)
@pytest.mark.parametrize("shape", SHAPES[:4])
def test_other_patterns_are_not(pattern: str, shape: str) -> None:
    """What only looks alike is let by."""
    if "part" not in shape:
        assert faults_of(shape.format(pattern), "a.py") == []
    assert pattern_fault(pattern) is None


def test_a_pattern_in_pieces_is_put_together() -> None:
    """A quantifier and its plus in two names, or in two strings side by side."""
    source = "STAR = 'a*'\nMORE = STAR + '+'\n"
    assert [fault.line for fault in faults_of(source, "a.py")] == [2]
    assert faults_of("x = ('a*'\n     '+')", "a.py")


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning", "ignore:Possible set:FutureWarning")
@settings(max_examples=1500, deadline=None)
@given(st.text(st.sampled_from(r"ab*?+{}2,()[]^\|>:=#"), max_size=10))  # oldest-python: characters
def test_the_reader_agrees_with_pythons_own(pattern: str) -> None:
    """Of every pattern that Python takes, its own parser finds the same constructs."""
    try:
        parsed = re._parser.parse(pattern)  # type: ignore[attr-defined]  # the parser, unlike the compiler, is right
    except (re.error, OverflowError):
        return
    with contextlib.redirect_stdout(io.StringIO()) as dump:
        parsed.dump()
    wrong = "POSSESSIVE_REPEAT" in dump.getvalue() or "ATOMIC_GROUP" in dump.getvalue()
    assert (pattern_fault(pattern) is not None) == wrong


@pytest.mark.parametrize(
    "call",
    [
        "transport.abort()",
        "self._transport.close()",
        "writer.transport.abort()",
        "x.manager.protocol.transport.close()",
    ],
)
def test_a_transport_is_closed_in_one_place(call: str) -> None:
    """Elsewhere it is refused, and what to call is named."""
    (fault,) = faults_of(f"def f(self):\n    {call}\n", "gatekeeper/agi/x.py")
    assert fault.line == 2
    assert "gatekeeper.transports." in fault.text
    assert faults_of(call, "gatekeeper/transports.py") == []


def test_what_is_closed_the_right_way_is_let_by() -> None:
    """Nor are files and connections transports."""
    source = "transports.abort(transport)\ntransports.close(self.transport)\nfile.close()\nself.connection.close()\n"
    assert faults_of(source, "a.py") == []


def test_newer_syntax_is_refused() -> None:
    """Whichever Python runs the lint."""
    (fault,) = faults_of("x = 1\ntype Number = int\n", "a.py")
    assert fault.line == 2
    assert "Python 3.11 can't read this" in fault.text


def test_the_command_names_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File and line, and an exit code; docstrings are no patterns, and an excused line is let by."""
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text('"""About a*+."""\nX = "a*+"  # oldest-python: for a test\n')  # oldest-python: for this test
    assert main([str(tmp_path)]) == 0
    bad.write_text('"""About."""\nX = "b++"\n')  # oldest-python: for this test
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith(f"{bad}:2: `++` in a pattern")  # oldest-python: a message


def test_this_project_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    """What `make lint` looks through."""
    top = Path(__file__).parents[2]
    assert main([str(top / name) for name in ("gatekeeper", "asterisk", "tests")]) == 0, capsys.readouterr().out
