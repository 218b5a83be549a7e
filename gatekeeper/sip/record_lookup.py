"""Look-ups of service records (SRV) in the DNS, by the machine's own resolver configuration.

The system's resolver (`getaddrinfo`) knows addresses alone, so dnspython asks here: the servers of `/etc/resolv.conf`,
by UDP, and by TCP where an answer does not fit. It is loaded by the first look-up, in its thread: the daemon of a site
whose carriers are addresses does without it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from gatekeeper.sip.service_records import ServiceRecord

if TYPE_CHECKING:
    import dns.exception
    import dns.resolver

LIFETIME_S: Final = 2.8
"""Within how many seconds an answer must be there, from whichever server: less than the daemon's start waits for, so
that names which are in `/etc/hosts` are known by then, whether or not a server answers."""

_ONE_S: Final = 1.0
"""How long one server is waited for, before the next one, or the same once more: what is looked up has a few tries."""

_LONGEST: Final = 200


class RecordAnswer(NamedTuple):
    """What the DNS has of a service.

    Attributes:
        records: its records; none where there is no such name, or none of this kind.
        addresses: of targets whose addresses came along (the additional section), those of IPv4 first.
    """

    records: tuple[ServiceRecord, ...]
    addresses: Mapping[str, tuple[str, ...]]


RecordLookUp = Callable[[str], RecordAnswer]
"""Looks up the records of an owner, such as `_sip._udp.carrier.example.`; raises `OSError`.

Without the final dot, the domains are tried that the machine puts behind short names.
"""


def look_up_records(owner: str, configuration: str = "/etc/resolv.conf") -> RecordAnswer:
    """The service records of an owner, asked of the machine's DNS servers.

    Args:
        owner: the name that has them.
        configuration: the file that names the servers; it is read each time, for it changes with the network.

    Raises:
        OSError: nobody can be asked, or nobody knows.
    """
    import dns.exception
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver(configuration)
    except dns.resolver.NoResolverConfiguration as error:
        raise OSError(0, f"no DNS server is configured ({configuration})") from error
    except (dns.exception.DNSException, ValueError) as error:
        raise OSError(0, f"{configuration} can't be read: {error}"[:_LONGEST]) from error
    resolver.timeout = min(resolver.timeout, _ONE_S)
    return ask_records(resolver, owner)


def ask_records(resolver: "dns.resolver.Resolver", owner: str, lifetime_s: float = LIFETIME_S) -> RecordAnswer:
    """The service records of an owner, asked of a resolver.

    Args:
        resolver: knows whom to ask.
        owner: the name that has them.
        lifetime_s: within how many seconds an answer must be there.

    Raises:
        OSError: nobody can be asked, or nobody knows.
    """
    import dns.exception
    import dns.resolver

    try:
        answer = resolver.resolve(owner, "SRV", lifetime=lifetime_s, search=True)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return RecordAnswer((), {})
    except dns.exception.DNSException as error:
        raise OSError(0, _why(error, lifetime_s)) from error
    return _read(answer)


def _read(answer: "dns.resolver.Answer") -> RecordAnswer:
    from dns.rdtypes.IN.A import A
    from dns.rdtypes.IN.AAAA import AAAA
    from dns.rdtypes.IN.SRV import SRV

    asked = answer.qname.to_text(omit_final_dot=True).lower()
    records = tuple(
        ServiceRecord(asked, one.priority, one.weight, one.port, one.target.to_text(omit_final_dot=True).lower())
        for one in answer
        if isinstance(one, SRV)
    )
    addresses: dict[str, tuple[str, ...]] = {}
    for kind in (A, AAAA):
        for rrset in answer.response.additional:
            found = tuple(one.address for one in rrset if isinstance(one, kind))
            if found:
                name = rrset.name.to_text(omit_final_dot=True).lower()
                addresses[name] = addresses.get(name, ()) + found
    return RecordAnswer(records, addresses)


def _why(error: "dns.exception.DNSException", lifetime_s: float) -> str:
    """Why there is no answer: the same words as long as it is the same, for the log tells changes."""
    import dns.exception
    import dns.resolver

    if isinstance(error, dns.exception.Timeout):
        return f"no DNS server answers within {lifetime_s:g} s"
    if isinstance(error, dns.resolver.NoNameservers):
        said = sorted({str(one[3]) for one in error.kwargs.get("errors", ())})
        return f"the DNS servers say {', '.join(said)}"[:_LONGEST] if said else "no DNS server answers"
    return str(error)[:_LONGEST] or type(error).__name__
