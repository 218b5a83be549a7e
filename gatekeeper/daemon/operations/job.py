"""The operation `job`: how far an import is that was begun, or how it ended."""

from collections.abc import Mapping
from typing import Final

from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.operations.fields import needed
from gatekeeper.errors import ProtocolError

OPERATION: Final = "job"
"""The operation's name."""


def job_operation(jobs: ImportJobs) -> Operation:
    """`{"op": "job", "job": "..."}` is answered by `{"state": "running", "phase": "reading", "done": 1, "total": 2}`.

    Once the state is `done`, `refused` or `failed`, `report` has what the import found and did, and `text` says why
    nothing was changed.

    Args:
        jobs: those that were begun.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        if not {"op", "job"} >= asked.keys():
            raise ProtocolError("job has no fields but: job, op")
        return jobs.state(needed(asked, "job"))

    return answer
