"""`[asterisk.NAME]`: where an Asterisk's manager is, and who logs in there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pydantic import Field, SecretStr

from gatekeeper.config.field_types import Flag, Host, PemFile, Section, Text, Whole

if TYPE_CHECKING:
    import ssl

    from gatekeeper.ami.client import LinkSettings

MAIN: Final = "main"
"""The server that is meant where there are several and none is named."""


class AsteriskSection(Section):
    """A server: where its manager is, and who logs in there. Without any, there is one called `main`."""

    host: Host = Field(default="127.0.0.1", description="Where its manager is.")
    port: Whole = Field(
        default=5038,
        ge=1,
        le=65535,
        description="Its manager's own port. A firewall should let nobody in there but Gatekeeper.",
    )
    tls: Flag = Field(default=False, description="Whether its manager is reached by TLS.")
    tls_ca: PemFile = Field(
        default="", description="The authority (PEM) that signed its certificate; without one, those of the system."
    )
    tls_name: Text = Field(default="", description="The name in its certificate, where it is not `host`.")
    username: Text = Field(
        default="gatekeeper",
        description="The watchdog's user of `manager.conf`; dialers log in through the AMI proxy as themselves.",
    )
    secret: SecretStr = Field(
        default=SecretStr(""), description="That user's secret; better in the variable than in the file."
    )

    def as_tls(self, name: str) -> "ssl.SSLContext | None":
        """What its certificate is checked with; None for plain TCP.

        Raises:
            DaemonError: the authority's certificate can't be used.
        """
        from gatekeeper.net.tls import trusting  # only the daemon speaks TLS

        return trusting(self.tls_ca, f"asterisk.{name}.tls_ca") if self.tls else None

    def as_link(self, name: str) -> "LinkSettings":
        """How its manager is logged in to.

        Raises:
            DaemonError: the authority's certificate can't be used.
        """
        from gatekeeper.ami.client import LinkSettings  # brings panoramisk in, which only the daemon needs

        return LinkSettings(
            host=self.host,
            port=self.port,
            username=self.username,
            secret=self.secret.get_secret_value(),
            tls=self.as_tls(name),
            tls_name=self.tls_name,
        )


OLD_KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "watchdog": {name: name for name in AsteriskSection.model_fields},
    "ami_proxy": {
        "asterisk_host": "host",
        "asterisk_port": "port",
        "asterisk_tls": "tls",
        "asterisk_ca": "tls_ca",
        "asterisk_name": "tls_name",
    },
}
"""Where these settings stood in release 0.1, by section and key: understood for one release more (`moved_keys`)."""
