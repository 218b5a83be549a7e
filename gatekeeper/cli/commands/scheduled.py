"""`gatekeeper scrub --scheduled`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gatekeeper.cli.context import note
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import say
from gatekeeper.errors import ConfigError, GatekeeperError, ScheduleError
from gatekeeper.translation import marked, phrase

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.scrub.schedule import Job


def run_scheduled(settings: "Settings") -> None:
    """Scrub what is due, one after the other; one that fails does not keep the others from being done.

    Raises:
        ConfigError: no scrub is configured.
        ScheduleError: one failed or is overdue.
    """
    if not settings.scrubs:
        raise ConfigError(
            phrase("no scrub is configured: write a table [scrubs.NAME] ({origin})", origin=settings.origin)
        )
    troubled = [name for name in settings.scrubs if not _look_after(name, settings)]
    if troubled:
        raise ScheduleError(phrase("scheduled scrubs failed or are overdue: {names}", names=", ".join(troubled)))


def _look_after(name: str, settings: "Settings") -> bool:
    """Do one if it is due; whether all is well with it."""
    from gatekeeper.daemon.wiring import open_scrubber

    job = None
    try:
        job = settings.scrubs[name].as_job(name, settings.daemon.data_dir)
        now = datetime.now(UTC)
        if not job.due(now):
            say(phrase("{name}: not due, last done {when}", name=name, when=_when(job)))
            return True
        with open_scrubber(settings, f"{who()} (scheduled)") as scrubber:
            outcome = job.run(scrubber, now)
    except GatekeeperError as error:
        note(phrase("{name} failed: {error}", name=name, error=error))
        if job is not None:
            overdue = job.overdue(datetime.now(UTC))
            told = marked("{name} is overdue, last done {when}") if overdue else marked("{name} is last done {when}")
            note(phrase(told, name=name, when=_when(job)))
        return False
    tally = outcome.tally
    say(
        phrase(
            "{name}: contacts read {read:,}, may be called {kept:,}, taken out {removed:,}",
            name=name,
            read=tally.read,
            kept=tally.kept,
            removed=tally.removed,
        )
    )
    for file in outcome.written:
        say(f"  {file.path}")
    if outcome.certificate.details.get("settled", "yes") != "yes":
        note(phrase("{name}: contacts that may not be called kept coming into the table: scrub it again", name=name))
        return False
    return True


def _when(job: "Job") -> str:
    last = job.last_done(datetime.now(UTC))
    return f"{last:%Y-%m-%d %H:%M} UTC" if last is not None else phrase("never")
