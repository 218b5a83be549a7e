"""`gatekeeper scrub --scheduled`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.cli.context import note
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import count, say
from gatekeeper.errors import ConfigError, GatekeeperError, ScheduleError

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
        raise ConfigError(f"no scrub is configured: write a table [scrubs.NAME] ({settings.origin})")
    troubled = [name for name in settings.scrubs if not _look_after(name, settings)]
    if troubled:
        raise ScheduleError(f"scheduled scrubs failed or are overdue: {', '.join(troubled)}")


def _look_after(name: str, settings: "Settings") -> bool:
    """Do one if it is due; whether all is well with it."""
    from gatekeeper.daemon.wiring import open_scrubber

    job = None
    try:
        job = job_of(name, settings)
        now = datetime.now(UTC)
        if not job.due(now):
            say(f"{name}: not due, last done {_when(job)}")
            return True
        with open_scrubber(settings, f"{who()} (scheduled)") as scrubber:
            outcome = job.run(scrubber, now)
    except GatekeeperError as error:
        note(f"{name} failed: {error}")
        if job is not None:
            overdue = "overdue, " if job.overdue(datetime.now(UTC)) else ""
            note(f"{name} is {overdue}last done {_when(job)}")
        return False
    tally = outcome.tally
    say(f"{name}: {count(tally.read)} contacts, {count(tally.kept)} may be called, {count(tally.removed)} taken out")
    for file in outcome.written:
        say(f"  {file.path}")
    if outcome.certificate.details.get("settled", "yes") != "yes":
        note(f"{name}: contacts that may not be called kept coming into the table: scrub it again")
        return False
    return True


def _when(job: "Job") -> str:
    last = job.last_done()
    return f"{last:%Y-%m-%d %H:%M} UTC" if last is not None else "never"


def job_of(name: str, settings: "Settings") -> "Job":
    """A scheduled scrub as configured (`gatekeeper.config` has seen that its settings go together)."""
    from gatekeeper.contacts.address import contacts_at
    from gatekeeper.scrub.options import ScrubOptions, TableOptions
    from gatekeeper.scrub.schedule import Job
    from gatekeeper.words import Language

    section = settings.scrubs[name]
    column, _, value = section.mark.partition("=")
    mark = (column, value) if section.mark else None
    code = section.country_code_column or None
    contacts = contacts_at(
        section.contacts.get_secret_value(),
        section.table,
        section.columns,
        code,
        where=section.where,
        key=section.key or None,
        mark=mark,
    )
    options = ScrubOptions(
        campaign=section.campaign,
        principal=section.principal,
        columns=section.columns,
        country_code_column=code,
        leave_other_numbers=section.leave_other_numbers,
        language=Language(section.lang),
        in_place=mark is not None,
        table=TableOptions(drop_numbers=section.drop_numbers),
    )
    return Job(
        name,
        contacts,
        options,
        Path(section.output) if section.output else settings.daemon.data_dir / "scrubs" / name,
        timedelta(days=section.every_days),
        timedelta(days=section.at_most_days),
    )
