"""The names that Gatekeeper shares with dialplans, dialers and CRMs: variables, globals, events, headers, forms.

Each is written here, and in `dialplan/`, `asterisk/` and the documents, which can't import it; a test holds them equal.
They are an interface: a site's own dialplan and programs use them, so none changes its meaning.
"""

from enum import StrEnum
from typing import Final

ASTDB_FAMILY: Final = "gatekeeper-down"
"""The family in AstDB where the dialplan keeps records of what it decided without the daemon."""

MAINTENANCE_FAMILY: Final = "gatekeeper-maintenance"
"""The family in AstDB where the watchdog notes which endpoints it has put into maintenance."""

ODD: Final = "-odd"
"""Behind a form: the dialplan refuses the call, because what was dialled is not a number that it could dial."""


class ChannelVariable(StrEnum):
    """Variables of a channel."""

    VERDICT = "GATEKEEPER_VERDICT"
    """ALLOW or BLOCK."""
    REASON = "GATEKEEPER_REASON"
    """The reason's code."""
    LIST = "GATEKEEPER_LIST"
    """The list that the decision rests on, or nothing."""
    DECISION = "GATEKEEPER_DECISION"
    """The decision's id; of several gates, joined by `&`. Channels inherit it."""
    CAUSE = "GATEKEEPER_CAUSE"
    """The Q.850 cause that a blocked call ends with."""
    PROVISION = "GATEKEEPER_PROVISION"
    """The provision of the law that decided (`FR-HOURS`), or nothing."""
    RETRY_AT = "GATEKEEPER_RETRY_AT"
    """When a blocked call may be placed (`2026-11-26T09:00:00Z`), `never` where time does not cure that, or nothing."""
    NUMBER = "GATEKEEPER_NUMBER"
    """The number that was checked, as it is to be dialled."""
    CALLED = "GATEKEEPER_CALLED"
    """The number that was let by. Channels inherit it."""
    CAMPAIGN = "GATEKEEPER_CAMPAIGN"
    """The campaign, set by a dialer or a dialplan."""
    PRINCIPAL = "GATEKEEPER_PRINCIPAL"
    """The company that is called for, set by a dialer or a dialplan."""
    PURPOSE = "GATEKEEPER_PURPOSE"
    """What is called for, set by a dialer or a dialplan as all that a call says of itself."""
    SECTOR = "GATEKEEPER_SECTOR"
    """The trade that is called for."""
    GOODS = "GATEKEEPER_GOODS"
    """The kind of goods or services that is called about."""
    DIAL_MODE = "GATEKEEPER_DIAL_MODE"
    """How it is dialled."""
    CALLEE = "GATEKEEPER_CALLEE"
    """Whom is called: a consumer, or a business."""
    SUBCONTRACTOR = "GATEKEEPER_SUBCONTRACTOR"
    """Who calls for the principal."""
    CONTACT = "GATEKEEPER_CONTACT"
    """By what the site knows the consumer."""
    POSTCODE = "GATEKEEPER_POSTCODE"
    """The consumer's postcode."""
    ASKING = "GATEKEEPER_ASKING"
    """Says that a question is open: 1, and the number once the daemon is asked."""
    KEPT = "GATEKEEPER_KEPT"
    """The record of an emergency call, while the call is up: key, `?`, value."""
    REFUSED = "GATEKEEPER_REFUSED"
    """What came of a refusal during the call."""
    AGENT = "GATEKEEPER_AGENT"
    """Names the agent in the record of a refusal, set by a dialplan."""


class DialplanGlobal(StrEnum):
    """Global variables of the dialplan: the settings of the gate there."""

    AGI = "GATEKEEPER_AGI"
    """The URL of the FastAGI server."""
    SCRIPT = "GATEKEEPER_SCRIPT"
    """The AGI script."""
    TIMEOUT = "GATEKEEPER_TIMEOUT"
    """The seconds after which a daemon that hangs is given up."""
    EMERGENCY_SITE = "GATEKEEPER_EMERGENCY_SITE"
    """What the names of the contexts of emergency numbers end in."""
    EMERGENCY_PREFIXES = "GATEKEEPER_EMERGENCY_PREFIXES"
    """What may be dialled before an emergency number: a POSIX extended regular expression."""
    EMERGENCY_BEFORE = "GATEKEEPER_EMERGENCY_BEFORE"
    """What that context dials in front of an emergency number, where such calls have an endpoint of their own."""
    EMERGENCY_AFTER = "GATEKEEPER_EMERGENCY_AFTER"
    """What it has behind it."""
    EMERGENCY_TRUNK = "GATEKEEPER_EMERGENCY_TRUNK"
    """FreePBX's number of the trunk that only emergency calls take."""
    CDR_FIELD = "GATEKEEPER_CDR_FIELD"
    """The field of a call's record that takes the decision."""
    TRUNK = "GATEKEEPER_TRUNK"
    """The trunk of the context that dials."""
    DIAL_BEFORE = "GATEKEEPER_DIAL_BEFORE"
    """What that context dials in front of the number."""
    DIAL_AFTER = "GATEKEEPER_DIAL_AFTER"
    """What it dials behind the number."""
    DIAL_SECONDS = "GATEKEEPER_DIAL_SECONDS"
    """How long it lets ring."""
    DIAL_OPTIONS = "GATEKEEPER_DIAL_OPTIONS"
    """The options of its `Dial()`."""
    SIP_GATE = "GATEKEEPER_SIP_GATE"
    """The SIP gate's addresses: a POSIX extended regular expression."""
    FAIL_OPEN_ = "GATEKEEPER_FAIL_OPEN_"
    """With a trunk's name behind it: lets calls by that nobody could check."""
    REFUSED_SOUND = "GATEKEEPER_REFUSED_SOUND"
    """What is played when a refusal was taken down."""
    NOT_REFUSED_SOUND = "GATEKEEPER_NOT_REFUSED_SOUND"
    """What is played when it was not."""


class EnvironmentVariable(StrEnum):
    """Variables of a process, besides those that override a setting (`GATEKEEPER_SECTION__KEY`)."""

    CONFIG = "GATEKEEPER_CONFIG"
    """The configuration file of the command line and the daemon."""
    SOCKET = "GATEKEEPER_SOCKET"
    """The daemon's socket, for the AGI script."""
    TIMEOUT = "GATEKEEPER_TIMEOUT"
    """The seconds that the AGI script has."""


class UserEventName(StrEnum):
    """Names of the `UserEvent`s that the gate tells, but for `REFUSE`, which clients tell the gate."""

    BLOCKED = "GatekeeperBlocked"
    """A call was refused: told by the dialplan, and by the watchdog."""
    BYPASS = "GatekeeperBypass"
    """The watchdog met a call that had gone round the gates."""
    EMERGENCY = "GatekeeperEmergency"
    """The dialplan let an emergency call by."""
    FAIL_OPEN = "GatekeeperFailOpen"
    """The dialplan let a call by that nobody could check."""
    REFUSE = "GatekeeperRefuse"
    """A client tells of a person who refuses to be called."""
    REFUSED = "GatekeeperRefused"
    """What came of a refusal."""
    TRIAL = "GatekeeperTrial"
    """The watchdog tries whether it receives its own events."""


class AnswerHeader(StrEnum):
    """Headers of the AMI proxy's own answers."""

    REASON = "GatekeeperReason"
    """The reason's code of a blocked call."""
    LIST = "GatekeeperList"
    """The list that the decision rests on."""
    DECISION = "GatekeeperDecision"
    """The decision's id."""
    PROVISION = "GatekeeperProvision"
    """The provision of the law that decided, or nothing."""
    RETRY_AT = "GatekeeperRetryAt"
    """When the call may be placed, `never`, or nothing."""
    REFUSAL = "GatekeeperRefusal"
    """The sentence with which an action was refused."""


class SipHeader(StrEnum):
    """Headers of SIP messages between Asterisk and the SIP gate; none of them goes on to a carrier.

    The first eleven are what a call says of itself, in its INVITE; the others what the gate answers.
    """

    DECISION = "X-Gatekeeper-Decision"
    """The decision's id: in an INVITE, of the gates that the call met before, joined by `&`."""
    CAMPAIGN = "X-Gatekeeper-Campaign"
    """The campaign."""
    PRINCIPAL = "X-Gatekeeper-Principal"
    """The company that is called for."""
    PURPOSE = "X-Gatekeeper-Purpose"
    """What is called for."""
    SECTOR = "X-Gatekeeper-Sector"
    """The trade that is called for."""
    GOODS = "X-Gatekeeper-Goods"
    """The kind of goods or services that is called about."""
    DIAL_MODE = "X-Gatekeeper-Dial-Mode"
    """How it is dialled."""
    CALLEE = "X-Gatekeeper-Callee"
    """Whom is called."""
    SUBCONTRACTOR = "X-Gatekeeper-Subcontractor"
    """Who calls for the principal."""
    CONTACT = "X-Gatekeeper-Contact"
    """By what the site knows the consumer."""
    POSTCODE = "X-Gatekeeper-Postcode"
    """The consumer's postcode."""
    REASON = "X-Gatekeeper-Reason"
    """The reason's code of a call that is refused."""
    LIST = "X-Gatekeeper-List"
    """The list that the refusal rests on, or nothing."""
    PROVISION = "X-Gatekeeper-Provision"
    """The provision of the law that decided, or nothing."""
    RETRY_AT = "X-Gatekeeper-Retry-At"
    """When the call may be placed, `never`, or nothing."""


class DialplanForm(StrEnum):
    """The forms of the dialplan gate, as it names them to the daemon and in its records and events."""

    GOSUB = "gosub"
    """The subroutine."""
    PREDIAL = "predial"
    """The pre-dial handler."""
    CONTEXT = "context"
    """The context that dials."""
    SIP = "sip"
    """In the event of a call that only the SIP gate refused; the dialplan does not ask in this form."""
    WATCHDOG = "watchdog"
    """In the watchdog's events, where those of the gate have their form."""
