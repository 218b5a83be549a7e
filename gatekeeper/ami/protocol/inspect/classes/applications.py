"""Dialplan applications: those that pass, those whose arguments or options are read, those that are refused."""

from typing import Final

from gatekeeper.ami.protocol.inspect.classes import names

HARMLESS: Final = names("""
    agentrequest alarmreceiver amd audiosocket backgrounddetect bridgeadd busy callcompletioncancel celgenuserevent
    clearhash confkick congestion dahdiacceptr2call dahdiscan datetime dumpchan echo getcpeid hangup
    hangupcauseclear ivrdemo jabberjoin jabberleave jabbersend jabbersendgroup log mailboxexists minivmmwi morsecode
    musiconhold nocdr noop odbc_commit odbc_rollback odbcfinish parkedcall pausemonitor pausequeuemember pickup
    pjsiphangup playtones proceeding progress queuelog queueupdate receivetext removequeuemember ringing sayalpha
    sayalphacase saycountedadj saycountednoun saycountpl saydigits saymoney saynumber sayordinal sayphonetic sendimage
    sendmf sendsf sendtext setamaflags signal sipdtmfmode sipremoveheader sipsendcustominfo
    speechactivategrammar speechcreate speechdeactivategrammar speechdestroy speechloadgrammar speechprocessingsound
    speechstart speechunloadgrammar startmusiconhold stasis stasisbroadcast statsd stopmixmonitor stopmonitor
    stopmusiconhold stopplaytones storedtmf streamecho talkdetect testserver unpausemonitor
    unpausequeuemember verbose vmsayname voicemailplaymsg wait waitdigit waitfornoise waitforring waitforsignal
    waitforsilence waitmusiconhold waituntil
""")
"""They place no call, whatever their arguments. `Stasis` gives the channel to a program of the site's; the watchdog
sees what comes of it."""

_DIAL_OPTIONS: Final = "AaCcdDEfghHiIjkKLmnNoOpPqQrRSstTuwWxXz | bBeFGMU"
_SPY_OPTIONS: Final = "bBcdDeEglnNoqrsSuvwWxX | | r"

FORMS: Final[dict[str, str]] = {
    "addqueuemember": "text interface text options text text text : pr",
    "agentlogin": "text options : s",
    "answer": "text options : i",
    "authenticate": "text options text text : admr",
    "background": "text options text context : snmp",
    "bridge": "text options : phHkKLnSxtTwW | F",
    "bridgewait": "text text options : meSn",
    "broadcast": "options text : blorsw",
    "changemonitor": "file",
    "chanisavail": "text options : ast",
    "chanspy": f"text options : {_SPY_OPTIONS}",
    # A conference that is recorded has its name in its file's.
    "confbridge": "path text text text",
    "controlplayback": "text text text text text text text options : o",
    "dial": f"dial text options text : {_DIAL_OPTIONS}",
    "dictate": "folder path",
    "directory": "text context options : eflbamnpcsd",
    "extenspy": f"text options : {_SPY_OPTIONS}",
    "followme": "text options : adIlNns | bB",
    "forkcdr": "options : aerv",
    "jabberstatus": "text text variable",
    "jack": "options : sioc",
    "meetme": "path options text : aAcCdDeEFGiIklmMnopPqrstTvwxX1SL | b",
    "meetmeadmin": "text words text : e E k K l L m M n N r R s S t T u U v V",
    "meetmechanneladmin": "text words : k m M",
    "meetmecount": "text variable",
    "milliwatt": "options : mo",
    "minivmaccmess": "account options : ubtn",
    "minivmgreet": "text options : bsu",
    "minivmrecord": "account options : 0*g",
    # `i` sets a variable. What stands behind the second comma is a command.
    "mixmonitor": "path options none : abBcdDmnpPrsStvVW | i | mrt",
    # Its files' names reach a shell when both directions are joined.
    "monitor": "file file options : bBimo",
    "page": "dial options text : diqrsAn | bB",
    "park": "text options : rRst | c",
    "parkandannounce": "text options text dial : rRt | c",
    "pickupchan": "text options : p",
    "playback": "text words : skip noanswer say mix",
    "privacymanager": "text text text context",
    # Behind the timeout: an AGI script, then a macro and a subroutine (16), or a subroutine and a rule (22).
    "queue": "text options text text text none none none text text : CcdhHiIkKmnrRtTwWxX | bBF",
    "read": "variable text text options text text : sinte",
    "readexten": "variable text text options text : sinp",
    "receivefax": "path options : dfFs",
    "receivemf": "variable text options : dlkmnoqrs",
    "receivesf": "variable text text text options : demtqr",
    "record": "path text text options : anoqstuxky",
    "resetcdr": "options : ve",
    "retrydial": f"text text text dial text options text : {_DIAL_OPTIONS}",
    "sayunixtime": "text text text options : j",
    "senddtmf": "text text text text options : a",
    "sendfax": "text options : dfFsz",
    "sendurl": "text options : w",
    "skelguessnumber": "text options : cn",
    "softhangup": "text options : a",
    "speechbackground": "text text options : np",
    "testclient": "path",
    "tonescan": "text text text options : fv",
    "vmauthenticate": "text options : s",
    "voicemail": "text options : begsStuUP | d",
    "voicemailmain": "text options : pgrsa",
    "waitexten": "text options : md",
    "waitfortone": "text text text text options : ds",
    "zapateller": "words : answer nocallerid",
}
"""Name -> the kinds of its arguments in order, then its options that are harmless, those that are refused, and those
whose argument is a file that is written.

| kind | |
|---|---|
| `text` | says nothing of where a call goes |
| `words` | this argument and all behind it are words out of those named |
| `options` | letters, each with an argument in parentheses or none |
| `dial` | dial strings joined by `&` |
| `interface` | one dial string |
| `variable` | the name of a variable which the application sets |
| `context` | a context that is entered by digits |
| `file` | a file that is written, whose name reaches a shell |
| `path` | a file that is written |
| `folder` | a folder in which files are written |
| `account` | `user@domain`, of which folders are named that are written to |
| `none` | must be empty |
"""

READ: Final = names("""
    agi attendedtransfer blindtransfer channelredirect deadagi eagi gosub goto mset originate set sipaddheader transfer
    userevent
""")
"""Those with a reader of their own (`gatekeeper.ami.protocol.inspect.applications`)."""

REFUSED: Final[dict[str, str]] = {
    **dict.fromkeys(names("exec execif execiftime gosubif gotoif gotoiftime macroif tryexec waitforcondition"),
                    "decides by itself what is run"),
    **dict.fromkeys(names("aelsub disa macro macroexclusive macroexit"), "runs a piece of the dialplan"),
    **dict.fromkeys(names("continuewhile else elseif endif endwhile exitif exitwhile if incomplete raiseexception "
                    "return stackpop while"), "leads the call to another place of the dialplan"),
    **dict.fromkeys(names("dahdiras externalivr festival ices minivmnotify mp3player nbscat system trysystem"),
                    "runs a program"),
    **dict.fromkeys(names("callcompletionrequest dahdisendcallreroutingfacility dahdisendkeypadfacility flash ospauth "
                    "ospfinish osplookup ospnext slastation slatrunk"), "calls in a way that can't be read"),
    **dict.fromkeys(names("messagesend pjsipnotify sms"), "sends a text to anybody, on which no gate decides"),
    **dict.fromkeys(names("adsiprog dbdeltree iax2provision importvar minivmdelete reload"),
                    "changes what Asterisk keeps"),
}  # fmt: skip
"""Name -> what it does that no client may do unless a policy says so."""
