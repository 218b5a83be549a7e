"""`[watchdog]`: sees what Asterisk dials past the gates."""

from pydantic import Field, SecretStr

from gatekeeper.config.field_types import Flag, Host, OptionalPath, Section, Text, Whole


class WatchdogSection(Section):
    """Sees what Asterisk dials past the gates, and brings in what the dialplan kept while the gate was down."""

    enabled: Flag = Field(default=False, description="Whether to watch. It needs a user in `manager.conf`.")
    host: Host = Field(default="127.0.0.1", description="Where Asterisk's manager is.")
    port: Whole = Field(default=5038, ge=1, le=65535, description="Its own port, not the AMI proxy's.")
    username: Text = Field(default="gatekeeper", description="The user of `manager.conf`.")
    secret: SecretStr = Field(
        default=SecretStr(""), description="That user's secret; better in the variable than in the file."
    )
    tls: Flag = Field(default=False, description="Whether Asterisk's manager is reached by TLS.")
    tls_ca: OptionalPath = Field(
        default="",
        description="The authority (PEM) that signed Asterisk's certificate; without one, those of the system.",
    )
    tls_name: Text = Field(default="", description="The name in Asterisk's certificate, where it is not `host`.")
    hang_up: Flag = Field(
        default=True, description="Whether a call that may not be made is hung up; else it is only reported."
    )
    collect_s: Whole = Field(
        default=60,
        ge=1,
        le=86_400,
        description="How often what the dialplan kept is looked for, in seconds, where no event tells of it.",
    )
