"""TLS towards carriers: the context and the name by which the one at an address is checked."""

import ssl
from collections.abc import Iterable
from typing import NamedTuple

from gatekeeper.sip.protocol.ports import Hop, Transport
from gatekeeper.sip.settings import TrunkSettings
from gatekeeper.sip.targets import CarrierUri


class TlsTo(NamedTuple):
    """How a carrier is checked.

    Attributes:
        context: what its certificate is checked with.
        name: the name that must be in it.
    """

    context: ssl.SSLContext
    name: str


def tls_to(hop: Hop, carrier: CarrierUri | None, trunks: Iterable[TrunkSettings]) -> TlsTo | None:
    """How the carrier at an address is checked; None where it is reached without TLS.

    Raises:
        OSError: no trunk has a carrier there any longer.
    """
    if hop.transport is not Transport.TLS:
        return None
    for trunk in trunks:
        if carrier is not None and trunk.tls is not None and carrier in trunk.carriers:
            return TlsTo(trunk.tls, trunk.tls_name or carrier.host)
    raise OSError(0, "no trunk has a carrier there any longer")
