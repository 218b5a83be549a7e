"""Days and hours at which a law lets people be called, by the callee's clock."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER, Weekly, check_zone
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule
from gatekeeper.policy.week import ShortDays, Week, read_window

_DAY = Outcome(Verdict.BLOCK, Reason.CALL_DAY)
_HOUR = Outcome(Verdict.BLOCK, Reason.CALL_HOURS)


@dataclass(frozen=True)
class Hours(Rule):
    """Blocks a call on a day, or at an hour, that the law closes. Where several zones are possible, all must agree.

    Attributes:
        week: by days of the week the hours that are open: {"mon-fri" = ["10:00-13:00", "14:00-20:00"]}; an end is not
            part of the hours. A day that is not named is closed.
        holidays: whose public holidays are closed ("FR", "US,RI"; several are separated by blanks), "" for none.
        regional: whether those of every region where the callee may be are, too.
        holiday_eves: the hours of the day before a holiday or none, where they are other ones.
        dates: by a day of the year the hour at which it ends sooner than its week has it: {"12-24" = "18:30"}.
        zone: whose clock counts, where the law says so; "" for the callee's.
        ends_included: whether the second at which hours end is part of them: a call at 20:00:00 sharp.
    """

    name: ClassVar[str] = "hours"

    week: Week
    holidays: str = ""
    regional: bool = False
    holiday_eves: tuple[str, ...] = ()
    dates: ShortDays | None = None
    zone: str = ""
    ends_included: bool = False

    def __post_init__(self) -> None:
        check_zone(self.zone)
        for window in self.holiday_eves:
            read_window(window)

    def __call__(self, attempt: Attempt, _facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if attempt.timeless:
            return None
        weekly = self._weekly(attempt)
        for zone in self._zones(attempt):
            opened = weekly.at(attempt.begun or attempt.at, zone)
            if opened is not None:
                return _HOUR if opened else _DAY
        return None

    def cures(self, attempt: Attempt, _facts: Facts, /) -> int:  # noqa: D102 - as in Rule
        weekly = self._weekly(attempt)
        return max((weekly.next_open(attempt.at, zone) for zone in self._zones(attempt)), default=NEVER)

    def _weekly(self, attempt: Attempt) -> Weekly:
        if not self.regional:
            return self._everywhere
        return Weekly.of(self.week, self._closed(attempt), self.holiday_eves, self.dates, sharp=self.ends_included)

    @cached_property
    def _everywhere(self) -> Weekly:
        return Weekly.of(self.week, self.holidays, self.holiday_eves, self.dates, sharp=self.ends_included)

    def _closed(self, attempt: Attempt) -> str:
        return _with_regions(self.holidays, attempt.place.regions)

    def _zones(self, attempt: Attempt) -> tuple[str, ...]:
        return (self.zone,) if self.zone else attempt.place.zones


@cache
def _with_regions(holidays: str, regions: tuple[str, ...]) -> str:
    """Whose public holidays are closed where some regions ("ES-MD") are possible."""
    return " ".join([holidays, *(region.replace("-", ",", 1) for region in regions)])
