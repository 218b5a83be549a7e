"""`[metrics]`: figures for Prometheus, and health, over HTTP."""

from pydantic import Field

from gatekeeper.config.field_types import Flag, Host, Networks, Section, Whole


class MetricsSection(Section):
    """Figures for Prometheus (`/metrics`) and health (`/healthz`, `/readyz`) over HTTP."""

    enabled: Flag = Field(default=False, description="Whether to serve them.")
    host: Host = Field(
        default="127.0.0.1",
        description="The address to listen on. There is no password and no encryption: keep it on this machine or on a "
        "network of its own.",
    )
    port: Whole = Field(default=9573, ge=1024, le=65535, description="The port to listen on.")
    allow: Networks = Field(
        default=("127.0.0.1/32", "::1/128"),
        description="Who may ask. A peer that no entry holds is disconnected at once.",
    )
