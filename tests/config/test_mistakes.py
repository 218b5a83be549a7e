"""What a wrong configuration is answered with: file, line, key, and what would be right."""

from pathlib import Path

import pytest

from gatekeeper.backup.parts import SCRUBS
from gatekeeper.config import Settings, load, loader
from gatekeeper.daemon.job_records import FOLDER as JOBS_FOLDER
from gatekeeper.errors import ConfigError
from gatekeeper.exports import EXPORTS_FOLDER
from gatekeeper.journal.archive import ARCHIVE_FOLDER


@pytest.fixture(autouse=True)
def no_site_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own configuration has no part in a test."""
    monkeypatch.setattr(loader, "DEFAULT_PATH", tmp_path / "none.toml")


def complaint(folder: Path, text: str | bytes, variables: dict[str, str] | None = None) -> list[str]:
    """The lines of the error that a file leads to, without the folder's name."""
    file = folder / "g.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load(file, variables or {}, secrets_of=Settings.model_fields)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


SHIPPED = '[lists.q]\nkind = "query"\n[queries.q]\n'
QUERY = SHIPPED + 'listed = ["yes"]\ncallable = ["no"]\n'
CARRIER = '[sip_gate.trunks.a]\ncarriers = ["sip:c"]\n'

OWN = (
    *("lists", "consents", "proofs", "rejects", "scrubs/in"),
    *(ARCHIVE_FOLDER, EXPORTS_FOLDER, f"{JOBS_FOLDER}/in", SCRUBS),
)
"""Folders of the data folder that the daemon and the desk have for themselves."""

MISTAKES = {
    # keys
    "[fastagi]\n\nprt = 1\n": "g.toml, line 3: fastagi.prt is no setting; did you mean fastagi.port?",
    "[fastgai]\nport = 1\n": "g.toml, line 1: fastgai is no section; did you mean fastagi?",
    "port = 4573\n": "g.toml, line 1: port is no section; did you mean fastagi.port?",
    "[socket]\nport = 4573\n": "g.toml, line 2: socket.port is no setting; did you mean fastagi.port?",
    "[lists.a]\nmax_age = 3\n": "g.toml, line 2: lists.a.max_age is no setting; did you mean lists.a.max_age_days?",
    "fastagi.zzz = 1\n": "g.toml, line 1: fastagi.zzz is no setting; [fastagi] has: enabled, host, port,",
    "fastagi = 3\n": "g.toml, line 1: fastagi must be a table: write [fastagi]",
    "[lists]\nbloctel = 3\n": "g.toml, line 2: lists.bloctel must be a table: write [lists.bloctel]",
    "lists = 3\n": "g.toml, line 1: lists must be a table",
    '[lists.us]\nchanges = ["c-*"]\n': "lists.us.changes_format is missing: in which format are `changes`?",
    '[lists.us]\nchanges_format = "ftc-chnges"\n': 'g.toml, line 2: lists.us.changes_format is "ftc-chnges", which is '
    'no format. Did you mean "ftc-changes"?',
    # registries that are asked
    '[queries.q]\nerror = "clear"\n': 'g.toml, line 2: queries.q.error is "clear": a registry that gives no answer '
    'never clears a call; write "block", or take the line out',
    '[queries.q]\nno_data = "allow"\n': 'g.toml, line 2: queries.q.no_data is "allow"; it must be "block" or "clear"',
    '[queries.q]\nmode = "ever"\n': 'g.toml, line 2: queries.q.mode is "ever"; it must be "gaps" or "always"',
    '[queries.q]\nbody = "{number}"\n': 'g.toml, line 2: queries.q.body is "{number}": it is no JSON',
    '[queries.q]\nurl = "ftp://r/{number}"\n': "g.toml, line 2: queries.q.url is",
    QUERY + 'url = "http://r"\n': 'g.toml, line 6: queries.q.url is "http://r": it must have {number} in it',
    QUERY + 'prefixes = ["1"]\nurl = "http://r/{number}"\n': "g.toml, line 6: queries.q.prefixes is for mode",
    QUERY + 'url = "http://r"\nbody = \'["{items}"]\'\n': "queries.q.item is missing: the body has",
    QUERY + 'url = "http://r/{number}"\nheader = "X Key"\n': 'g.toml, line 7: queries.q.header is "X Key": the name of',
    QUERY + 'url = "http://r/{number}"\nheader = "Clé"\n': "g.toml, line 7: queries.q.header is",
    QUERY + 'url = "http://r/{number}"\nsecret = "clé"\n': "g.toml, line 7: queries.q.secret can't be",
    QUERY + 'url = "http://r/{number}"\nsecret = "key "\n': "g.toml, line 7: queries.q.secret can't be a header's",
    QUERY + 'url = "http://r/{number}"\nsecret = "a\\nb"\n': "g.toml, line 7: queries.q.secret can't be",
    QUERY + "url = \"http://r/{number}\"\nitem = '[]'\n": "g.toml, line 7: queries.q.item is of no use",
    QUERY + 'url = "http://r/{number}"\nnumber_field = "n"\n': "g.toml, line 7: queries.q.number_field is of no use",
    QUERY + 'url = "http://r/{number}"\nno_data_words = ["no"]\n': 'g.toml, line 7: queries.q.no_data_words has "no", '
    "and so has callable",
    SHIPPED + 'provider = "reassigned"\nurl = "http://r"\nitem = \'"{nanp}"\'\n': "g.toml, line 6: queries.q.item is",
    SHIPPED + 'provider = "litigator"\nurl = "http://r/{number}"\n': "g.toml, line 5: queries.q.url is",
    # scheduled scrubs
    "[scrubs.leads]\nevery_days = 3\n": "scrubs.leads.contacts is missing: name the file by its absolute path",
    '[scrubs.leads]\ncontacts = "leads.csv"\n': "g.toml, line 2: scrubs.leads.contacts must be the absolute path of a",
    '[scrubs.leads]\ncontacts = "mysql://u:p@h/d"\n': "scrubs.leads.table is missing: name the table of the database",
    '[scrubs.leads]\ncontacts = "/l.csv"\nmark = "a=b"\n': "g.toml, line 3: scrubs.leads.mark is for databases, and",
    '[scrubs.leads]\ncontacts = "mysql://h/d"\ntable = "t"\nmark = "DNC"\n': "g.toml, line 4: scrubs.leads.mark is "
    '"DNC"; it must be COLUMN=VALUE',
    '[scrubs.leads]\ncontacts = "/l.csv"\ncampaign = "sumer"\n[campaigns.summer]\nlists = []\n': "g.toml, line 3: "
    'scrubs.leads.campaign names the campaign "sumer", which is not configured. Did you mean "summer"?',
    '[scrubs.leads]\ncontacts = "/l.csv"\nevery_days = 31\n': "scrubs.leads.at_most_days is 30, less than every_days "
    "(31): it would be overdue before it is due",
    # values of another kind
    '[fastagi]\nport = "4573"\n': 'g.toml, line 2: fastagi.port is "4573"; it must be an integer from 1024 to 65535',
    "[fastagi]\nport = true\n": "g.toml, line 2: fastagi.port is true; it must be an integer",
    "[fastagi]\nport = 45.5\n": "g.toml, line 2: fastagi.port is 45.5; it must be an integer",
    "[fastagi]\nenabled = 1\n": "g.toml, line 2: fastagi.enabled is 1; it must be true or false",
    '[phone]\nprefixes = "0"\n': 'g.toml, line 2: phone.prefixes is "0"; it must be a list of texts',
    "[phone]\nemergency = [15]\n": "g.toml, line 2: phone.emergency[0] is 15; it must be a list of texts of digits",
    # values out of range
    "[fastagi]\nport = 80\n": "fastagi.port is 80; it must be an integer from 1024 to 65535",
    "[fastagi]\nport = 5038\n": "g.toml, line 2: fastagi.port is 5038, which is the port of Asterisk's manager",
    '[journal]\nsynchronous = "off"\n': 'journal.synchronous is "off"; it must be "normal" or "full"',
    '[journal]\nnode = "a/b"\n': 'journal.node is "a/b"; it must be a name of at most 63 letters, digits,',
    "[lists.a]\nmax_age_days = -1\n": "lists.a.max_age_days is -1; it must be an integer from 0 to",
    '[daemon]\ndata_dir = "data"\n': 'daemon.data_dir is "data": it must begin with /',
    '[socket]\nmode = "rw"\n': 'socket.mode is "rw": it must be three octal digits',
    f'[socket]\npath = "/{"x" * 200}"\n': "socket.path has 201 bytes; a Unix socket's path can have 107",
    '[fastagi]\nhost = "a b"\n': 'fastagi.host is "a b": it is no address and no host name',
    '[fastagi]\nhost = "127.0.0"\n': 'fastagi.host is "127.0.0": it is no address and no host name',
    '[fastagi]\nallow = ["::1/128", "10.1.2.3/8"]\n': 'g.toml, line 2: fastagi.allow[1] is "10.1.2.3/8": '
    'it has bits set behind its mask; the network is "10.0.0.0/8"',
    '[phone]\nhome = "fr"\n': 'phone.home is "fr": it must be the country\'s code of two capital letters, such as "FR"',
    '[phone]\nhome = "France"\n': 'phone.home is "France": it must be the country\'s code',
    '[phone]\ninternal = [\n"1..",\n"(",\n]\n': 'g.toml, line 2: phone.internal[1] is "(": it is no regular expression',
    '[daemon]\nlog_level = "verbose"\n': 'it must be "debug" or "info" or "warning" or "error"',
    '[campaigns.x]\nprincipal = "a\\nb"\n': 'campaigns.x.principal is "a\\nb"; it must be a text on one line',
    # rules
    '[rules]\norder = ["emergency", "validty", "red_list"]\n': "g.toml, line 2: rules.order is [",
    '[rules]\norder = ["validity", "emergency", "red_list"]\n': "the rule 'emergency' must be the first",
    '[rules]\norder = ["emergency", "validity"]\n': "the rule 'red_list' can't be left out",
    "[rules]\norder = []\n": "it names no rule",
    '[law]\ndefault = "lists_olny"\n': "there is no law 'lists_olny'; there are: callee",
    '[campaigns.a]\nlaw = "atlantis"\n': "there is no law 'atlantis'",
    '[law]\nshadow = ["FR-CONS-TIME"]\n': 'names "FR-CONS-TIME", which no rule judges by itself',
    '[law]\nshadow = ["FR-CAPP"]\n': 'names "FR-CAPP", which is no country and no provision',
    '[law.goods]\nboats = "seafaring"\n': "the goods 'boats' have the unknown sector 'seafaring'; there are: insurance",
    '[campaigns.a]\nsector = "insurence"\n': 'is the unknown sector "insurence"; there are: insurance',
    '[campaigns.a]\ngoods = ["boats"]\n': 'names the unknown goods "boats"',
    '[law]\noverrides = "/nowhere/own.toml"\n': "/nowhere/own.toml: No such file or directory",
    # names
    "[lists.Bloctel]\n": "g.toml, line 1: lists.Bloctel is no name for a list; it must begin with a small letter",
    '[lists."../x"]\n': 'lists."../x" is no name for a list',
    '[campaigns."a\\u001bb"]\n': "is no name for a campaign",
    # folders
    '[daemon]\ndata_dir = "/etc"\n': "g.toml, line 2: daemon.data_dir is /etc, where others have their files; name a",
    '[daemon]\ndata_dir = "/"\n': "g.toml, line 2: daemon.data_dir is /, where others have their files",
    '[inbox]\nenabled = true\nfolder = "/etc/gatekeeper"\n': "inbox.folder is /etc/gatekeeper, where others have",
    **{
        f'[daemon]\ndata_dir = "/gk/data"\n[inbox]\nenabled = true\nfolder = "{folder}"\n': "g.toml, line 5: "
        f"inbox.folder is {folder.removesuffix('/.')}, and the data folder is /gk/data: what is put into an inbox is "
        "moved away, databases too; name a folder of its own, such as /gk/data/inbox"
        for folder in ("/gk/data", "/gk/data/.", "/gk", *(f"/gk/data/{name}" for name in OWN))
    },
    # settings seen together
    '[lists.bloctel]\n[campaigns.x]\nlists = ["blocktel"]\n': "g.toml, line 3: campaigns.x.lists[0] names the list "
    '"blocktel", which is not configured. Did you mean "bloctel"?',
    '[campaigns.x]\nlists = ["red"]\n': 'g.toml, line 2: campaigns.x.lists[0] names the red list "red"',
    '[lists.red]\nkind = "opposition"\n': 'g.toml, line 2: lists.red.kind must be "red"',
    '[lists.red]\nkind = "red"\nmax_age_days = 3\n': "g.toml, line 3: lists.red.max_age_days is 3, but a red list",
    # ports and rights
    '[socket]\nmode = "0000"\n': 'g.toml, line 2: socket.mode is "0000", by which not even the daemon\'s own user',
    '[socket]\nmode = "066"\n': "it must begin with 06 or 07",
    "[desk]\nport = 4573\n": "g.toml, line 2: desk.port is 4573, which fastagi.port has taken",
    "[metrics]\nenabled = true\nport = 9600\n[desk]\nport = 9600\n": "desk.port is 9600, which metrics.port has taken",
    '[asterisk.main]\nhost = "localhost"\nport = 5050\n'
    '[ami_proxy]\nenabled = true\nhost = "127.0.0.1"\nport = 5050\n': (
        "g.toml, line 7: ami_proxy.port is 5050, which is Asterisk's own"
    ),
    '[asterisk.main]\nport = 5050\n[ami_proxy]\nenabled = true\nhost = "0.0.0.0"\nport = 5050\n': (
        "g.toml, line 6: ami_proxy.port is 5050, which is Asterisk's own"
    ),
    # metrics and alerts
    "[metrics]\nenabled = true\nport = 4573\n": "g.toml, line 3: metrics.port is 4573, which is that of fastagi.port",
    "[metrics]\nenabled = true\nport = 5555\n[sip_gate]\nenabled = true\nport = 5555\n"
    + CARRIER: "sip_gate.port is 5555, which metrics.port has taken",
    "[alerts]\nenabled = true\n": "g.toml, line 2: alerts.enabled is true, and nobody is told: set email_to,",
    '[alerts]\nemail_to = ["ops@x.org"]\n': "alerts.email_from is missing: e-mail must come from somebody",
    '[alerts]\nemail_to = ["ops"]\nemail_from = "g@x.org"\n': 'g.toml, line 2: alerts.email_to has "ops", which is not',
    '[alerts]\nemail_from = "G <g@x.org>"\n': "g.toml, line 2: alerts.email_from has",
    '[alerts]\nwebhook_url = "http://x.org/"\n': "g.toml, line 2: alerts.webhook_url must begin with https://; http://",
    '[alerts]\nwebhook_url = "hooks.x.org"\n': "alerts.webhook_url must be an address such as https://",
    '[alerts]\nwebhook_url = "https://u:p@x.org/"\n': "alerts.webhook_url has a user or a password in it",
    '[alerts]\nsyslog = "loghost"\n': 'alerts.syslog is "loghost"; it must be the path of a socket, or HOST:PORT',
    # hooks
    "[hooks.crm]\n": "hooks.crm.url must be an address such as https://crm.example.org/gatekeeper",
    '[hooks.crm]\nurl = "http://x.org/"\n': "g.toml, line 2: hooks.crm.url must begin with https://; http://",
    '[hooks.crm]\nurl = "https://u:p@x.org/"\n': "hooks.crm.url has a user or a password in it",
    '[hooks.crm]\nurl = "https://x.org/"\nevents = []\n': "hooks.crm.events is empty: it would be told nothing",
    '[hooks.crm]\nurl = "https://x.org/"\nevents = ["blocked"]\n': "hooks.crm.events",
    '[hooks.d]\nurl = "https://x.org/"\nconnector = "vicidial"\n': "hooks.d.username is missing: VICIdial wants a user",
    # the SIP gate
    "[sip_gate]\nenabled = true\n": "sip_gate.trunks is empty: add a table [sip_gate.trunks.NAME] for each trunk",
    "[sip_gate.trunks.a]\n": "g.toml, line 1: sip_gate.trunks.a.carriers is missing: where do its calls go?",
    CARRIER
    + "hst = []\n": "g.toml, line 3: sip_gate.trunks.a.hst is no setting; did you mean sip_gate.trunks.a.hosts?",
    "[sip_gate.trunks]\na = 3\n": "g.toml, line 2: sip_gate.trunks.a must be a table: write [sip_gate.trunks.a]",
    '[sip_gate.trunks."a b"]\n': 'sip_gate.trunks."a b" is no name for a trunk; it must begin with a letter',
    '[sip_gate.trunks.a]\ncarriers = ["c"]\n': 'g.toml, line 2: sip_gate.trunks.a.carriers[0] is "c": it is no',
    '[sip_gate.trunks.a]\ncarriers = ["sip:c;transport=sctp"]\n': "its transport sctp is none of udp, tcp, tls",
    '[sip_gate.trunks.a]\ncarriers = ["sips:c;transport=udp"]\n': "sips: is over TLS alone; write sip: for the others",
    '[sip_gate.trunks.a]\ncarriers = ["sip:127.0.0"]\n': "its host is no address and no name",
    '[sip_gate.trunks.a]\ncarriers = ["sip:c:0"]\n': "its port is not from 1 to 65535",
    '[sip_gate.trunks.a]\ncarriers = ["sip:c", "sip:c"]\n': "sip_gate.trunks.a.carriers names a carrier twice",
    CARRIER + "port = 80\n": "g.toml, line 3: sip_gate.trunks.a.port is 80; it must be 0 or an integer from 1024",
    CARRIER
    + 'campaign = "sumer"\n[campaigns.summer]\n': 'names the campaign "sumer", which is not configured. Did you '
    'mean "summer"?',
    CARRIER + 'hosts = ["h"]\n[sip_gate.trunks.b]\ncarriers = ["sip:d"]\nhosts = ["H"]\n': "g.toml, line 6: "
    "sip_gate.trunks.b.hosts has h, which is that of the trunk a, too",
    CARRIER + '[sip_gate.trunks.b]\ncarriers = ["sip:d"]\nusers = ["a"]\n': "sip_gate.trunks.b.users has a, which is",
    CARRIER.replace("sip:", "sips:") + '[sip_gate.trunks.b]\ncarriers = ["sips:c"]\ntls_name = "d"\n': "g.toml, "
    "line 5: sip_gate.trunks.b.tls_name differs from that of the trunk a, which has the same carrier sips:c",
    '[sip_gate]\ncertificate = "/c.pem"\n': "sip_gate.certificate_key is missing: TLS for Asterisk takes",
    '[sip_gate]\nenabled = true\ntransports = ["tls"]\n'
    + CARRIER: "sip_gate.certificate is missing: transports has tls",
    '[sip_gate]\ntransports = ["udq"]\n': 'sip_gate.transports[0] is "udq"; it must be a list of "udp", "tcp", "tls"',
    "[sip_gate]\nenabled = true\nport = 4573\n"
    + CARRIER: "g.toml, line 3: sip_gate.port is 4573, which fastagi.port has",
    "[sip_gate]\nenabled = true\n"
    + CARRIER
    + "port = 5080\n": "sip_gate.trunks.a.port is 5080, which sip_gate.port has",
    "[sip_gate]\nenabled = true\nallow = []\n" + CARRIER: "g.toml, line 3: sip_gate.allow is empty, so that nobody is",
    "[sip_gate]\nenabled = true\n"
    + CARRIER.replace("sip:c", "sip:127.0.0.1:5080"): 'g.toml, line 4: sip_gate.trunks.a.carriers[0] is "sip:127.0.0.1',
    "[sip_gate]\nenabled = true\n"
    + CARRIER.replace("sip:c", "sip:127.0.0.1:5090")
    + "port = 5090\n": "which is the gate itself; name the address of the carrier",
    '[sip_gate]\noutside_host = "a b"\n': 'sip_gate.outside_host is "a b": it is no address and no host name',
    "[sip_gate]\nonly = true\n": "g.toml, line 2: sip_gate.only is set, but there is no SIP gate",
    '[sip_gate]\nenabled = true\nonly = true\nmode = "redirect"\n'
    + CARRIER: "g.toml, line 3: sip_gate.only can't be told where mode is",
    "[sip_gate]\nenabled = true\n"
    + CARRIER
    + '[routes]\nemergency_endpoints = ["b", "a"]\n': 'g.toml, line 6: routes.emergency_endpoints[1] names "a", whose',
    '[asterisk.main]\nsecret = "x"\n[watchdog]\nenabled = true\nkill_switch = true\n': "g.toml, line 5: "
    "watchdog.kill_switch is set, but routes.emergency_endpoints names none",
    # the file itself
    "[fastagi\n": "g.toml: this is not TOML: ",
    "[fastagi]\nport = 1\nport = 2\n": "g.toml: this is not TOML: ",
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items(), ids=range(len(MISTAKES)))
def test_a_mistake_is_named_with_file_line_and_key(tmp_path: Path, text: str, expected: str) -> None:
    """A mistake is named with file, line and key, and the error says what would be right."""
    lines = complaint(tmp_path, text)
    assert len(lines) == 1
    assert expected in lines[0]
    assert lines[0].startswith("g.toml")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """Several mistakes are told in one go, a line each."""
    lines = complaint(tmp_path, "[fastagi]\nport = 1\nbacklog = 0\n[zzz]\n")
    assert [line.partition(":")[0] for line in lines] == ["g.toml, line 2", "g.toml, line 3", "g.toml, line 4"]


BY_VARIABLE = {
    ("GATEKEEPER_FASTAGI__PORT", "x"): 'the variable GATEKEEPER_FASTAGI__PORT: fastagi.port is "x"; it must be an int',
    ("GATEKEEPER_FASTAGI__PRT", "1"): "the variable GATEKEEPER_FASTAGI__PRT: fastagi.prt is no setting; did you mean "
    "GATEKEEPER_FASTAGI__PORT?",
    ("GATEKEEPER_FASTAGI_PORT", "1"): "did you mean GATEKEEPER_FASTAGI__PORT?",
    ("GATEKEEPER_FASTGAI__PORT", "1"): "the variable GATEKEEPER_FASTGAI__PORT: ",
    ("GATEKEEPER_FASTAGI__ENABLED", "maybe"): 'fastagi.enabled is "maybe"; it must be true or false',
    ("GATEKEEPER_PHONE__INTERNAL", '["'): "the variable GATEKEEPER_PHONE__INTERNAL: phone.internal is ",
}


@pytest.mark.parametrize(("variable", "expected"), BY_VARIABLE.items())
def test_a_mistake_by_a_variable_is_put_down_to_the_variable(
    tmp_path: Path, variable: tuple[str, str], expected: str
) -> None:
    """A mistake that a variable made is put down to the variable, not to the file."""
    (line,) = complaint(tmp_path, "[fastagi]\nport = 4573\n", dict([variable]))
    assert expected in line
    assert "g.toml" not in line


def test_a_file_not_in_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    """A file that is not UTF-8 is told with the line where that shows."""
    assert complaint(tmp_path, b'[lists.red]\nkind = "red"\ntitle = "Priv\xe9"\n') == [
        "g.toml, line 3: this is not UTF-8; save the file in UTF-8"
    ]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """What is no file is refused rather than passed over."""
    with pytest.raises(ConfigError, match="is no regular file"):
        load(tmp_path, {})


def test_what_looks_like_a_key_in_a_long_text_is_none(tmp_path: Path) -> None:
    """Lines within a text of several lines are not taken for keys."""
    text = '[campaigns.x]\nprincipal = """\nlists = 1\n"""\nlists = "red"\n'
    assert any(line.startswith("g.toml, line 5: campaigns.x.lists is") for line in complaint(tmp_path, text))
