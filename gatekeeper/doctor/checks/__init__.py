"""The checks of `gatekeeper doctor` that change nothing and call nobody, one to a file."""

from typing import Final

from gatekeeper.doctor.checks import (
    agi_script,
    asterisk_version,
    clock,
    configuration,
    daemon,
    dialplan,
    disk,
    emergency,
    includes,
    lists,
    loaded,
    manager,
    manager_users,
    permissions,
    ports,
    records,
    running_version,
    secrets,
    sip_gate,
    site,
    stores,
    trunks,
)

CHECKS: Final = (
    configuration.CHECK,
    permissions.CHECK,
    secrets.CHECK,
    stores.CHECK,
    lists.CHECK,
    disk.CHECK,
    clock.CHECK,
    daemon.CHECK,
    running_version.CHECK,
    ports.CHECK,
    site.CHECK,
    asterisk_version.CHECK,
    includes.CHECK,
    agi_script.CHECK,
    emergency.CHECK,
    dialplan.CHECK,
    trunks.CHECK,
    manager.CHECK,
    loaded.CHECK,
    sip_gate.CHECK,
    manager_users.CHECK,
    records.CHECK,
)
"""All of them, in the order of what rests on what."""
