"""`[ami_proxy]`: the port that dialers connect to in place of Asterisk's manager port."""

from typing import TYPE_CHECKING

from pydantic import Field

from gatekeeper.config.field_types import Flag, Host, PemFile, Section, Text, Whole
from gatekeeper.config.sections.asterisk import AsteriskSection

if TYPE_CHECKING:
    from gatekeeper.ami.protocol.client_policy import Policies
    from gatekeeper.ami.protocol.routes import Routes
    from gatekeeper.ami.proxy import ProxySettings


class AmiProxySection(Section):
    """The port that dialers connect to in place of Asterisk's manager port."""

    enabled: Flag = Field(default=False, description="Whether to listen for dialers.")
    host: Host = Field(default="127.0.0.1", description="The address to listen on.")
    port: Whole = Field(default=5039, ge=1024, le=65535, description="The port to listen on.")
    asterisk: Text = Field(
        default="",
        description="The server it guards, by its name in `[asterisk.NAME]`; without, the only one, else `main`.",
    )
    max_connections: Whole = Field(
        default=500,
        ge=1,
        le=100_000,
        description="How many dialers may be logged in at once; the next one is turned away.",
    )
    max_guests: Whole = Field(
        default=40,
        ge=2,
        le=10_000,
        description="How many clients that have not logged in may have a connection to Asterisk, half of them from one "
        "address; the others wait. Keep it below `authlimit` of manager.conf (50).",
    )
    login_s: Whole = Field(
        default=30, ge=1, le=3600, description="A client that has not logged in after so many seconds is disconnected."
    )
    backlog: Whole = Field(
        default=512, ge=1, le=65535, description="How many dialers the kernel holds for us while we are busy."
    )
    connect_s: Whole = Field(
        default=5, ge=1, le=120, description="Within how many seconds Asterisk must have accepted a connection."
    )
    stall_s: Whole = Field(
        default=30, ge=1, le=3600, description="A dialer that takes nothing for so many seconds is disconnected."
    )
    vanished_s: Whole = Field(
        default=60,
        ge=4,
        le=7200,
        description="A dialer or an Asterisk that the network has lost without a word is given up after so many "
        "seconds.",
    )
    certificate: PemFile = Field(
        default="",
        description="The certificate (PEM, with its chain) for dialers that connect by TLS; without one, plain TCP.",
    )
    certificate_key: PemFile = Field(default="", description="The certificate's private key (PEM).")

    def as_proxy(
        self, name: str, server: AsteriskSection, routes: "Routes", policies: "Policies", gated: frozenset[str]
    ) -> "ProxySettings":
        """Where the proxy listens, and what it guards.

        Args:
            name: the guarded server's name.
            server: the server itself.
            routes: what leads outside.
            policies: what each manager user may do.
            gated: the endpoints whose way out is the SIP gate.

        Raises:
            DaemonError: a certificate can't be used.
        """
        from gatekeeper.ami.protocol.unauthenticated import LoginLimits
        from gatekeeper.ami.proxy import ProxySettings  # only the daemon serves
        from gatekeeper.net.tls import serving

        certificate = self.certificate
        return ProxySettings(
            host=self.host,
            port=self.port,
            asterisk_host=server.host,
            asterisk_port=server.port,
            routes=routes,
            policies=policies,
            gated=gated,
            listen_tls=serving(certificate, self.certificate_key, "ami_proxy.certificate") if certificate else None,
            asterisk_tls=server.as_tls(name),
            asterisk_name=server.tls_name,
            max_connections=self.max_connections,
            unauthenticated=LoginLimits(
                seats=self.max_guests, seats_of_address=self.max_guests // 2, login_s=float(self.login_s)
            ),
            connect_s=self.connect_s,
            stall_s=self.stall_s,
            vanished_s=self.vanished_s,
            backlog=self.backlog,
        )
