"""`[fastagi]`: the port on which Asterisk asks whether a call may leave."""

from typing import TYPE_CHECKING

from pydantic import Field

from gatekeeper.config.field_types import Flag, Host, Networks, Section, Whole

if TYPE_CHECKING:
    from gatekeeper.net.limits import Limits


class FastAgiSection(Section):
    """The port on which Asterisk asks whether a call may leave."""

    enabled: Flag = Field(default=True, description="Whether to listen for FastAGI requests.")
    host: Host = Field(
        default="127.0.0.1",
        description="The address to listen on. FastAGI has no password and no encryption: keep it on this machine or "
        "on a network of its own.",
    )
    port: Whole = Field(
        default=4573,
        ge=1024,
        le=65535,
        description="The port to listen on; `gatekeeper-globals.conf` of the dialplan must name the same.",
    )
    allow: Networks = Field(
        default=("127.0.0.1/32", "::1/128"),
        description="Who may ask. A peer that no entry holds is disconnected at once.",
    )
    backlog: Whole = Field(
        default=4096,
        ge=1,
        le=65535,
        description="How many connections the kernel holds for us while we are busy; it caps this at "
        "`net.core.somaxconn`.",
    )
    deadline_ms: Whole = Field(
        default=1000,
        ge=50,
        le=60_000,
        description="Within how many milliseconds a request must have been read, and then answered; a connection that "
        "takes longer is closed, and the dialplan refuses the call with `GATE_DOWN`.",
    )
    max_connections: Whole = Field(
        default=2000,
        ge=1,
        le=100_000,
        description="How many connections may be open at once; the next one is turned away.",
    )

    def as_limits(self) -> "Limits":
        """The limits of a listener for questions; the Unix socket has the same."""
        from gatekeeper.net.limits import Limits  # only the daemon listens

        return Limits(
            environment_s=self.deadline_ms / 1000,
            answer_s=self.deadline_ms / 1000,
            max_connections=self.max_connections,
            backlog=self.backlog,
        )
