"""The worked cases of the law: facts in real stores, the clock set, and the answer with its provision."""

from pathlib import Path

import pytest

from tests.law.cases.row import Case
from tests.law.cases.run import Result, explained, main
from tests.law.cases.site import answer
from tests.law.cases.table import read_cases

CASES = Path(__file__).with_name("cases.csv")
ASKED = CASES.with_name("asked.csv")  # with answers of registries that are asked, and readings that a row chooses
SECOND = CASES.with_name("second_reading.csv")  # of the law once more, boundaries and combinations
THIRD = CASES.with_name("third_reading.csv")  # accepted dates and hours, periods' ends, others' caller IDs


@pytest.mark.parametrize(
    "case", [case for path in (CASES, SECOND, THIRD, ASKED) for case in read_cases(path)], ids=lambda case: case.name
)
def test_a_worked_case_is_decided_as_counsel_would(case: Case, tmp_path: Path) -> None:
    """Verdict and provision are those of the row."""
    finding, screening = answer(case, tmp_path)
    result = Result(case, finding, screening.explain(finding))
    assert result.as_expected, "\n".join(explained(result))


def test_a_row_that_differs_is_told_with_its_explanation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who runs a table of their own sees what was said, provision by provision, and a row that can't be read."""
    lines = CASES.read_text().splitlines()
    (block,) = [line for line in lines if line.startswith("fr-16,")]
    table = tmp_path / "own.csv"
    table.write_text("\n".join([lines[0], block.replace("BLOCK", "ALLOW"), block.replace("proof=yes", "proof")]) + "\n")
    assert main([str(table)]) == 1
    told = capsys.readouterr().out
    assert "line 2, fr-16: expected ALLOW FR-DAYS, got BLOCK FR-DAYS" in told
    assert "-> FR-DAYS" in told
    assert "2 cases, 0 as expected, 2 not" in told


def test_a_table_with_other_columns_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No row of a table that is not understood counts as passed."""
    table = tmp_path / "own.csv"
    table.write_text("case,number\nx,+33612345678\n")
    assert main([str(table)]) == 2
    assert "the columns must be case,number" in capsys.readouterr().err
