"""The watchdog and the proxy reach Asterisk's manager by TLS, on real Asterisks."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.dialer import Dialer
from lab.ports import free_port
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from lab.site import MANAGER
from tests.certificates import Certificate, self_signed
from tests.watchdog.site import CONFIG, Site, running_site

TLS = """
[general](+)
tlsenable = yes
tlsbindaddr = 127.0.0.1:{port}
tlscertfile = {certificate}
tlsprivatekey = {key}
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Asterisk's, and the proxy's."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def site(
    asterisk_root: AsteriskRoot, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Asterisk's manager speaks TLS, and so does the proxy to its clients."""
    port = free_port()
    config = (
        CONFIG.replace("{ami}", str(port))
        .replace("[asterisk.main]\n", f'[asterisk.main]\ntls = true\ntls_ca = "{certificate.certificate}"\n')
        .replace(
            "[ami_proxy]\n",
            f'[ami_proxy]\ncertificate = "{certificate.certificate}"\ncertificate_key = "{certificate.key}"\n',
        )
    )
    manager = MANAGER + TLS.format(port=port, certificate=certificate.certificate, key=certificate.key)
    with running_site(asterisk_root, tmp_path_factory.mktemp("site"), config=config, manager=manager) as running:
        yield running


def test_the_watchdog_cancels_over_tls(site: Site) -> None:
    """A listed number that goes round the gates is cancelled."""
    number = site.number()
    site.add(number)
    site.originate(f"PJSIP/{number}@trunk")
    invite = site.invite(number)
    assert invite.cancelled_at is not None
    assert invite.answered_at is None


def test_a_dialer_is_served_over_tls(site: Site, certificate: Certificate) -> None:
    """On both sides of the proxy: a listed number fails without an INVITE, another one is called."""
    trusting = ssl.create_default_context(cafile=certificate.certificate)
    listed, free = site.number(), site.number()
    site.add(listed)
    with Dialer(site.proxy_port, tls=trusting) as dialer:
        assert dialer.originate(f"PJSIP/{listed}@trunk")[1] is False
        assert dialer.originate(f"PJSIP/{free}@trunk")[1] is True
    site.invite(free)
    assert listed not in {invite.number for invite in site.carrier.invites()}


def test_a_certificate_that_is_not_trusted_gets_no_secret(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """The watchdog says why in the daemon's log, and does not log in."""
    port, real, other = free_port(), self_signed(tmp_path), self_signed(tmp_path, "other")
    config = CONFIG.replace("[asterisk.main]\n", f'[asterisk.main]\ntls = true\ntls_ca = "{other.certificate}"\n')
    manager = MANAGER + TLS.format(port=port, certificate=real.certificate, key=real.key)
    with running_site(
        asterisk_22, tmp_path, config=config.replace("{ami}", str(port)), manager=manager, watched=False
    ) as site:
        log = site.daemon.log_path
        wait_until(lambda: "CERTIFICATE_VERIFY_FAILED" in log.read_text(), 60, "the daemon to say what is wrong")
        assert "change-me" not in log.read_text()
        assert "gatekeeper" not in site.asterisk.cli("manager show connected")
