"""`[sip_gate]` and `[sip_gate.trunks.NAME]`: the proxy that every INVITE of a trunk passes to its carrier."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from gatekeeper.config.field_types import (
    Flag,
    Host,
    Networks,
    OptionalHost,
    PemFile,
    Says,
    Section,
    Text,
    Texts,
    Whole,
)
from gatekeeper.sip.targets import read_carrier
from gatekeeper.translation import marked

if TYPE_CHECKING:
    from gatekeeper.sip.settings import SipGateSettings, TrunkSettings


def _carrier(text: str) -> str:
    return read_carrier(text).text


CarrierUris = Annotated[
    tuple[Annotated[Text, AfterValidator(_carrier)], ...],
    Says(marked('a list of SIP URIs such as ["sip:203.0.113.7:5060", "sip:sbc.example;transport=tls"]')),
]
Hosts = Annotated[tuple[Host, ...], Says(marked('a list of addresses or host names such as ["sbc.example"]'))]

TRUNK_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
"""A trunk's name is best that of its endpoint in `pjsip.conf`; it is a part of the name of a channel, too."""

TrunkName = Annotated[str, StringConstraints(pattern=TRUNK_NAME)]


class SipTrunkSection(Section):
    """A trunk of the SIP gate: which calls are its own, and which carriers they go to. NAME: best its endpoint's."""

    carriers: CarrierUris = Field(
        default=(),
        description="The carrier's addresses, in the order in which they are tried; the next one where one refuses the "
        "connection or does not answer `OPTIONS`. A name without a port is looked up by its service records (SRV).",
    )
    port: Whole = Field(
        default=0,
        ge=0,
        le=65535,
        description="A port of the gate that serves this trunk alone. 0: it shares `sip_gate.port`, where the next two "
        "say which calls are its own; a single trunk takes all.",
    )
    users: Texts = Field(
        default=(),
        description="User parts of the gate's URI in `outbound_proxy` (`sip:NAME@127.0.0.1:5080\\;lr`) that mean this "
        "trunk, beside its name.",
    )
    hosts: Hosts = Field(default=(), description="Hosts of the dialled URI that mean this trunk.")
    campaign: Text = Field(default="", description="The campaign of its calls that name none.")
    options_s: Whole = Field(
        default=30,
        ge=0,
        le=3600,
        description="Every how many seconds its carriers are asked by `OPTIONS` whether they are there. 0: never; all "
        "are taken for being there then, unless they refuse the connection.",
    )
    to_may_differ: Flag = Field(
        default=False,
        description="Whether the header `To` may name another number than the dialled URI. The URI is what is checked "
        "and dialled; but some carriers read the other.",
    )
    from_is_shown: Flag = Field(
        default=False,
        description="Whether the carrier shows the callee the number of `From`, though `P-Asserted-Identity` or the "
        "like names another. The law is asked about the number that is shown.",
    )
    tls_ca: PemFile = Field(
        default="",
        description="Of carriers over TLS: the authority (PEM) that signed their certificates; without one, those of "
        "the system.",
    )
    tls_name: Text = Field(
        default="", description="The name in the carriers' certificates, where it is not the host of the URI."
    )
    endpoints: Texts = Field(
        default=(), description="The endpoints of `pjsip.conf` whose calls go out here; without, that of its name."
    )

    def as_trunk(self, name: str) -> "TrunkSettings":
        """Where the trunk's calls come from and go to.

        Args:
            name: the trunk's.

        Raises:
            DaemonError: the authority's certificate can't be used.
        """
        from gatekeeper.net.tls import trusting
        from gatekeeper.sip.settings import TrunkSettings  # only the daemon and one command speak SIP

        carriers = tuple(map(read_carrier, self.carriers))
        by_tls = any(carrier.transport == "tls" for carrier in carriers)
        return TrunkSettings(
            name=name,
            carriers=carriers,
            port=self.port,
            users=(name, *self.users),
            hosts=self.hosts,
            campaign=self.campaign,
            options_s=float(self.options_s),
            to_may_differ=self.to_may_differ,
            from_is_shown=self.from_is_shown,
            tls=trusting(self.tls_ca, f"sip_gate.trunks.{name}.tls_ca") if by_tls else None,
            tls_name=self.tls_name,
            endpoints=self.as_endpoints(name),
        )

    def as_endpoints(self, name: str) -> tuple[str, ...]:
        """The endpoints of Asterisk whose calls go out here."""
        return self.endpoints or (name,)


class SipGateSection(Section):
    """The SIP proxy that every INVITE of a trunk passes on its way to the carrier, or is refused by."""

    enabled: Flag = Field(default=False, description="Whether to listen for the trunks' calls.")
    host: Host = Field(default="127.0.0.1", description="The address to listen on for Asterisk.")
    port: Whole = Field(
        default=5080,
        ge=1024,
        le=65535,
        description="The port to listen on, by UDP and TCP; `outbound_proxy` of the trunks' endpoints names it.",
    )
    transports: tuple[Literal["udp", "tcp", "tls"], ...] = Field(
        default=("udp",), description="By what Asterisk may come."
    )
    tls_port: Whole = Field(default=5081, ge=1024, le=65535, description="The port for Asterisk over TLS.")
    certificate: PemFile = Field(
        default="", description="The certificate (PEM, with its chain) for an Asterisk that comes over TLS."
    )
    certificate_key: PemFile = Field(default="", description="The certificate's private key (PEM).")
    allow: Networks = Field(
        default=("127.0.0.1/32", "::1/128"),
        description="Who may ask: the Asterisks. A message from elsewhere gets no answer at all.",
    )
    outside_host: OptionalHost = Field(
        default="",
        description="The address that carriers see, where it is not the one of this machine's interface: behind NAT. "
        "Carriers on this machine get its own.",
    )
    outside_port: Whole = Field(
        default=5082,
        ge=0,
        le=65535,
        description="The UDP port that carriers see and answer to. 0: any that is free.",
    )
    mode: Literal["proxy", "redirect"] = Field(
        default="proxy",
        description='"proxy": an allowed INVITE is sent on to the carrier. "redirect": it is answered with the '
        "carrier's address (302), for a switch that knows nothing else; it must then follow no other redirection.",
    )
    only: Flag = Field(
        default=False,
        description="Whether every call outside has to pass the SIP gate: the watchdog reports every trunk that has "
        "another way out.",
    )
    max_connections: Whole = Field(
        default=200, ge=1, le=100_000, description="How many connections of Asterisks (TCP, TLS) may be open at once."
    )
    message_s: Whole = Field(
        default=5,
        ge=1,
        le=300,
        description="Within how many seconds a message that has begun on a connection must be there, and TLS be agreed "
        "on.",
    )
    trunks: dict[TrunkName, SipTrunkSection] = Field(
        default={}, description="The trunks by name: `[sip_gate.trunks.NAME]`."
    )

    @property
    def gated_endpoints(self) -> frozenset[str]:
        """The endpoints of Asterisk whose calls go out by the gate; none where it is not enabled."""
        if not self.enabled:
            return frozenset()
        return frozenset(name for trunk, section in self.trunks.items() for name in section.as_endpoints(trunk))

    def as_gate(self) -> "SipGateSettings":
        """Where the gate listens, and what it guards.

        Raises:
            DaemonError: a certificate can't be used.
        """
        from gatekeeper.net.tls import serving
        from gatekeeper.sip.settings import SipGateSettings  # only the daemon and one command speak SIP

        by_tls = "tls" in self.transports
        return SipGateSettings(
            host=self.host,
            port=self.port,
            transports=frozenset(self.transports),
            tls_port=self.tls_port,
            tls=serving(self.certificate, self.certificate_key, "sip_gate.certificate") if by_tls else None,
            allow=self.allow,
            outside_host=self.outside_host,
            outside_port=self.outside_port,
            redirect=self.mode == "redirect",
            max_connections=self.max_connections,
            message_s=float(self.message_s),
            trunks=tuple(section.as_trunk(name) for name, section in self.trunks.items()),
        )
