"""Runs a table of cases and prints each row that differs, with the explanation: `make law-cases CASES=FILE`."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gatekeeper.errors import GatekeeperError
from gatekeeper.policy import Step
from gatekeeper.screening.records import Finding
from tests.law.cases.answers import PROVIDERS
from tests.law.cases.row import Case
from tests.law.cases.site import answer
from tests.law.cases.table import read_cases


class Result(NamedTuple):
    """What came of a row.

    Attributes:
        case: the row.
        finding: what was decided; None where the row can't be read.
        steps: what each provision said.
        trouble: why the row can't be read, or "".
    """

    case: Case
    finding: Finding | None
    steps: list[Step]
    trouble: str = ""

    @property
    def said(self) -> tuple[str, str]:
        """Verdict and provision; of what a registry of the site's own says the reason, as it has no provision."""
        if self.finding is None:
            return "", ""
        decision = self.finding.decision
        asked = decision.hit is not None and decision.hit.list in PROVIDERS.values()
        return decision.verdict.value, decision.provision or (decision.reason.value if asked else "")

    @property
    def as_expected(self) -> bool:
        """Whether it is what the row says."""
        return not self.trouble and self.said == self.case.expected


def results(path: Path) -> Iterator[Result]:
    """What comes of each row of a table."""
    for case in read_cases(path):
        if case.trouble:
            yield Result(case, None, [], case.trouble)
            continue
        with tempfile.TemporaryDirectory(prefix="gatekeeper-case-") as folder:
            try:
                case.expected  # noqa: B018 - that it can be read
                finding, screening = answer(case, Path(folder))
            except (ValueError, GatekeeperError) as error:
                yield Result(case, None, [], str(error))
                continue
            yield Result(case, finding, screening.explain(finding))


def explained(result: Result) -> Iterator[str]:
    """A row that differs, with all that was said."""
    case, (verdict, provision) = result.case, result.said
    if result.trouble:
        yield f"line {case.line}, {case.name}: it can't be read: {result.trouble}"
        return
    yield f"line {case.line}, {case.name}: expected {case['verdict']} {case['provision']}, got {verdict} {provision}"
    yield "  " + "; ".join(f"{name}={value}" for name, value in case.cells.items() if value and name != "case")
    for step in result.steps:
        if step.outcome is not None:
            lifted = ", lifted" if step.lifted else ""
            said = f"{step.outcome.verdict.value} {step.outcome.reason.value}"
            yield f"  {'->' if step.decides else '  '} {step.provision or step.rule:<16} {said}{lifted}  {step.basis}"


def main(arguments: list[str]) -> int:
    """Run the table that is named; 1 where a row differs."""
    if len(arguments) != 1:
        print("which table? make law-cases CASES=FILE", file=sys.stderr)
        return 2
    try:
        done = list(results(Path(arguments[0])))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    wrong = [one for one in done if not one.as_expected]
    for one in wrong:
        print(f"{arguments[0]}, " + "\n".join(explained(one)), end="\n\n")
    print(f"{len(done)} cases, {len(done) - len(wrong)} as expected, {len(wrong)} not")
    return 1 if wrong or not done else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
