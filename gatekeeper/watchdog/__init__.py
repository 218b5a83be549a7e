"""The watchdog: what Asterisk dials past the gates is checked, hung up if blocked, and reported.

`dial_event` and `astdb_record` read what Asterisk tells, `enforcer` decides, `channel_scan` looks for what was missed,
`astdb_backlog` and `click_to_refuse` take in what the dialplan and clients have to say, `emergency` asks what the
dialplan lets by, `hangup` ends calls, `rights` tries whether Asterisk lets all that be done. `endpoints` asks how the
trunks' calls leave, `ways_out` knows by it which calls are the SIP gate's, and which trunks lead past it;
`kill_switch` shuts those while nothing can be decided on. The connection is `gatekeeper.ami.client`.
"""

from gatekeeper.ami.client import LinkSettings
from gatekeeper.watchdog.watchdog import Watchdog, WatchdogSettings

__all__ = ["LinkSettings", "Watchdog", "WatchdogSettings"]
