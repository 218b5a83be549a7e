"""TLS contexts out of files that a configuration names: to serve with a certificate, and to trust an authority."""

import ssl
from pathlib import Path

from gatekeeper.errors import DaemonError
from gatekeeper.translation import phrase, trouble_of


def serving(certificate: str, key: str, setting: str) -> ssl.SSLContext:
    """What a server presents a certificate with.

    Args:
        certificate: its file (PEM, with its chain).
        key: the file of its private key.
        setting: names the certificate in the configuration, and the key with `_key` after it.

    Raises:
        DaemonError: they can't be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(Path(certificate), Path(key))
    except OSError as error:  # ssl.SSLError is one
        raise DaemonError(
            phrase(
                "{certificate} with {key}: can't be used for TLS ({reason}); set {setting} and {setting}_key to "
                "a certificate and its own key, which the daemon's user can read",
                certificate=certificate,
                key=key,
                reason=trouble_of(error),
                setting=setting,
            )
        ) from error
    return context


def trusting(authority: str, setting: str) -> ssl.SSLContext:
    """What a client checks a server's certificate with.

    Args:
        authority: the file (PEM) of the authority that must have signed it; "" for those of the system.
        setting: names that file in the configuration.

    Raises:
        DaemonError: it can't be used.
    """
    try:
        return ssl.create_default_context(cafile=authority or None)
    except OSError as error:
        raise DaemonError(
            phrase(
                "{authority}: can't be used for TLS ({reason}); set {setting} to the PEM file of the authority "
                "that signed the server's certificate",
                authority=authority,
                reason=trouble_of(error),
                setting=setting,
            )
        ) from error
