"""`[daemon]`: where the program keeps its data, and how much it says."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from gatekeeper.config.field_types import AbsolutePath, Flag, Section


class DaemonSection(Section):
    """Where the program keeps its data, and how much it says."""

    data_dir: AbsolutePath = Field(
        default=Path("/var/lib/gatekeeper"),
        description="The folder of the lists and of the journal. The daemon's user must be able to write to it.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="What the daemon writes to its own log, on standard error. No level shows telephone numbers.",
    )
    realtime: Flag = Field(
        default=False,
        description=(
            "Whether the daemon's event loop goes before all programs that have no real-time priority (SCHED_RR, 1),"
            " where it may and the machine has two cores or more: a call does not wait for an export or a backup then."
            " For machines whose Asterisk has such a priority itself (`asterisk -p`, as by Debian's unit), and goes"
            " first; an Asterisk without it would be interrupted at each decision."
        ),
    )
