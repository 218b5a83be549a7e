"""Builds what talks to Asterisk's manager out of the settings."""

import ssl
from pathlib import Path

from gatekeeper.ami.protocol.unauthenticated import GuestLimits
from gatekeeper.ami.proxy import ProxySettings
from gatekeeper.config import Settings
from gatekeeper.config.sections.asterisk import AsteriskSection
from gatekeeper.errors import DaemonError
from gatekeeper.watchdog import LinkSettings, WatchdogSettings


def proxy_settings(settings: Settings) -> ProxySettings:
    """Where the AMI proxy listens, and what it guards.

    Raises:
        DaemonError: a certificate can't be used.
    """
    section = settings.ami_proxy
    name = settings.server_name(section.asterisk)
    server = settings.asterisk[name]
    return ProxySettings(
        host=section.host,
        port=section.port,
        asterisk_host=server.host,
        asterisk_port=server.port,
        routes=settings.outside_routes,
        policies=settings.ami_policies,
        listen_tls=_listening(section.certificate, section.certificate_key),
        asterisk_tls=_connecting(server, name),
        asterisk_name=server.tls_name,
        max_connections=section.max_connections,
        guests=GuestLimits(
            seats=section.max_guests, seats_of_address=section.max_guests // 2, login_s=float(section.login_s)
        ),
        connect_s=section.connect_s,
        stall_s=section.stall_s,
        vanished_s=section.vanished_s,
        backlog=section.backlog,
    )


def watchdog_settings(settings: Settings) -> WatchdogSettings:
    """What the watchdog watches.

    Raises:
        DaemonError: a certificate can't be used.
    """
    section = settings.watchdog
    name = settings.server_name(section.asterisk)
    server = settings.asterisk[name]
    link = LinkSettings(
        host=server.host,
        port=server.port,
        username=server.username,
        secret=server.secret.get_secret_value(),
        tls=_connecting(server, name),
        tls_name=server.tls_name,
    )
    return WatchdogSettings(link, settings.outside_routes, section.hang_up, section.collect_s)


def _listening(certificate: str, key: str) -> ssl.SSLContext | None:
    if not certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(Path(certificate), Path(key))
    except OSError as error:  # ssl.SSLError is one
        raise DaemonError(
            f"{certificate} with {key}: can't be used for TLS ({error.strerror or error}); set "
            "ami_proxy.certificate and ami_proxy.certificate_key to a certificate and its own key, which the daemon's "
            "user can read"
        ) from error
    return context


def _connecting(server: AsteriskSection, name: str) -> ssl.SSLContext | None:
    if not server.tls:
        return None
    try:
        return ssl.create_default_context(cafile=server.tls_ca or None)
    except OSError as error:
        raise DaemonError(
            f"{server.tls_ca}: can't be used for TLS ({error.strerror or error}); set asterisk.{name}.tls_ca to the "
            "PEM file of the authority that signed Asterisk's certificate"
        ) from error
