"""The subjects of contracts that a campaign names: for which goods they stand, and for which they don't."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.law import shipped_trades
from gatekeeper.policy import Call, Campaign, DialMode, Gate, Reason
from gatekeeper.screening import Question
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.screening.call import Said
from tests.law.france import BY_HAND, CUSTOMER, Site
from tests.policy.attempts import moment

AT = moment("2026-11-25T11:00")
SECTORS = shipped_trades().goods
"""By goods their sector."""


@pytest.mark.parametrize(
    ("own", "said", "may", "reason"),
    [
        # For goods that the campaign names, or that nobody does.
        ("life-insurance", "", (), Reason.CONTRACT),
        ("", "", (), Reason.CONTRACT),
        ("life-insurance", "insurance", (), Reason.CONTRACT),
        # Not for goods that the call adds, nor for those that it is let name.
        ("life-insurance", "wine", (), Reason.NO_BASIS),
        ("", "wine", (), Reason.NO_BASIS),
        ("", "wine", ("goods",), Reason.NO_BASIS),
        ("life-insurance", "solar", (), Reason.SECTOR_BANNED),
        ("life-insurance", "stairlift", ("goods",), Reason.SECTOR_BANNED),
        ("life-insurance", "cpf-training", (), Reason.SECTOR_BANNED),
        # Nor for goods that are banned, whoever names them.
        ("solar", "", (), Reason.SECTOR_BANNED),
        ("cpf-training", "", (), Reason.SECTOR_BANNED),
    ],
)
def test_a_contract_on_one_subject_is_none_about_other_goods(
    tmp_path: Path, own: str, said: str, may: tuple[str, ...], reason: Reason
) -> None:
    """A contract about insurance opens the calls that its campaign is about, for one number and for many alike."""
    goods = (own,) if own else ()
    call = Call(goods=goods, sectors=tuple(SECTORS[one] for one in goods), dial_mode=DialMode.MANUAL)
    campaign = Campaign(
        "c", principal="acme", subjects=("insurance",), call=call, call_may_loosen=frozenset({"postcode", *may})
    )
    question = Question(f"+{CUSTOMER}", Gate.CLI, "c", caller_id=BY_HAND, said=Said(goods=said))
    with closing(Site(tmp_path, {"c": campaign})) as site:
        decision = site.screening.find(question, AT).decision
        many = BulkScreening(site.screening, question, AT)
        of_many = many.decisions[many.numbers(np.array([CUSTOMER], np.int64))[0]]
    assert (decision.reason, of_many) == (reason, decision)
