import pytest

from gatekeeper.ami.protocol.arguments import separate
from gatekeeper.ami.protocol.caller_id import parse_caller_id
from gatekeeper.ami.protocol.event_mask import wants_calls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b", ["a", "b"]),
        ("", [""]),
        ('"a,b",c', ["a,b", "c"]),
        ("a\\,b,c", ["a,b", "c"]),
        ("f(a,b)=1,c", ["f(a,b)=1", "c"]),
        ("[a,b],c", ["[a,b]", "c"]),
        ("a),b", ["a)", "b"]),
        ("a\\", ["a"]),
    ],
)
def test_arguments_are_divided_as_asterisk_divides_them(text: str, expected: list[str]) -> None:
    """Commas in quotes, parentheses and brackets don't divide."""
    assert expected == separate(text)


@pytest.mark.parametrize(
    ("text", "number", "name"),
    [
        ('"A B" <+33 1-23>', "+33123", "A B"),
        ("A B <0123>", "0123", "A B"),
        ("<0123>", "0123", ""),
        ("+33 1.23", "+33123", ""),
        ("Sales", "", "Sales"),
        ("", "", ""),
    ],
)
def test_a_caller_id_is_read_as_asterisk_reads_it(text: str, number: str, name: str) -> None:
    """A caller ID is read as Asterisk reads it."""
    assert (number, name) == parse_caller_id(text)


@pytest.mark.parametrize(
    ("mask", "before", "expected"),
    [
        ("", True, True),
        ("", False, False),
        ("on", False, True),
        ("off", True, False),
        ("0", True, False),
        ("2", False, True),
        ("4", True, False),
        ("system,call,log", False, True),
        ("system,log", True, False),
        ("all", False, True),
        ("callers", True, False),
    ],
)
def test_call_events_are_shown_where_asterisk_would_show_them(mask: str, before: bool, expected: bool) -> None:
    """Call events are shown exactly where Asterisk would show them."""
    assert expected is wants_calls(mask, before)
