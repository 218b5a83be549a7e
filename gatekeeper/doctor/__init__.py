"""`gatekeeper doctor`: proves that an installation holds, and says what to do where it does not.

`checks` has a file for each check; a check looks at an `installation` (settings, site, stores, running Asterisk) and
gives `findings`; the `runner` makes them one after the other. What a check needs of the machine stands beside them:
`running` asks Asterisk's manager, `listening` the kernel for sockets, `file_access` tells who may read what.
"""

from gatekeeper.doctor.checks import CHECKS
from gatekeeper.doctor.findings import CheckFinding, CheckStatus
from gatekeeper.doctor.installation import Installation
from gatekeeper.doctor.runner import CheckReport, HealthCheck, examine

__all__ = [
    "CHECKS",
    "CheckFinding",
    "CheckReport",
    "CheckStatus",
    "HealthCheck",
    "Installation",
    "examine",
]
