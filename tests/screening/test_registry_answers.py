"""What a registry that is asked answered, against everything that lifts a list, and under a country's law."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gatekeeper.clock import micros_of
from gatekeeper.config import Settings
from gatekeeper.consents import ConsentStore
from gatekeeper.daemon.wiring import build_screening
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.policy import Gate, Reason, Step, Verdict
from gatekeeper.registries.formats import find_format
from gatekeeper.registries.query.source import QueryAnswer, QueryOutcome, QuerySubject
from gatekeeper.registries.query.terms import KnownOfCall
from gatekeeper.screening import Question
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.screening.service import Screening

AT = micros_of(datetime.fromisoformat("2026-07-01T11:00:00+02:00"))
"""A Wednesday on which France still has Bloctel."""

HOUR = 3_600_000_000
CONSENT = date(2026, 1, 31)
LISTED, COVERED, UNCOVERED = 12125550100, 12125550111, 13055550100
FRENCH = 33612345678
NUMBERS = (LISTED, COVERED, UNCOVERED)
WORDS = {"listed": ["yes"], "callable": ["no"], "field": "status"}
CLEAR, YES = QueryOutcome.CLEAR, QueryOutcome.LISTED


def query(**said: object) -> dict[str, object]:
    """How a registry is asked; nobody is in these tests."""
    return {"url": "http://127.0.0.1:9/{number}", **WORDS, **said}


@contextmanager
def site(folder: Path, said: dict[str, object], answers: dict[str, dict[int, QueryOutcome]]) -> Iterator[Screening]:
    """A site whose registries have answered an hour ago; the number is on a contract of Assurances SA that runs."""
    settings = Settings.model_validate({"daemon": {"data_dir": folder}, **said})
    files = {
        "ftc": ("212,5550100\n", "ftc"),
        "contracts": (
            "number;principal;subject;from;until\n"
            + "".join(
                f"+{number};Assurances SA;home-insurance;2020-01-01;\n"
                for number in (LISTED, COVERED, UNCOVERED, FRENCH)
            ),
            "text",
        ),
    }
    with ListStore(folder) as store, ConsentStore(folder):
        for name, section in settings.lists.items():
            store.ensure(name, ListKind(section.kind))
            if name in files:
                (folder / f"{name}.csv").write_text(files[name][0])
                options = ImportOptions(format=find_format(files[name][1]))
                store.import_file(folder / f"{name}.csv", name, options=options)
        for name, given in answers.items():
            by_consent = settings.query_terms[name].by_consent
            kept = [
                (QuerySubject(number, CONSENT if by_consent else None), QueryAnswer(outcome, 2 * HOUR))
                for number, outcome in given.items()
            ]
            store.keep_answers(name, kept, AT - HOUR)
    index = ListIndex.open(folder)
    try:
        screening = build_screening(settings, index, None, known=lambda _number, _principal, _at: KnownOfCall(CONSENT))
        yield screening
        screening.close()
    finally:
        index.close()


EXCEPTIONS: dict[str, dict[str, object]] = {
    "none": {},
    "contract": {"principal": "Assurances SA"},
    "purpose": {"purpose": "survey"},
}


@pytest.mark.parametrize("mode", ["always", "gaps"])
def test_no_exception_lifts_that_a_number_was_given_up(tmp_path: Path, mode: str) -> None:
    """Whatever the lists say of it, and whatever would lift that; what else is answered is lifted as before."""
    asked = {"provider": "reassigned", "url": "http://127.0.0.1:9/", "mode": mode}
    lists = {"unwashed": ["ftc", "washed", "given-up"], "washless": ["ftc", "given-up"], "alone": ["given-up"]}
    said: dict[str, Any] = {
        "law": {"default": "lists-only"},
        "lists": {
            "ftc": {"format": "ftc"},
            "washed": {"kind": "wash"},
            "contracts": {"kind": "contract"},
            "given-up": {"kind": "query"},
        },
        "queries": {"given-up": asked},
        "campaigns": {
            f"{name}-{exception}": {"lists": some, **more}
            for (name, some), (exception, more) in product(lists.items(), EXCEPTIONS.items())
        },
    }
    for outcome in (YES, CLEAR):
        folder = tmp_path / outcome
        folder.mkdir()
        with site(folder, said, {"given-up": dict.fromkeys(NUMBERS, outcome)}) as screening:
            for campaign in said["campaigns"]:
                question = Question("", Gate.CLI, campaign)
                judge = BulkScreening(screening, question, AT)
                codes = judge.numbers(np.array(NUMBERS, np.int64)).tolist()
                for number, code in zip(NUMBERS, codes, strict=True):
                    decision = screening.find(question._replace(dialled=f"+{number}"), AT).decision
                    assert decision == judge.decisions[code]
                    if outcome is YES:
                        assert (decision.verdict, decision.reason) == (Verdict.BLOCK, Reason.REASSIGNED), campaign
                        assert decision.hit is not None
                        assert decision.hit.list == "given-up"
                    else:
                        lifted = decision.verdict is Verdict.ALLOW
                        assert lifted is (not campaign.endswith("none") or decision.reason is Reason.CLEAR)


def steps_of(screening: Screening, campaign: str) -> dict[str, Step]:
    """What each provision says of a French number, by its id, or else its rule's name."""
    finding = screening.find(Question(f"+{FRENCH}", Gate.CLI, campaign), AT)
    return {step.provision or step.rule: step for step in screening.explain(finding)}


def said_by(step: Step) -> Reason | None:
    """The reason that a step gives."""
    return step.outcome.reason if step.outcome is not None else None


ANSWERS: list[QueryOutcome | None] = [CLEAR, YES, QueryOutcome.NO_DATA, None]
OWN = {CLEAR: (None, None), YES: (Reason.LISTED, None)}
LAWS = {CLEAR: Reason.CLEAR, YES: Reason.LISTED}


@pytest.mark.parametrize("laws", ANSWERS)
@pytest.mark.parametrize("own", ANSWERS)
def test_under_a_countrys_law(tmp_path: Path, own: QueryOutcome | None, laws: QueryOutcome | None) -> None:
    """A query list of no registry is the site's own; one of the registry that the law names speaks for that one."""
    said: dict[str, Any] = {
        "lists": {
            "own": {"kind": "query"},
            "laws": {"kind": "query", "registry": "bloctel"},
            "abroad": {"kind": "query", "registry": "ftc"},
        },
        "queries": {"own": query(), "laws": query(), "abroad": query()},
        "campaigns": {"all": {"lists": ["*"]}},
    }
    answers = {name: {FRENCH: one} for name, one in (("own", own), ("laws", laws)) if one is not None}
    with site(tmp_path, said, {**answers, "abroad": {FRENCH: YES}}) as screening:
        steps = steps_of(screening, "all")
        assert (said_by(steps["opposition"]), said_by(steps["scrubbed"])) == OWN.get(own, (None, Reason.NOT_SCRUBBED))
        assert said_by(steps["FR-LIST"]) is LAWS.get(laws, Reason.NOT_SCRUBBED)
        outcome = steps["FR-LIST"].outcome
        assert outcome is not None
        assert outcome.hit is not None
        assert outcome.hit.list == "laws"


def test_a_registry_that_is_not_asked_about_a_number_clears_none(tmp_path: Path) -> None:
    """The law wants an answer of its registry: one that is asked about other numbers only has said nothing."""
    said: dict[str, Any] = {
        "lists": {"laws": {"kind": "query", "registry": "bloctel"}},
        "queries": {"laws": query(mode="always", prefixes=["1"])},
    }
    with site(tmp_path, said, {"laws": {FRENCH: CLEAR}}) as screening:
        assert said_by(steps_of(screening, "")["FR-LIST"]) is Reason.NOT_SCRUBBED


@pytest.mark.parametrize(
    ("outcome", "reason", "lifted"), [(YES, Reason.REASSIGNED, False), (None, Reason.NOT_SCRUBBED, True)]
)
def test_no_exception_of_a_law_lifts_that_a_number_was_given_up(
    tmp_path: Path, outcome: QueryOutcome | None, reason: Reason, *, lifted: bool
) -> None:
    """The contract of FR-EXC-2 lifts what else the registry's lists say."""
    said: dict[str, Any] = {
        "lists": {"laws": {"kind": "query", "registry": "bloctel"}, "contracts": {"kind": "contract"}},
        "queries": {"laws": query(url="http://127.0.0.1:9/{number}/{consent}")},
        "campaigns": {"insured": {"principal": "Assurances SA", "goods": ["home-insurance"]}},
    }
    with site(tmp_path, said, {"laws": {FRENCH: outcome} if outcome is not None else {}}) as screening:
        step = steps_of(screening, "insured")["FR-LIST"]
        assert (said_by(step), step.lifted) == (reason, lifted)
