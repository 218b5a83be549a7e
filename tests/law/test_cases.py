"""The worked cases, one to a row of `cases.csv`."""

import pytest

from tests.law.cases import Case, CaseWorld, read_cases

ROWS = [(row["case"], case, f"{row['verdict']} {row['provision']}".strip()) for row, case in read_cases()]


@pytest.mark.parametrize(("case", "answer"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_the_answer_and_the_provision_are_those_of_the_row(world: CaseWorld, case: Case, answer: str) -> None:
    """As the row says."""
    assert world.ask(case) == answer
