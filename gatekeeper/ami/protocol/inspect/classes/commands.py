"""Commands of Asterisk's command line, as far as AMI's `Command` may run them."""

from typing import Final


def _lines(text: str) -> frozenset[str]:
    return frozenset(" ".join(line.split()) for line in text.split(","))


HARMLESS_COMMANDS: Final = _lines("""
    acl show, aeap show client, aeap show clients, agent logoff, agent show, agent show all, agent show online,
    agi show commands, ari show app, ari show apps, ari show outbound-websocket, ari show outbound-websockets,
    ari show status, ari show user, ari show users, ari show websocket sessions, bridge kick, bridge show,
    bridge show all, bridge technology show, calendar show calendar, calendar show calendars, calendar show types,
    cc report status, cdr show active, cdr show pgsql status, cdr show status, cdr status, cel show status,
    channel request hangup, cli check permissions, cli show aliases, cli show permissions, confbridge kick,
    confbridge list, confbridge lock, confbridge mute, confbridge record stop, confbridge show menu,
    confbridge show menus, confbridge show profile bridge, confbridge show profile bridges,
    confbridge show profile users, confbridge unlock, confbridge unmute, config list, config show help,
    console list available, console list devices, console show active, console show autoanswer, core ping,
    core ping taskprocessor, core show application, core show applications, core show calls, core show channel,
    core show channels, core show channeltype, core show channeltypes, core show codec, core show codecs,
    core show config mappings, core show file formats, core show function, core show functions, core show globals,
    core show hanguphandlers, core show hanguphandlers all, core show help, core show hint, core show hints,
    core show image formats, core show license, core show profile, core show settings, core show sound,
    core show sounds, core show switches, core show sysinfo, core show taskprocessor alerted subsystems,
    core show taskprocessor name, core show taskprocessors, core show threads, core show translation, core show uptime,
    core show version, core show warranty, core waitfullybooted, dahdi show cadences, dahdi show channel,
    dahdi show channels, dahdi show status, dahdi show version, database get, database show, database showkey,
    devstate change, devstate list, dialplan locks show, dialplan show, dialplan show chanvar, dialplan show globals,
    dnsmgr status, dundi query, dundi show entityid, dundi show hints, dundi show peer, dundi show peers,
    dundi show precache, dundi show requests, dundi show trans, fax show capabilities, fax show session,
    fax show sessions, fax show settings, fax show stats, fax show version, features show, funcdevstate list,
    geoloc list locations, geoloc list profiles, geoloc show gml_shape_defs, geoloc show profiles, group show channels,
    hangup request, help, http show status, iax2 show cache, iax2 show callnumber usage, iax2 show channels,
    iax2 show firmware, iax2 show netstats, iax2 show peer, iax2 show peers, iax2 show registry, iax2 show stats,
    iax2 show threads, indication show, jabber list nodes, jabber show buddies, jabber show connections, keys show,
    local show channels, logger filter show, logger show channels, logger show levels, manager show command,
    manager show commands, manager show connected, manager show event, manager show eventq, manager show events,
    manager show settings, manager show user, manager show users, media cache show, media cache show all, meetme kick,
    meetme list, meetme lock, meetme mute, meetme unlock, meetme unmute, mfcr2 show channels, mfcr2 show version,
    mgcp show endpoints, minivm list accounts, minivm list templates, minivm list zones, minivm show settings,
    minivm show stats, mixmonitor list, mixmonitor stop, module show, moh classes show, moh files show,
    moh show classes, moh show files, odbc show, opus show, parking show, phoneprov show routes,
    pjproject show buildopts, pjproject show log level, pjproject show log mappings, pjsip list aors, pjsip list auths,
    pjsip list channels, pjsip list ciphers, pjsip list contacts, pjsip list endpoints, pjsip list identifies,
    pjsip list registrations, pjsip list subscriptions inbound, pjsip list subscriptions outbound,
    pjsip list transports, pjsip qualify, pjsip show aor, pjsip show aors, pjsip show auths, pjsip show channel,
    pjsip show channels, pjsip show channelstats, pjsip show contact, pjsip show contacts, pjsip show endpoint,
    pjsip show endpoints, pjsip show history, pjsip show identifiers, pjsip show identifies, pjsip show identify,
    pjsip show maintenance, pjsip show qualify aor, pjsip show qualify endpoint, pjsip show registration,
    pjsip show registrations, pjsip show scheduled_tasks, pjsip show settings, pjsip show subscription inbound,
    pjsip show subscription outbound, pjsip show subscriptions inbound, pjsip show subscriptions outbound,
    pjsip show transport-monitors, pjsip show transports, pjsip show unidentified_requests, pjsip show version,
    presencestate change, presencestate list, pri show channels, pri show debug, pri show span, pri show spans,
    pri show version, prometheus show metrics, prometheus show status, queue pause member, queue priority caller,
    queue remove member, queue reset stats, queue set penalty, queue set ringinuse, queue show, queue show rules,
    queue unpause member, realtime show pgsql cache, realtime show pgsql status, rtp show settings, show agents,
    show agents online, show agi, show application, show applications, show audio codecs, show channels,
    show channeltype, show channeltypes, show codec, show codecs, show dialplan, show features, show file formats,
    show function, show functions, show globals, show hints, show image codecs, show image formats, show indications,
    show manager command, show manager commands, show manager connected, show manager eventq, show profile, show queue,
    show queues, show switches, show translation, show uptime, show version, show video codecs, show voicemail users,
    show voicemail zones, sip qualify peer, sip show channel, sip show channels, sip show channelstats,
    sip show domains, sip show history, sip show inuse, sip show mwi, sip show peer, sip show peers,
    sip show registry, sip show sched, sip show settings, sip show subscriptions, sip show tcp, sip show user,
    skinny show device, skinny show devices, skinny show line, skinny show lines, skinny show settings,
    sla show stations, sla show trunks, soft hangup, sorcery memory cache show, sorcery show settings,
    ss7 show channels, ss7 show linkset, ss7 show version, stasis show topic, stasis show topics,
    stir_shaken show attestation, stir_shaken show certificate, stir_shaken show certificates,
    stir_shaken show eprofile, stir_shaken show eprofiles, stir_shaken show general,
    stir_shaken show profiles, stir_shaken show store, stir_shaken show tn, stir_shaken show tns,
    stir_shaken show verification, stun show status, test show registered, test show results, udptl show config,
    unistim show devices, unistim show info, voicemail show aliases, voicemail show mailbox, voicemail show users,
    voicemail show zones, xmpp list nodes, xmpp show buddies, xmpp show connections
""")
"""Whole commands, in lower case, of Asterisk, its channel drivers, and the aliases that its samples define. They show
something, or hang up on, kick or pause somebody; arguments behind them change nothing of that."""

READ_COMMANDS: Final = _lines("""
    add queue member, agi exec, channel originate, confbridge record start, originate, queue add member
""")
"""Those with a reader of their own (`gatekeeper.ami.protocol.inspect.command`)."""

REFUSED_COMMANDS: Final = _lines("""
    !, ael, agi dump, agi set, aoc, ari mkpasswd, ari set, ari shutdown, ari start, bridge technology suspend,
    bridge technology unsuspend, calendar dump, cc cancel, cdr set, cdr submit, channel dump, channel redirect,
    cli reload, confbridge show profile user, config reload, console, core abort, core clear, core reload, core reset,
    core restart, core set, core stop, database del, database deltree, database put, database query, dialplan add,
    dialplan debug, dialplan eval, dialplan reload, dialplan remove, dialplan save, dialplan set, dnsmgr refresh,
    dnsmgr reload, dundi flush, dundi lookup, dundi precache, dundi set, dundi show cache, dundi show mappings,
    dundi store, fax set, file convert, geoloc reload, iax2 provision, iax2 prune, iax2 reload, iax2 set,
    iax2 show provisioning, iax2 show users, iax2 test, iax2 unregister, indication add, indication remove, keys init,
    logger add, logger filter, logger mute, logger reload, logger remove, logger rotate, logger set, malloc,
    manager kick, manager reload, manager set, media cache create, media cache delete, media cache refresh, mgcp audit,
    mgcp reload, minivm reload, mixmonitor start, module load, module refresh, module reload, module unload, moh reload,
    moh unregister, no debug, odbc read, odbc write, pjproject set, pjsip dump, pjsip export, pjsip reload, pjsip send,
    pjsip set, pjsip show auth, pjsip show transport, pri intense, queue reload, realtime destroy, realtime load,
    realtime store, realtime update, realtime update2, reload, rtcp set, rtp resolve, rtp set, say load, sip notify,
    sip prune, sip reload, sip set, sip show objects, sip show users, sip unregister, skinny message, skinny reload,
    skinny reset, sorcery memory cache dump, sorcery memory cache expire, sorcery memory cache populate,
    sorcery memory cache stale, stir_shaken show profile, stir_shaken verify, stun set, test execute, test generate,
    timing test, translate sampletype, udptl set, ulimit, unistim reload, unistim send, unistim set, voicemail
    forward, voicemail move, voicemail reload, voicemail remove, xmldoc, xmpp create, xmpp delete, xmpp purge, xmpp
    set
""")
"""Beginnings of commands: they change or reload something, run something, show a secret, fill the log, or end Asterisk.

16.28 ends where `stir_shaken show profile` is asked for one that it does not have."""
