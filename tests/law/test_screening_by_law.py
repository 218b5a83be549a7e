"""A campaign is screened by its own law, as it is at the moment of the call; one number and many alike."""

import numpy as np
import pytest

from gatekeeper.law import find_profile, read_profile
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Campaign, Gate, Reason
from gatekeeper.screening import Question
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.screening.service import Screening
from tests.law.test_profile import CHANGES, moment

LISTED = 33_612_345_678


@pytest.fixture
def screening(tmp_path_factory: pytest.TempPathFactory) -> Screening:
    """A number on a list, and two campaigns of which one has a law that changes."""
    folder = tmp_path_factory.mktemp("law")
    (folder / "bloctel.txt").write_text(f"+{LISTED}\n")
    with ListStore(folder / "data") as store:
        store.ensure("bloctel", ListKind.OPPOSITION)
        store.import_file(folder / "bloctel.txt", "bloctel", options=ImportOptions(by="test"))
    index = ListIndex.open(folder / "data")
    laws = {"changes": read_profile("changes", CHANGES)}
    campaigns = {"changes": Campaign("changes")}
    return Screening(Normaliser(DialPlan()), index, find_profile("lists_only"), campaigns, {}, laws=laws)


@pytest.mark.parametrize(
    ("campaign", "at", "reason", "basis"),
    [
        ("changes", "2026-08-10T23:59:59", Reason.LISTED, "a text"),
        ("changes", "2026-08-11T00:00", Reason.CLEAR, ""),
        ("default", "2026-08-10T23:59:59", Reason.LISTED, ""),
        ("default", "2026-08-11T00:00", Reason.LISTED, ""),
    ],
)
def test_the_chain_is_chosen_by_campaign_and_date(
    screening: Screening, campaign: str, at: str, reason: Reason, basis: str
) -> None:
    """The chain is chosen by both, and the basis is that of its provision."""
    question = Question(f"+{LISTED}", Gate.CLI, campaign)
    finding = screening.find(question, moment(at))
    assert (finding.decision.reason, finding.decision.basis) == (reason, basis)
    many = BulkScreening(screening, question, moment(at))
    assert many.decisions[many.numbers(np.array([LISTED], np.int64))[0]] == finding.decision
    deciding = [step for step in screening.explain(finding) if step.decides]
    assert [step.basis for step in deciding] == ([basis] if reason is Reason.LISTED else [])
