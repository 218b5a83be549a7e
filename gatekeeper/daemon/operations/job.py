"""The operation `job`: how far an import is that was begun, or how it ended."""

from collections.abc import Mapping

from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.operations.fields import fields_of


def job_state(jobs: ImportJobs) -> Operation:
    """The operation: `{"op": "job", "job": "..."}` gives `{"state": "running", "phase": "reading", "done": 1, ...}`.

    Once the state is `done`, `refused` or `failed`, `report` has what the import found and did, and `text` says why
    nothing was changed.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        return jobs.state(fields_of(asked, ("job",))["job"])

    return answer
