"""`[watchdog]`: sees what Asterisk dials past the gates."""

from typing import TYPE_CHECKING

from pydantic import Field

from gatekeeper.config.field_types import Flag, Section, Text, Whole

if TYPE_CHECKING:
    from gatekeeper.ami.protocol.routes import Routes
    from gatekeeper.config.sections.sip_gate import SipGateSection
    from gatekeeper.watchdog import LinkSettings, WatchdogSettings
    from gatekeeper.watchdog.ways_out import WaysOutSettings


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

    kill_switch: Flag = Field(
        default=False,
        description="Whether trunks that don't have the SIP gate for their way out are put into maintenance while the "
        "daemon can't decide. It takes an Asterisk with `PJSIPSetMaintenance` (20.20, 22.10, 23.4) and "
        "`routes.emergency_endpoints`, which are never touched.",
    )

    def as_watchdog(self, link: "LinkSettings", routes: "Routes", ways_out: "WaysOutSettings") -> "WatchdogSettings":
        """What is watched, over which connection, by which routes and ways out."""
        from gatekeeper.watchdog import WatchdogSettings  # brings panoramisk in, which only the daemon needs

        return WatchdogSettings(
            link, routes, self.hang_up, self.collect_s, ways_out=ways_out, kill_switch=self.kill_switch
        )


def as_ways_out(gate: "SipGateSection", emergency: tuple[str, ...], asterisk_host: str) -> "WaysOutSettings":
    """Where the SIP gate is for an Asterisk, and which of its endpoints are to have it for their way out.

    A gate that redirects does not count: Asterisk sends the call to the carrier itself.
    """
    from gatekeeper.watchdog.gate_address import GateAddress, is_loopback
    from gatekeeper.watchdog.ways_out import WaysOutSettings

    named = frozenset(emergency)
    if not gate.enabled or gate.mode == "redirect":
        return WaysOutSettings(emergency=named)
    ports = {gate.port, *(trunk.port for trunk in gate.trunks.values() if trunk.port)}
    if "tls" in gate.transports:
        ports.add(gate.tls_port)
    return WaysOutSettings(
        gate=GateAddress(gate.host, frozenset(ports), is_loopback(asterisk_host)),
        only=gate.only,
        gated=frozenset(one for name, trunk in gate.trunks.items() for one in trunk.as_endpoints(name)) - named,
        emergency=named,
    )
