"""A reservation: what a decision says of attempts, in memory until the journal tells of it."""

from gatekeeper.journal import AttemptMark, AttemptRow


class StandingReservation:
    """What a decision says of attempts: it stands in memory until the commit that it shares with the decision's row.

    Attributes:
        rows: what is written.
    """

    __slots__ = ("_standing", "_stands", "rows")

    def __init__(self, standing: dict[int, list[AttemptRow]], rows: tuple[AttemptRow, ...]) -> None:
        self._standing = standing
        self._stands = False
        self.rows = rows

    def __bool__(self) -> bool:
        """Whether there is something to write."""
        return bool(self.rows)

    def stands(self) -> None:
        """It is to be written: until it is settled, it holds all the same."""
        if not self._stands:
            self._stands = True
            for row in self.rows:
                self._standing.setdefault(row.consumer, []).append(row)

    def settled(self) -> None:
        """It is written, so that the journal tells of it; or it was refused, and does not hold."""
        if self._stands:
            self._stands = False
            for row in self.rows:
                beside = self._standing[row.consumer]
                beside.remove(row)
                if not beside:
                    del self._standing[row.consumer]

    def taken_back(self) -> "StandingReservation":
        """The same for a row that refuses the call instead: what was reserved is given back, if it was written."""
        unwritten = [row for row in self.rows if row.mark in (AttemptMark.RESERVED, AttemptMark.GIVEN_BACK)]
        return StandingReservation(
            self._standing, tuple(row._replace(mark=AttemptMark.GIVEN_BACK.value) for row in unwritten)
        )
