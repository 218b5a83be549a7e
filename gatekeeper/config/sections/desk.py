"""`[desk]`: the web pages for compliance staff and admins, and the interface for programs."""

from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator

from gatekeeper.config.field_types import Host, Networks, PemFile, Section, Text, Whole
from gatekeeper.translation import phrase


class DeskSection(Section):
    """The web pages for compliance staff and admins, and the interface `/v1`, which `gatekeeper desk` serves."""

    host: Host = Field(
        default="127.0.0.1",
        description="The address to listen on. Beyond this machine it wants a certificate, or a proxy with TLS.",
    )
    port: Whole = Field(default=9574, ge=1024, le=65535, description="The port to listen on.")
    public_url: Text = Field(
        default="",
        description='The address people type, where it is not that of host and port: "https://gatekeeper.example". '
        "Behind a proxy it is needed: a form that comes from another address is refused.",
    )
    certificate: PemFile = Field(default="", description="A TLS certificate (PEM, with its chain).")
    certificate_key: PemFile = Field(default="", description="Its key (PEM, without a passphrase).")
    trusted_proxies: Networks = Field(
        default=(),
        description="Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Empty: nobody's.",
    )
    language: Literal["browser", "en", "fr"] = Field(
        default="browser", description="The language of pages before somebody chooses."
    )
    timezone: Text = Field(default="Europe/Paris", description="The time zone in which pages tell the time.")
    session_idle_minutes: Whole = Field(
        default=60, ge=1, le=1440, description="After how many minutes without use one has to sign in again."
    )
    session_hours: Whole = Field(
        default=12, ge=1, le=168, description="After how many hours one has to sign in again in any case."
    )
    max_upload_mb: Whole = Field(
        default=512, ge=1, le=102400, description="How large an uploaded file may be, in megabytes."
    )
    max_connections: Whole = Field(
        default=400, ge=10, le=10000, description="How many connections are served at a time; more are closed at once."
    )
    rate_per_minute: Whole = Field(
        default=6000, ge=1, le=600000, description="How many requests a key of the interface may make in a minute."
    )

    exports_waiting: Whole = Field(
        default=3, ge=1, le=100, description="How many exports of one person may wait or be made at a time."
    )
    exports_waiting_in_all: Whole = Field(
        default=30, ge=1, le=1000, description="How many exports of all people together may wait or be made."
    )
    exports_kept: Whole = Field(
        default=20, ge=1, le=1000, description="How many exports of one person there may be, those ready among them."
    )
    export_hours: Whole = Field(
        default=24, ge=1, le=720, description="For how many hours an export is kept after its end."
    )
    export_max_rows: Whole = Field(
        default=0, ge=0, description="How many decisions an export may have. 0: as many as its sort of file can take."
    )
    export_max_mb: Whole = Field(
        default=32768, ge=1, le=1048576, description="How large the files of one export may become, in megabytes."
    )
    exports_max_mb: Whole = Field(
        default=65536,
        ge=1,
        le=16777216,
        description="How large the files of all exports may be when another one is ordered, in megabytes.",
    )

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, text: str) -> str:
        from urllib.parse import urlsplit  # no other section needs it

        if text:
            parts = urlsplit(text)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
                raise ValueError(phrase('it must be like "https://gatekeeper.example", without a path'))
            if parts.query or parts.fragment or parts.username or parts.password:
                raise ValueError(phrase('it must be like "https://gatekeeper.example", and nothing behind it'))
        return text.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, text: str) -> str:
        if text not in available_timezones():
            raise ValueError(phrase('there is no such time zone; one is "Europe/Paris"'))
        return text

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the pages."""
        return ZoneInfo(self.timezone)
