"""Settings of the SIP gate: where it listens, which trunks it guards, and where their carriers are."""

import ssl
from dataclasses import dataclass, field

from gatekeeper.sip.targets import CarrierUri


@dataclass(frozen=True, slots=True)
class TrunkSettings:
    """A trunk: which calls are its own, and which carriers they go to.

    Attributes:
        name: the trunk's name.
        carriers: where its calls go, in the order in which the carriers are tried.
        port: the port of the gate that serves it alone; 0 where it shares the common one.
        users: user parts of the gate's URI in a `Route` that mean it.
        hosts: hosts of a Request-URI that mean it.
        campaign: the campaign of its calls that name none, or "".
        options_s: every how many seconds its carriers are asked whether they are there; 0: never.
        to_may_differ: whether `To` may name another number than the Request-URI.
        from_is_shown: whether the callee is shown the number of `From`, whatever else names the caller.
        tls: what its carriers' certificates are checked with; None where none is reached over TLS.
        tls_name: the name in them, where it is not the host of the URI.
        endpoints: the endpoints of Asterisk whose calls it gets.
    """

    name: str
    carriers: tuple[CarrierUri, ...]
    port: int = 0
    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    campaign: str = ""
    options_s: float = 30.0
    to_may_differ: bool = False
    from_is_shown: bool = False
    tls: ssl.SSLContext | None = None
    tls_name: str = ""
    endpoints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SipGateSettings:
    """Where the gate listens, and what it guards.

    Attributes:
        host: the address that Asterisk comes to.
        port: the port of the trunks that have none of their own.
        transports: by what Asterisk may come: `udp`, `tcp`, `tls`.
        tls_port: the port for an Asterisk that comes over TLS.
        tls: what is presented to it; None where it does not come by TLS.
        allow: addresses and networks whose messages are read.
        outside_host: the address that carriers see, where it is not that of the machine's interface.
        outside_port: the UDP port that they see; 0 for any that is free.
        redirect: whether an allowed INVITE is answered with the carrier's address and not sent on.
        max_connections: how many connections of Asterisks may be open at once.
        message_s: within how many seconds a message that has begun on a connection must be there.
        trunks: the trunks.
    """

    host: str = "127.0.0.1"
    port: int = 5080
    transports: frozenset[str] = frozenset({"udp"})
    tls_port: int = 5081
    tls: ssl.SSLContext | None = None
    allow: tuple[str, ...] = ("127.0.0.1", "::1")
    outside_host: str = ""
    outside_port: int = 0
    redirect: bool = False
    max_connections: int = 200
    message_s: float = 5.0
    trunks: tuple[TrunkSettings, ...] = field(default=())
