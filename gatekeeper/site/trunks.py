"""The peers of a site, and which of them are trunks: from pjsip.conf, its wizard, sip.conf and iax.conf.

A trunk is a peer at an address that the site knows: a contact, host or registration. A telephone registers with the
site, and has none. FreePBX, Issabel and VICIdial write the same kinds of sections into files that these include.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gatekeeper.site.conf import ConfFile, ConfLine, ConfSection, read_conf
from gatekeeper.site.tree import SiteTree

_YES = ("yes", "true", "on", "1", "y", "t")


class Peer(NamedTuple):
    """A peer that calls can be dialled at.

    Attributes:
        technology: as in a dial string: PJSIP, SIP, IAX2.
        name: as in a dial string.
        is_trunk: whether it leads outside, and not to a telephone of the site.
        place: where it is described.
        follows_redirects: whether PJSIP follows a carrier's redirection by itself, which no gate can hold back.
        has_proxy: whether its calls leave through a proxy, such as the SIP gate.
    """

    technology: str
    name: str
    is_trunk: bool
    place: str
    follows_redirects: bool = False
    has_proxy: bool = False

    @property
    def dial_parts(self) -> tuple[str, str]:
        """What stands before and behind the number in a dial string."""
        return (
            (f"{self.technology}/", f"@{self.name}")
            if self.technology == "PJSIP"
            else (
                f"{self.technology}/{self.name}/",
                "",
            )
        )


def find_peers(tree: SiteTree, etc: Path) -> tuple[Peer, ...]:
    """Every peer, in the order in which they are described; a name that is described twice comes once."""
    found: dict[tuple[str, str], Peer] = {}
    pjsip = read_conf(tree, etc, "pjsip.conf")
    for peer in (
        *_pjsip(pjsip),
        *_wizard(read_conf(tree, etc, "pjsip_wizard.conf")),
        *_peers("SIP", read_conf(tree, etc, "sip.conf")),
        *_peers("IAX2", read_conf(tree, etc, "iax.conf")),
    ):
        key = (peer.technology, peer.name)
        known = found.get(key)
        found[key] = peer if known is None else known._replace(is_trunk=known.is_trunk or peer.is_trunk)
    return tuple(found.values())


def _place(section: ConfSection) -> str:
    head = section.head or ConfLine(Path("/"), 0, "", "")
    return head.place


def _pjsip(conf: ConfFile) -> Iterator[Peer]:
    real = [one for one in conf.sections if not one.template]
    by_type: dict[str, list[ConfSection]] = {}
    for one in real:
        by_type.setdefault((one.get("type") or "").lower(), []).append(one)
    static = {one.name for one in by_type.get("aor", []) if any(one.all("contact"))}
    identified = {name for one in by_type.get("identify", []) if (name := one.get("endpoint"))}
    registered = {name for one in by_type.get("registration", []) if (name := one.get("endpoint"))}
    for one in by_type.get("endpoint", []):
        aors = {name.strip() for value in one.all("aors") for name in value.split(",")}
        auth = bool(one.get("outbound_auth"))
        trunk = (
            bool(aors & static) or one.name in registered or auth or (one.name in identified and not one.get("auth"))
        )
        redirect = (one.get("redirect_method") or "").lower() == "uri_pjsip"
        yield Peer("PJSIP", one.name, trunk, _place(one), redirect, bool(one.get("outbound_proxy")))


def _wizard(conf: ConfFile) -> Iterator[Peer]:
    """Sections of `type = wizard`; `remote_hosts` and `sends_registrations` make a trunk (pjsip_wizard.conf.sample)."""
    for one in conf.sections:
        if one.template or (one.get("type") or "").lower() != "wizard":
            continue
        accepts = (one.get("accepts_registrations") or "").lower() in _YES
        sends = (one.get("sends_registrations") or "").lower() in _YES
        trunk = sends or (bool(one.get("remote_hosts")) and not accepts)
        redirect = (one.get("endpoint/redirect_method") or "").lower() == "uri_pjsip"
        proxy = bool(one.get("outbound_proxy") or one.get("endpoint/outbound_proxy"))
        yield Peer("PJSIP", one.name, trunk, _place(one), redirect, proxy)


def _peers(technology: str, conf: ConfFile) -> Iterator[Peer]:
    for one in conf.sections:
        kind = (one.get("type") or "").lower()
        if one.template or one.name.lower() in ("general", "authentication") or kind not in ("peer", "friend"):
            continue
        host = (one.get("host") or "").lower()
        yield Peer(technology, one.name, bool(host) and host != "dynamic", _place(one))
