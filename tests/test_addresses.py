"""Addresses of peers: which count as one, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.addresses import SITE, UNKNOWN, network_of, plain


@pytest.mark.parametrize(
    ("address", "link", "site"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:0DB8:1:2::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("::1", "::/64", "::/48"),
        ("unix", UNKNOWN, UNKNOWN),
        ("", UNKNOWN, UNKNOWN),
        ("192.0.2.1, 192.0.2.2", UNKNOWN, UNKNOWN),
        ("<script>" * 1000, UNKNOWN, UNKNOWN),
    ],
)
def test_what_an_address_counts_as(address: str, link: str, site: str) -> None:
    """Of IPv4 itself, of IPv6 its network; and what is no address is all one."""
    assert (network_of(address), network_of(address, SITE)) == (link, site)


@given(st.ip_addresses(v=6), st.integers(0, (1 << 64) - 1))
def test_a_whole_link_is_one(address: object, host: int) -> None:
    """Whoever has a /64 can't make himself many; but for IPv4 in it, of which each is one."""
    import ipaddress

    assert isinstance(address, ipaddress.IPv6Address)
    other = ipaddress.IPv6Address(int(address) >> 64 << 64 | host)
    if address.ipv4_mapped is None and other.ipv4_mapped is None:
        assert network_of(str(address)) == network_of(str(other))


@pytest.mark.parametrize(
    ("address", "as_written"), [("::ffff:10.0.0.1", "10.0.0.1"), ("2001:DB8::1", "2001:db8::1"), ("unix", "unix")]
)
def test_an_address_as_it_is_compared(address: str, as_written: str) -> None:
    """A proxy that is trusted as 10.0.0.0/8 is, also through a socket for both families."""
    assert plain(address) == as_written
