"""The trial: dials the canary by each way, one after the other, and judges by the journal, the sink and the events."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gatekeeper.doctor.canary.originating import Console, Originating
from gatekeeper.doctor.canary.sink import SipSink
from gatekeeper.doctor.canary.ways import Way, ways_of
from gatekeeper.doctor.findings import CheckFinding, failed, fine, said, skipped, warning
from gatekeeper.doctor.installation import Installation
from gatekeeper.doctor.manager_link import logged_in
from gatekeeper.doctor.runner import CheckReport
from gatekeeper.errors import ConfigError, DaemonError, GatekeeperError
from gatekeeper.journal import JOURNAL_FILE, DecisionFilter, StoredDecision
from gatekeeper.journal.sqlite import SqliteReader
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.policy import Verdict
from gatekeeper.policy.attempt import Gate
from gatekeeper.translation import phrase
from gatekeeper.watchdog.dial_event import every
from gatekeeper.words import Sentence

if TYPE_CHECKING:
    from gatekeeper.ami.client import AmiLink

LIST: Final = "canary"
"""The list that the number is on."""

_WAIT_S: Final = 3.0
"""For so long a gate may take to be asked."""

_SETTLE_S: Final = 0.4
"""For so long it is looked whether something leaves after all."""

_STEP_S: Final = 0.05
_TAIL: Final = 8
"""So many last digits tell that what is dialled is the canary, whatever stands before them."""

_UNDECIDED: Final = ("GATE_DOWN", "GATE_ERROR")


@dataclass(frozen=True)
class CanarySite:
    """Where and what is dialled.

    Attributes:
        installation: the installation.
        console: its Asterisk's console.
        number: the number, as it is dialled there.
        contexts: more contexts to be tried.
    """

    installation: Installation
    console: Console
    number: str
    contexts: tuple[str, ...] = ()


class TrialResult(NamedTuple):
    """What was seen of one call.

    Attributes:
        rows: its decisions in the journal.
        invites: how many INVITEs came to the sink.
        dialled: whether Asterisk dialled outside, by its events.
        trouble: why the call could not be placed, or "".
    """

    rows: tuple[StoredDecision, ...] = ()
    invites: int = 0
    dialled: bool = False
    trouble: str = ""


@dataclass
class _Watch:
    """The events of calls: whether the canary is dialled outside."""

    tail: str
    dialled: bool = field(default=False)

    def on_event(self, event: Mapping[str, Any]) -> None:
        """Take a `DialBegin`. A Local channel is none that leaves: the dialplan dials behind it."""
        outside = any(not name.startswith("Local/") for name in every(event, "DestChannel"))
        digits = re.sub(r"\D", "", "".join(every(event, "DialString")).partition("@")[0])
        self.dialled = self.dialled or (outside and digits.endswith(self.tail))


async def try_calls(at: CanarySite) -> AsyncIterator[CheckReport]:
    """Try every way.

    Raises:
        GatekeeperError: none can be tried; the text says why.
    """
    installation = at.installation
    settings = installation.settings
    e164 = _listed(installation, at.number)
    name = settings.server_name(settings.watchdog.asterisk)
    watch = _Watch(str(e164)[-_TAIL:])
    async with logged_in(settings.asterisk[name].as_link(name), frozenset({"DialBegin"}), watch.on_event) as link:
        if not link.connected:
            raise DaemonError(
                phrase("Asterisk's manager can't be asked what is dialled: {trouble}", trouble=link.trouble)
            )
        sink = await SipSink.open()
        try:
            originating = Originating(installation.site, settings, at.console)
            for way in ways_of(installation.site, settings, at.number, at.contexts):
                observed = await _observe(originating, way, sink, watch, (installation, e164), link)
                yield CheckReport(way.name, (judge(way, observed),))
        finally:
            sink.close()


def _listed(at: Installation, number: str) -> int:
    """Have the number on its list; gives it in E.164.

    Raises:
        GatekeeperError: it can't be read as a number, or the list can't be changed.
    """
    understood = Normaliser(at.settings.phone.as_dial_plan()).normalise(number)
    if understood.kind is not NumberKind.E164:
        raise ConfigError(
            phrase(
                "{number} is no complete public number of {home}: give another with --number",
                number=number,
                home=at.settings.phone.home,
            )
        )
    with closing(ListStore(at.data_dir)) as store:
        store.ensure(LIST, ListKind.RED, "Canary calls")
        store.add(LIST, [understood.e164], by="gatekeeper doctor", note="rings nobody; dialled to try the gates")
    return understood.e164


async def _observe(
    originating: Originating,
    way: Way,
    sink: SipSink,
    watch: _Watch,
    asked: tuple[Installation, int],
    link: "AmiLink",
) -> TrialResult:
    installation, e164 = asked
    with SqliteReader(installation.data_dir / JOURNAL_FILE) as reader:
        before = reader.last_seq()
        watch.dialled, invites = False, len(sink.numbers)
        trouble = ""
        try:
            await originating.place(way, way.channel.format(port=sink.port))
        except GatekeeperError as error:
            trouble = str(error)

        def rows() -> tuple[StoredDecision, ...]:
            found = reader.latest(DecisionFilter(number=e164), 20)
            return tuple(one for one in found if one.seq > before)

        waited = 0.0
        while waited < _WAIT_S and not (rows() or len(sink.numbers) > invites):
            await asyncio.sleep(_STEP_S)
            waited += _STEP_S
        await asyncio.sleep(_SETTLE_S)
        if not link.connected:
            raise DaemonError(phrase("the connection to Asterisk's manager ended: {trouble}", trouble=link.trouble))
        return TrialResult(rows(), len(sink.numbers) - invites, watch.dialled, trouble)


def judge(way: Way, seen: TrialResult) -> CheckFinding:
    """What is to be said of one way."""
    gates = sorted({gate for one in seen.rows for gate in one.gates.split()})
    reasons = sorted({one.row.reason for one in seen.rows})
    left = seen.invites > 0 if way.to_sink else seen.dialled and Gate.SIP_GATE not in gates
    let_by = any(one.row.verdict != Verdict.BLOCK for one in seen.rows)
    if left and Gate.WATCHDOG in gates and not let_by:
        return warning(
            Sentence(
                "an INVITE left before the watchdog hung the call up",
                "un INVITE est parti avant que la surveillance ne raccroche",
            ),
            Sentence(
                "let the trunk's calls pass the SIP gate (outbound_proxy of its endpoint), or close this way: "
                "docs/bypass.md",
                "faites passer les appels de cette ligne par le contrôle SIP (outbound_proxy du poste), ou fermez "
                "cette voie : "
                "docs/fr/contournements.md",
            ),
        )
    if left or let_by:
        return failed(
            said(
                "the call left: {why}",
                "l'appel est parti : {french}",
                why="no gate was asked"
                if not seen.rows
                else f"it was decided {', '.join(reasons)} by {', '.join(gates)}",
                french="aucun contrôle n'a été interrogé"
                if not seen.rows
                else f"{', '.join(reasons)} ({', '.join(gates)})",
            ),
            Sentence(
                "put the gate before this way: `gatekeeper doctor --only dialplan --only trunks --only manager` says "
                "where; "
                "docs/bypass.md has all ways",
                "placez le contrôle sur cette voie : `gatekeeper doctor --only dialplan --only trunks --only "
                "manager` dit où ; "
                "docs/fr/contournements.md décrit toutes les voies",
            ),
        )
    if not seen.rows:
        return skipped(
            said(
                "not tried: {why}",
                "non essayé : {why}",
                why=seen.trouble or "the call ended before any gate was asked, and nothing left",
            )
        )
    if all(one.row.reason in _UNDECIDED for one in seen.rows):
        return failed(
            said(
                "blocked, but not by the list: {reasons}",
                "bloqué, mais pas par la liste : {reasons}",
                reasons=", ".join(reasons),
            ),
            Sentence("`gatekeeper doctor --only daemon` says why", "`gatekeeper doctor --only daemon` dit pourquoi"),
        )
    return fine(
        said(
            "blocked by {gates} ({reasons}); nothing left",
            "bloqué par {gates} ({reasons}) ; rien n'est parti",
            gates=", ".join(gates),
            reasons=", ".join(reasons),
        )
    )
