"""`[watchdog]`: sees what Asterisk dials past the gates."""

from typing import TYPE_CHECKING

from pydantic import Field

from gatekeeper.config.field_types import Flag, Section, Text, Whole

if TYPE_CHECKING:
    from gatekeeper.ami.protocol.routes import Routes
    from gatekeeper.watchdog import LinkSettings, WatchdogSettings


class WatchdogSection(Section):
    """Sees what Asterisk dials past the gates, and brings in what the dialplan kept while the gate was down."""

    enabled: Flag = Field(default=False, description="Whether to watch. It needs a user in `manager.conf`.")
    asterisk: Text = Field(
        default="",
        description="The server it watches, by its name in `[asterisk.NAME]`; without, the only one, else `main`.",
    )
    hang_up: Flag = Field(
        default=True, description="Whether a call that may not be made is hung up; else it is only reported."
    )
    collect_s: Whole = Field(
        default=60,
        ge=1,
        le=86_400,
        description="How often what the dialplan kept is looked for, in seconds, where no event tells of it.",
    )

    def as_watchdog(self, link: "LinkSettings", routes: "Routes") -> "WatchdogSettings":
        """What is watched, over which connection and by which routes."""
        from gatekeeper.watchdog import WatchdogSettings  # brings panoramisk in, which only the daemon needs

        return WatchdogSettings(link, routes, self.hang_up, self.collect_s)
