"""A campaign under the French law: its consumers, what is known of each, and what has to come of calling them.

The law changes with 11 August 2026: until the day before, who is on no list may be called; from then on, who consented.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from lab.daemon import GatekeeperDaemon

PARIS: Final = ZoneInfo("Europe/Paris")
LAST_DAY: Final = datetime(2026, 8, 10, 11, 30, tzinfo=PARIS)
"""A Monday, the last day of the old law."""
FIRST_DAY: Final = datetime(2026, 8, 11, 11, 30, tzinfo=PARIS)
"""The Tuesday behind it. In Réunion it is half past one, in Nouméa half past eight in the evening."""

CAMPAIGN: Final = "insured"
PRINCIPAL: Final = "Soleil SARL"
CALLER_ID: Final = "0162000000"
"""Of a range for automated calls, and the principal's own."""

CONFIG: Final = f"""
[lists.bloctel]
kind = "wash"
registry = "bloctel"
format = "bloctel-return"

[lists.contracts]
kind = "contract"

[campaigns.{CAMPAIGN}]
law = "fr"
lists = ["bloctel"]
principal = "{PRINCIPAL}"
goods = ["insurance"]
caller_ids = ["+33162000000"]
"""
"""Lists and campaign, for the daemon."""

_ALL: Final = {
    "principal": PRINCIPAL,
    "goods": "insurance",
    "collected_at": "2026-07-06T10:15+02:00",
    "items": "all",
    "proof": "ref:archive-2026-07",
}


class Consumer(NamedTuple):
    """Somebody whom the campaign wants to call.

    Attributes:
        who: what is known.
        number: as the dialer writes it.
        before: the decision on the last day of the old law: its reason, and the provision by which.
        after: the same on the first day of the new one.
        consent: what the consent has otherwise than one that counts; None where there is no consent.
        washed: what Bloctel's return said, "" where the number was not sent.
        insured: whether a contract of insurance with the principal runs.
        withdrew: whether the consent was withdrawn.
    """

    who: str
    number: str
    before: str
    after: str
    consent: dict[str, str] | None = {}  # noqa: RUF012 - never changed
    washed: str = "OK"
    insured: bool = False
    withdrew: bool = False


MAY: Final = frozenset({"CLEAR", "CONSENT", "CONTRACT"})
"""The reasons of calls that are placed."""

CONSUMERS: Final = (
    Consumer("on no list, no consent", "0611000001", "CLEAR FR-LIST", "NO_BASIS FR-BASIS", consent=None),
    Consumer("consented", "0611000002", "CLEAR FR-LIST", "CONSENT FR-BASIS"),
    Consumer("on the list, consented", "0611000003", "LISTED FR-LIST", "CONSENT FR-BASIS", washed="Inscrit"),
    Consumer("never washed, consented", "0611000004", "NOT_SCRUBBED FR-LIST", "CONSENT FR-BASIS", washed=""),
    Consumer(
        "on the list, insured",
        "0611000005",
        "CONTRACT FR-EXC-2",
        "CONTRACT FR-BASIS",
        consent=None,
        washed="Inscrit",
        insured=True,
    ),
    Consumer(
        "consented over a year ago",
        "0611000006",
        "CLEAR FR-LIST",
        "CONSENT_TIME FR-CONS-TIME",
        {"collected_at": "2025-08-11T11:00+02:00"},
    ),
    Consumer(
        "for a period that is over", "0611000007", "CLEAR FR-LIST", "CONSENT_TIME FR-CONS-TIME", {"until": "2026-08-01"}
    ),
    Consumer("withdrew", "0611000008", "CLEAR FR-LIST", "CONSENT_WITHDRAWN FR-WITHDRAW", withdrew=True),
    Consumer(
        "not told of the period",
        "0611000009",
        "CLEAR FR-LIST",
        "CONSENT_INCOMPLETE FR-CONS-FORM",
        {"items": "no-period"},
    ),
    Consumer("browsed on", "0611000010", "CLEAR FR-LIST", "CONSENT_INCOMPLETE FR-CONS-FORM", {"items": "no-act"}),
    Consumer("no proof", "0611000011", "CLEAR FR-LIST", "CONSENT_UNPROVED FR-PROOF", {"proof": ""}),
    Consumer(
        "proof without hour", "0611000012", "CLEAR FR-LIST", "CONSENT_UNPROVED FR-PROOF", {"collected_at": "2026-07-06"}
    ),
    Consumer("to another company", "0611000013", "CLEAR FR-LIST", "NO_BASIS FR-BASIS", {"principal": "Lune SA"}),
    Consumer("about other goods", "0611000014", "CLEAR FR-LIST", "NO_BASIS FR-BASIS", {"goods": "wine"}),
    Consumer(
        "Tuesdays from 18 to 20",
        "0611000015",
        "CLEAR FR-LIST",
        "CONSENT_TIME FR-CONS-TIME",
        {"slots": "tue 18:00-20:00"},
    ),
    Consumer("Tuesdays from 10 to 12", "0611000016", "CLEAR FR-LIST", "CONSENT FR-BASIS", {"slots": "tue 10:00-12:00"}),
    Consumer("in Réunion, consented", "+262692110017", "CONSENT FR-HOURS-X1", "CALL_HOURS FR-HOURS"),
    Consumer("in Nouméa, consented", "+687750018", "CONSENT FR-HOURS-X1", "CALL_HOURS FR-HOURS"),
)
"""Every sort of consent."""


def teach(daemon: GatekeeperDaemon, consumers: Sequence[Consumer] = CONSUMERS) -> None:
    """Import what is known of consumers, as an admin does: Bloctel's return, contracts, consents; and withdrawals."""
    washed = [one for one in consumers if one.washed]
    returned = [f"{one.number};{place};{one.washed}" for place, one in enumerate(washed, 1)]
    insured = [f"{one.number};{PRINCIPAL};insurance" for one in consumers if one.insured]
    consents = ((one.number, one.consent) for one in consumers if one.consent is not None)
    files = {
        "retour.csv": returned,
        "contracts.csv": ["number;principal;subject", *insured],
        "consents.csv": _as_file(consents),
    }
    for name, lines in files.items():
        (daemon.folder / name).write_text("\n".join(lines) + "\n")
    daemon.commands(
        ("list", "import", "bloctel", str(daemon.folder / "retour.csv")),
        ("list", "import", "contracts", str(daemon.folder / "contracts.csv")),
        ("consent", "import", str(daemon.folder / "consents.csv")),
        *(("consent", "withdraw", one.number, "--principal", PRINCIPAL) for one in consumers if one.withdrew),
    )


def import_consents(daemon: GatekeeperDaemon, numbers: Iterable[str]) -> None:
    """Import a consent that counts for each number."""
    path = daemon.folder / "consents.csv"
    path.write_text("\n".join(_as_file((number, {}) for number in numbers)) + "\n")
    daemon.command("consent", "import", str(path))


def _as_file(consents: Iterable[tuple[str, dict[str, str]]]) -> list[str]:
    """The lines of a file of consents, each with what it has otherwise than one that counts."""
    columns = ("number", *_ALL, "until", "slots")
    rows = ({**_ALL, "number": number, **otherwise} for number, otherwise in consents)
    return [";".join(columns), *(";".join(cells.get(column, "") for column in columns) for cells in rows)]
