"""Channel technologies: by these beginnings a text is known for a dial string."""

from typing import Final

from gatekeeper.ami.protocol.inspect.classes import names

TECHNOLOGIES: Final = names("""
    agent alsa announcer audiosocket bridge capi cbann cbrec confbridgerec console dahdi dongle h323 iax iax2 jingle
    gtalk khomp local mediawebsocket media message mgcp misdn mobile motif multicastrtp ooh323 oss parked phone pjsip
    quectel recorder sccp sip skinny snoop stasis surrogate unicastrtp unistim ustm voicemail vpb websocket woomera zap
""")
