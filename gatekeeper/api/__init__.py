"""The interface `/v1`: any dialer, CRM or voice agent asks and writes over HTTP, with a key."""

from gatekeeper.api.app import build_api

__all__ = ["build_api"]
