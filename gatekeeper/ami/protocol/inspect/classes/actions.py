"""AMI actions that need no reading: those that pass, and those that are refused."""

from typing import Final

from gatekeeper.ami.protocol.inspect.classes import names

HARMLESS_ACTIONS: Final = names("""
    absolutetimeout agentlogoff agents aocmessage bridge bridgedestroy bridgeinfo bridgekick bridgelist
    bridgetechnologylist cancelatxfer challenge confbridgekick confbridgelist confbridgelistrooms confbridgelock
    confbridgemute confbridgesetsinglevideosrc confbridgestoprecord confbridgeunlock
    confbridgeunmute controlplayback coresettings coreshowchannelmap coreshowchannels corestatus dahdidndoff dahdidndon
    dahdihangup dahdishowchannels dahdishowstatus dbget dbgettree devicestatelist events extensionstate
    extensionstatelist faxsession faxsessions faxstats filter filterlist hangup iaxnetstats iaxpeerlist iaxpeers
    iaxregistry jabbersend listcommands localoptimizeaway loggerrotate login logoff mailboxcount mailboxstatus
    meetmelist meetmelistrooms meetmemute meetmeunmute mixmonitormute modulecheck muteaudio mwidelete mwiget mwiupdate
    parkedcalls parkinglots pausemonitor ping pjsiphangup pjsipnotify pjsipqualify pjsipregister
    pjsipshowaors pjsipshowcontacts pjsipshowendpoints pjsipshowmaintenance pjsipshowregistrationinboundcontactstatuses
    pjsipshowregistrationsinbound pjsipshowresourcelists pjsipshowsubscriptionsinbound pjsipshowsubscriptionsoutbound
    pjsipunregister playmf presencestate presencestatelist prishowspans queuechangeprioritycaller queuelog
    queuememberringinuse queuepause queuepenalty queuereload queueremove queuereset queuerule queues queuestatus
    queuesummary queuewithdrawcaller reload sendtext showdialplan sipnotify sippeers sippeerstatus sipqualifypeer
    sipshowpeer sipshowregistry skinnydevices skinnylines skinnyshowdevice skinnyshowline sorcerymemorycacheexpire
    sorcerymemorycacheexpireobject sorcerymemorycachepopulate sorcerymemorycachestale sorcerymemorycachestaleobject
    stopmixmonitor stopmonitor unpausemonitor voicemailboxsummary voicemailforward voicemailmove voicemailrefresh
    voicemailremove voicemailuserstatus voicemailuserslist waitevent zapdndoff zapdndon zaphangup zapshowchannels
""")
"""They place no call, open no way round the gate, and show no secret."""

_CHANGES: Final = "changes what Asterisk does with every later call"
_SECRETS: Final = "shows passwords"
_FLASH: Final = "makes a line take digits that no gate sees"

REFUSED_ACTIONS: Final[dict[str, str]] = {
    "bridgetechnologysuspend": _CHANGES,
    "bridgetechnologyunsuspend": _CHANGES,
    "createconfig": _CHANGES,
    "dahdirestart": _CHANGES,
    "dahditransfer": _FLASH,
    "dialplanextensionadd": _CHANGES,
    "dialplanextensionremove": _CHANGES,
    "messagesend": "sends a text to anybody, on which no gate decides",
    "moduleload": _CHANGES,
    # Their events hold passwords in the clear: seen of PJSIPShowAuths and PJSIPShowEndpoint on 16.28 and 22.10.
    "pjsipshowauths": _SECRETS,
    "pjsipshowendpoint": _SECRETS,
    "pjsipshowregistrationsoutbound": _SECRETS,
    # The kill switch takes trunks out of use by it; who may set it puts them back.
    "pjsipsetmaintenance": _CHANGES,
    "pridebugfileset": _CHANGES,
    "pridebugfileunset": _CHANGES,
    "pridebugset": _CHANGES,
    "sendflash": _FLASH,
    "updateconfig": _CHANGES,
    "zaprestart": _CHANGES,
    "zaptransfer": _FLASH,
}
"""Name -> what it does that no client may do unless a policy says so."""
