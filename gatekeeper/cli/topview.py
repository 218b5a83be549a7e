"""View of `gatekeeper top`: what was decided of late, and how old the lists are, as it stands on the screen."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from gatekeeper.cli.listwords import word as list_word
from gatekeeper.cli.times import shown
from gatekeeper.clock import DAY_US, SECOND_US
from gatekeeper.policy import Verdict
from gatekeeper.text import escaped
from gatekeeper.translation import figure
from gatekeeper.words import Language, Sentence, printed

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gatekeeper.journal import StoredDecision

_WORDS: Final = {
    "calls": Sentence("Calls", "Appels"),
    "per_second": Sentence("a second", "par seconde"),
    "allowed": Sentence("Allowed", "Permis"),
    "blocked": Sentence("Blocked", "Bloqués"),
    "bypasses": Sentence("Bypasses", "Contournements"),
    "reason": Sentence("Blocked by", "Bloqués pour"),
    "campaign": Sentence("Campaign", "Campagne"),
    "list": Sentence("List", "Liste"),
    "state": Sentence("State", "État"),
    "days": Sentence("Days left", "Jours restants"),
    "last": Sentence("the last {}", "les dernières {}"),
    "nothing": Sentence("none", "aucun"),
}
_SPANS: Final = ((10, "10 s"), (60, "60 s"), (600, "10 min"))
_MOST: Final = 8


class LastMinutes:
    """Counts what was decided within the last ten minutes."""

    def __init__(self) -> None:
        self._calls: deque[tuple[int, str, str, int]] = deque()
        self.last_bypass = 0

    def take(self, found: "Iterable[StoredDecision]") -> None:
        """Count decisions, in the order of writing."""
        for one in found:
            row = one.row
            self._calls.append((row.at, row.reason if row.verdict == Verdict.BLOCK else "", row.campaign, row.bypass))
            if row.bypass:
                self.last_bypass = max(self.last_bypass, row.at)

    def forget(self, now: int) -> None:
        """Let go of what is too old."""
        while self._calls and self._calls[0][0] < now - _SPANS[-1][0] * SECOND_US:
            self._calls.popleft()

    def within(self, now: int, seconds: int) -> "Recently":
        """What was decided within so many seconds."""
        begin = now - seconds * SECOND_US
        chosen = [one for one in self._calls if begin <= one[0]]
        return Recently(
            len(chosen),
            Counter(reason for _, reason, _, _ in chosen if reason),
            Counter(campaign for _, _, campaign, _ in chosen),
            sum(bypass for *_, bypass in chosen),
        )


class Recently(NamedTuple):
    """What was decided within a time.

    Attributes:
        calls: how many calls.
        reasons: those that were blocked, by reason.
        campaigns: all, by campaign.
        bypasses: how many bypasses.
    """

    calls: int
    reasons: Counter[str]
    campaigns: Counter[str]
    bypasses: int


class ListAge(NamedTuple):
    """How long a list may be relied on.

    Attributes:
        name: its name.
        state: its state, as `list status` says it.
        left: microseconds that are left, or None where it has no end.
        style: its colour.
    """

    name: str
    state: str
    left: int | None
    style: str


def view(recent: LastMinutes, lists: Sequence[ListAge], now: int, lang: Language) -> "RenderableType":
    """The screen."""
    from rich.columns import Columns
    from rich.console import Group

    from gatekeeper.cli.output import table

    word = {name: printed(text, lang) for name, text in _WORDS.items()}
    figures = ("calls", "per_second", "allowed", "blocked", "bypasses")
    totals = table("", *(word[name] for name in figures), right=tuple(word[name] for name in figures))
    for seconds, text in _SPANS:
        one = recent.within(now, seconds)
        blocked = one.reasons.total()
        cells = (one.calls, figure(one.calls / seconds, ",.1f"), one.calls - blocked, blocked, one.bypasses)
        totals.add_row(word["last"].format(text), *map(str, cells), style="bold red" if one.bypasses else "")
    long = recent.within(now, _SPANS[-1][0])
    tables = []
    for heading, counted in ((word["reason"], long.reasons), (word["campaign"], long.campaigns)):
        made = table(heading, word["calls"], right=(word["calls"],))
        for name, count in counted.most_common(_MOST) or [(word["nothing"], 0)]:
            made.add_row(escaped(name), figure(count))
        tables.append(made)
    ages = table(word["list"], word["state"], word["days"], right=(word["days"],))
    for age in lists:
        left = "" if age.left is None else figure(age.left / DAY_US, ".1f")
        ages.add_row(age.name, list_word(age.state, lang), left, style=age.style)
    return Group(f"Gatekeeper  {shown(now)}", "", totals, "", Columns([*tables, ages], padding=(0, 4)))
