"""Words of the cells of a table of cases, part by part: consents, contracts, what registries said, attempts, events.

What is not understood is refused, and the text says what would be right.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from gatekeeper.policy.ledger import ALL_ITEMS, ConsentItem, EventKind
from tests.law.cases.row import number_of

_EVENTS: Final = {
    EventKind.WITHDRAWAL: ("withdrawn", "withdrawal", "withdrew", "revoked"),
    EventKind.OBJECTION: ("objected", "objection", "opposed"),
    EventKind.REFUSAL: ("refused", "refusal"),
    EventKind.CALL_BACK_REQUEST: ("requested", "request"),
    EventKind.PURCHASE: ("purchase", "purchased", "transaction"),
    EventKind.INQUIRY: ("inquiry", "inquired", "enquiry"),
}
_EVENT_OF: Final = {word: kind for kind, words in _EVENTS.items() for word in words}
_EVENT_KEYS: Final = ("goods", "proof", "principal")

_CONSENT_KEYS: Final = tuple(
    "principal goods collected until proof items window slot robot written third channel contact number".split()  # noqa: SIM905 - words
)

_ITEMS: Final = {
    **{item.value: (item,) for item in ConsentItem},
    "professional": (ConsentItem.PRINCIPAL,),
    "third-party": (ConsentItem.PRINCIPAL,),
    "object": (ConsentItem.GOODS,),
    "duration": (ConsentItem.PERIOD,),
    "right": (ConsentItem.WITHDRAWAL,),
    "proof": (ConsentItem.PROOF_ACCESS,),
    "access": (ConsentItem.PROOF_ACCESS,),
    # As R.223-1, I numbers them.
    "1": (ConsentItem.PRINCIPAL, ConsentItem.GOODS),
    "2": (ConsentItem.CHOICE,),
    "3": (ConsentItem.PERIOD,),
    "4": (ConsentItem.WITHDRAWAL,),
    "5": (ConsentItem.PROOF_ACCESS,),
}
_NO_ACT: Final = frozenset({"browsing", "pre-written", "pre-ticked", "clause"})
_LACKS: Final = re.compile(r"(?:no|not|without|missing|but)-(.+)")

_NOT_COUNTED: Final = frozenset({"blocked", "service", "callback", "call-back"})
_COUNTED: Final = frozenset({"", "made", "failed", "answered", "unanswered", "no-answer", "busy", "abandoned"})
_CALLED: Final = re.compile(r"[:>#=(@/]*(\+\d{5,15})[)@:]?")
_ATTEMPT: Final = re.compile(
    r"(?:(?P<kind>[a-z-]+):)?(?P<day>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?)"
    r"(?:@(?P<centre>[^/:>@]+))?(?:/(?P<principal>[^@:>/]+))?(?:@(?P<late_centre>[^/:>@]+))?"
)
_BARE_NUMBER: Final = re.compile(r"[,\s]+(?=[:>#=(@/]*\+\d{5,15}\b(?!@))")


class Tried(NamedTuple):
    """An attempt.

    Attributes:
        day: when, as it is written.
        counts: whether it is one that caps count.
        blocked: whether it was stopped.
        principal: for whom; "" for whom the row calls.
        number: who was called; 0 for whom the row calls.
        goods: what about; "" for what the row calls about.
    """

    day: str
    counts: bool
    blocked: bool
    principal: str
    number: int
    goods: str


class Happened(NamedTuple):
    """An event.

    Attributes:
        kind: what happened.
        when: the moment, as it is written.
        words: what else is said of it.
    """

    kind: EventKind
    when: str
    words: dict[str, str]


class Contracted(NamedTuple):
    """A contract.

    Attributes:
        principal: with whom.
        subject: what about.
        first: its first day, as it is written.
        last: its last, or "".
    """

    principal: str
    subject: str
    first: str
    last: str


def closed_up(cell: str) -> str:
    """A cell without the blanks behind its semicolons, which divide the words of one fact."""
    return re.sub(r"\s*;\s*", ";", cell)


def answers_in(cell: str) -> list[str]:
    """What registries said, divided by blanks, `|`, commas, or semicolons before the next registry."""
    return [part for part in re.split(r"[\s|,]+|;(?=[a-z-]+:)|;$", closed_up(cell), flags=re.IGNORECASE) if part]


def pairs(text: str, known: Iterable[str]) -> dict[str, str]:
    """`principal=ACME;goods=insurance` as words; a part without `=` goes on with the one before it.

    Raises:
        ValueError: a part says nothing, or a word is unknown.
    """
    found: dict[str, str] = {}
    last = ""
    for part in filter(None, (part.strip() for part in text.split(";"))):
        key, equal, value = part.partition("=")
        if equal and " " not in key.strip():
            last = key.strip().casefold()
            if last not in known:
                raise ValueError(f"{last!r} is unknown; there are: {', '.join(known)}")
            if last in found:
                raise ValueError(f"{last!r} is said twice; divide two consents by a blank and `principal=`, or by |")
            found[last] = value.strip()
        elif last:
            found[last] += f"; {part}"
        else:
            raise ValueError(f"{part!r} says nothing; write key=value, with the keys {', '.join(known)}")
    return found


def consents_of(cell: str) -> Iterator[dict[str, str]]:
    """The consents of a cell; each begins with its principal, or they are divided by `|`.

    Raises:
        ValueError: a part can't be read.
    """
    for text in filter(None, (part.strip(" ;") for part in re.split(r"\s\|\s|[\s;]+(?=principal=)", cell))):
        words = pairs(text, _CONSENT_KEYS)
        for needed in ("principal", "collected"):
            if not words.get(needed):
                raise ValueError(
                    f"a consent without `{needed}`; write principal=ACME;goods=...;collected=2026-08-20T10:00"
                )
        yield words


def names_of(text: str) -> tuple[str, ...]:
    """Several goods or names."""
    return tuple(filter(None, (part.strip() for part in re.split(r"[,+]", text))))


def yes_or_no(text: str, what: str) -> bool:
    """Whether something is so; what is not said is not.

    Raises:
        ValueError: it is neither yes nor no.
    """
    if text.casefold() not in ("yes", "no", ""):
        raise ValueError(f"{what}={text}: write yes or no")
    return text.casefold() == "yes"


def items_of(text: str) -> frozenset[ConsentItem]:
    """The items of a consent's request: `all`, or `all` but what is named by `no-...`, or those that are named.

    Raises:
        ValueError: an item is unknown.
    """
    parts = text.casefold().replace("_", "-").replace(",", " ").replace("+", " ").split()
    lacking: set[ConsentItem] = set()
    shown: set[ConsentItem] = set()
    for part in parts:
        if part == "all":
            continue
        if part in _NO_ACT:
            lacking.add(ConsentItem.ACT)
        elif (found := _LACKS.fullmatch(part)) is not None:
            lacking.update(_item(found[1]))
        else:
            shown.update(_item(part))
    return (frozenset(shown) or ALL_ITEMS) - lacking if parts else frozenset()


def _item(word: str) -> tuple[ConsentItem, ...]:
    if word not in _ITEMS:
        raise ValueError(f"{word!r} is no item; write all, or no- with one of: {', '.join(ConsentItem)}")
    return _ITEMS[word]


def contracts_of(cell: str) -> Iterator[Contracted]:
    """The contracts of a cell, divided by blanks or `|`.

    Raises:
        ValueError: one can't be read.
    """
    for text in filter(None, re.split(r"[\s|]+", re.sub(r"\s*\.\.\s*(?=\d)", "..", closed_up(cell)))):
        principal, *rest = text.strip(";").split(";")
        period = [part for part in rest if ".." in part]
        subjects = [part for part in rest if part.casefold().startswith("subject=")]
        if not principal or len(period) != 1 or len(subjects) > 1 or len(rest) != len(period) + len(subjects):
            raise ValueError(f"{text!r} is no contract; write ACME;subject=insurance;2026-01-01..2026-12-31")
        first, _, last = period[0].partition("..")
        subject = subjects[0].partition("=")[2] if subjects else ""
        yield Contracted(principal.removeprefix("principal="), subject, first, last)


def events_of(cell: str) -> Iterator[Happened]:
    """The events of a cell, divided by blanks.

    Raises:
        ValueError: one can't be read.
    """
    for text in filter(None, re.split(r"[\s|]+|,(?=[a-z-]+=)", closed_up(cell))):
        kind, when, words = None, "", list[str]()
        for part in filter(None, text.split(";")):
            key, _, value = part.partition("=")
            if (event := _EVENT_OF.get(key.casefold())) is None:
                words.append(part)
                continue
            if kind is not None:
                yield Happened(kind, when, pairs(";".join(words), _EVENT_KEYS))
            kind, when, words = event, value, []
        if kind is None:
            known = ", ".join(names[0] for names in _EVENTS.values())
            raise ValueError(f"{text!r} is no event; write one of these with its moment: {known}=2026-11-25T11:00")
        yield Happened(kind, when, pairs(";".join(words), _EVENT_KEYS))


def attempts_of(cell: str) -> Iterator[Tried]:
    """The attempts of a cell, divided by blanks: `DAY[THH:MM][@CALL CENTRE][/PRINCIPAL][:+NUMBER][;goods=GOODS]`.

    What begins with `blocked:`, `service:` or `callback:` was none that counts.

    Raises:
        ValueError: one can't be read.
    """
    joined = _BARE_NUMBER.sub(":", closed_up(cell))  # a number behind a day is whom that day's attempt called
    for text in filter(None, re.split(r"[\s|,]+|;(?!goods=)", joined)):
        plain, *more = text.split(";")
        called = _CALLED.search(plain)
        if called is not None:
            plain = plain.replace(called[0], "", 1)
        found = _ATTEMPT.fullmatch(plain)
        kind = (found["kind"] or "") if found is not None else "?"
        if found is None or kind not in _NOT_COUNTED | _COUNTED:
            form = "DAY[THH:MM][@CALL CENTRE][/PRINCIPAL][:+NUMBER], with blocked:, service: or callback: before it"
            raise ValueError(f"{text!r} is no attempt; write {form}")
        yield Tried(
            found["day"],
            kind in _COUNTED,
            kind == "blocked",
            found["principal"] or "",
            number_of(called[1]) if called is not None else 0,
            pairs(";".join(more), ("goods",)).get("goods", ""),
        )
