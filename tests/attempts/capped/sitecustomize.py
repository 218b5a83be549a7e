"""Gives a real `gatekeeper serve` a cap of four calls in thirty days, for the race: Python imports this at its start.

The daemon, its gates, journal and book are as they are; what is brought here is the rule and by what is counted.
"""

import sys

if "serve" in sys.orig_argv:
    from zoneinfo import ZoneInfo

    from gatekeeper.attempts import AttemptBook, AttemptKey
    from gatekeeper.daemon import assembly, wiring
    from gatekeeper.policy import Decision, Reason, Verdict
    from gatekeeper.policy.windows import Window, free_at
    from gatekeeper.screening import Question, Screening
    from gatekeeper.screening.counting import Counting
    from gatekeeper.screening.records import Finding

    MONTH, LIMIT, PARIS = Window(days=30), 4, (ZoneInfo("Europe/Paris"),)
    CAPPED = Decision(Verdict.BLOCK, Reason.LISTED, "cap")

    def key_of(_question: Question, finding: Finding) -> AttemptKey | None:
        """By number and principal."""
        return AttemptKey(finding.number.e164, principal=finding.attempt.principal)

    class CappedScreening(Screening):
        """Screening with the cap behind all other rules."""

        def find(self, question: Question, at: int) -> Finding:
            """The decision, with the cap."""
            finding = super().find(question, at)
            key = key_of(question, finding)
            if finding.decision.verdict is Verdict.BLOCK or not finding.number.e164 or key is None:
                return finding
            assert self._counting is not None
            passed = self._passed(question, at)
            own = () if passed is None else (passed.id,)
            times = self._counting.book.times(key, MONTH.since(at), by_principal=True, by_subject=False, without=own)
            return finding if not free_at(times, at, MONTH, LIMIT, PARIS) else finding._replace(decision=CAPPED)

    def build_capped(*given: object) -> Screening:
        """As the daemon builds it, with the cap."""
        screening = wiring.build_screening(*given)  # type: ignore[arg-type]  # what the daemon gives
        screening.__class__ = CappedScreening
        screening._counting = Counting(AttemptBook(given[2]), key_of)  # type: ignore[arg-type]  # its journal
        return screening

    assembly.build_screening = build_capped  # type: ignore[assignment]  # as good
