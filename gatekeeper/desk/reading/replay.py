"""Replay of a decision: the rules are asked again about its call and its moment, so that each tells what it says."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from gatekeeper.clock import moment_of
from gatekeeper.config import Settings
from gatekeeper.daemon.wiring import open_screening
from gatekeeper.desk.visitor import Visitor
from gatekeeper.explanation import Explained, closing, explained
from gatekeeper.journal import DecisionRow
from gatekeeper.policy import Decision, Gate
from gatekeeper.screening import Question
from gatekeeper.screening.call import Said

_NO_RULE: Final = frozenset({"gate", "error", "call", "emergency"})
"""Who decided, where no rule was asked."""


class Replayed(NamedTuple):
    """What the rules say.

    Attributes:
        steps: of each provision, in order.
        closing: which of them decides, in words.
        decision: what comes of it.
        same: whether that is what was decided.
        same_rules: whether they are the rules of that time.
    """

    steps: Sequence[Explained]
    closing: str
    decision: Decision
    same: bool
    same_rules: bool


def replayed(settings: Settings, row: DecisionRow, visitor: Visitor) -> Replayed | None:
    """The rules' opinions of a decision; None where none of them was asked.

    Rules, hours and consents are taken as of its moment; lists, and what was written down since, as they are now.

    Args:
        settings: the configuration.
        row: the decision.
        visitor: who asks; what rules looked at may be of others than his principals, and is not told him.

    Raises:
        GatekeeperError: a store can't be read.
    """
    if row.rule in _NO_RULE or row.gate not in Gate.__members__.values():
        return None
    said = Said(
        row.purpose, row.sector, row.goods, row.dial_mode, row.callee, row.subcontractor, row.contact, row.postcode
    )
    question = Question(
        row.dialled,
        Gate(row.gate),
        campaign=row.campaign,
        principal=row.principal,
        caller_id=row.caller_id,
        said=said,
        counted=row.id,
    )
    zone = visitor.zone
    with open_screening(settings) as screening:
        finding = screening.find(question, row.at)
        steps = explained(
            finding,
            screening.chain_of(finding),
            screening.explain(finding),
            visitor.language,
            lambda at: f"{moment_of(at).astimezone(zone):%Y-%m-%d %H:%M:%S}",
        )
    if visitor.principals is not None:
        steps = [one._replace(looked_at="") for one in steps]
    found = finding.decision
    same = (found.verdict, found.reason, found.provision) == (row.verdict, row.reason, row.provision)
    fingerprint = finding.chain.fingerprint if finding.chain is not None else ""
    return Replayed(steps, closing(steps, visitor.language), found, same, fingerprint == row.rules)
