"""The watchdog: what Asterisk dials past the gates is checked, hung up if blocked, and reported.

`link` is the connection, `dialled` and `record` read what comes over it, `judge` decides, `sweep` looks for what was
missed, `backlog` and `wishes` take in what the dialplan and clients have to say, `hangup` ends calls, `rights` tries
whether Asterisk lets all that be done.
"""

from gatekeeper.ami.client import LinkSettings
from gatekeeper.watchdog.watchdog import Watchdog, WatchdogSettings

__all__ = ["LinkSettings", "Watchdog", "WatchdogSettings"]
