"""The sections of the AMI proxy, its users, the watchdog and refusals: what they come to, and what is refused."""

from pathlib import Path

import pytest

from gatekeeper.ami.protocol.client_policy import Handling
from gatekeeper.config import Settings, load
from gatekeeper.errors import ConfigError, DaemonError

SITE = """
[routes]
trunks = ["ovh*"]
inside_technologies = ["Console"]
[ami_proxy]
enabled = true
port = 5040
stall_s = 7
[ami_users.default]
refuse_actions = ["Originate"]
[ami_users.Dialer]
pass_actions = ["Redirect"]
commands = ["queue show"]
campaign = "summer"
[asterisk.main]
secret = "hush"
[watchdog]
enabled = true
hang_up = false
"""

WATCHED = '[watchdog]\nenabled = true\n[asterisk.main]\nsecret = "s"\n'


def settings(folder: Path, text: str, **variables: str) -> Settings:
    """The settings of a file."""
    file = folder / "g.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, variables, secrets_of=["asterisk"])


def test_routes_policies_and_addresses_reach_their_parts(tmp_path: Path) -> None:
    """Routes, policies and addresses reach the parts that take them."""
    site = settings(tmp_path, SITE)
    proxy, watchdog = site.as_proxy(), site.as_watchdog()
    assert proxy.routes == watchdog.routes == site.outside_routes
    assert proxy.routes.is_trunk("OVH-1")
    assert proxy.routes.inside_technologies == {"console"}
    assert (proxy.port, proxy.stall_s, proxy.listen_tls, proxy.asterisk_tls) == (5040, 7, None, None)
    assert proxy.policies.of("nobody").handling == {"originate": Handling.REFUSE}
    dialer = proxy.policies.of("DIALER")
    assert (dict(dialer.handling), dialer.commands, dialer.campaign) == (
        {"redirect": Handling.PASS},
        ("queue show",),
        "summer",
    )
    assert (watchdog.link.username, watchdog.link.secret, watchdog.hang_up) == ("gatekeeper", "hush", False)


def test_defaults_are_those_of_the_parts() -> None:
    """Without a configuration, the proxy's routes and policies are its own safe ones, and nothing is switched on."""
    site = Settings()
    assert not site.ami_proxy.enabled
    assert not site.watchdog.enabled
    proxy = site.as_proxy()
    assert proxy == type(proxy)()


@pytest.mark.parametrize(("enabled", "told"), [("true", {"ovh", "a", "b"}), ("false", set())])
def test_the_proxy_tells_the_sip_gate_over_its_trunks(tmp_path: Path, enabled: str, told: set[str]) -> None:
    """The endpoint of a trunk's name, or those that it names; none where there is no gate."""
    text = f"""
[sip_gate]
enabled = {enabled}
[sip_gate.trunks.ovh]
carriers = ["sip:203.0.113.7"]
[sip_gate.trunks.second]
carriers = ["sip:203.0.113.8"]
port = 5090
endpoints = ["a", "b"]
"""
    assert settings(tmp_path, text).as_proxy().gated == told


def test_what_is_a_public_number_follows_from_the_country(tmp_path: Path) -> None:
    """An extension is shorter than any number of a person at home, unless the setting says otherwise."""
    danish = settings(tmp_path, '[phone]\nhome = "DK"\n').outside_routes
    assert danish.leads_outside("default", "20123456")
    assert not danish.leads_outside("default", "2012345")
    assert settings(tmp_path, '[phone]\nhome = "DK"\n[routes]\npublic_digits = 9\n').outside_routes.public_digits == 9


def test_site_adds_a_dialers_own_extensions(tmp_path: Path) -> None:
    """`site` adds a dialer's own extensions to those that are named."""
    routes = settings(tmp_path, '[routes]\nsite = "vicidial"\ninside_extensions = ["123456789"]\n').outside_routes
    assert not routes.leads_outside("default", "123456789")
    assert not routes.leads_outside("default", "010*000*000*015*8600051")
    assert routes.leads_outside("default", "010*000*000*015*0612345678")


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    """The secret comes from a variable, too, and is in nothing that is printed."""
    text = '[watchdog]\nenabled = true\n[asterisk.main]\nusername = "w"\n'
    site = settings(tmp_path, text, GATEKEEPER_ASTERISK__MAIN__SECRET="hush-hush")
    assert site.as_watchdog().link.secret == "hush-hush"
    assert "hush-hush" not in repr(site) + repr(site.as_watchdog()) + str(site.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[ami_users.x]\npass_actions = ["originate"]\n', "ami_users.x.pass_actions"),
        ('[ami_users.x]\npurpose = "surveys"\n', "ami_users.x.purpose"),
        ('[ami_users.x]\nsector = "heat pumps"\n', "ami_users.x.sector"),
        ('[ami_users.x]\ngoods = "insurances"\n', "ami_users.x.goods"),
        ('[ami_users.x]\ndial_mode = "auto"\n', "ami_users.x.dial_mode"),
        ('[ami_users.x]\ncallee = "consumers"\n', "ami_users.x.callee"),
        ('[ami_proxy]\ncertificate = "/c.pem"\n', "ami_proxy.certificate_key"),
        ('[ami_proxy]\ncertificate_key = "c.pem"\n', "ami_proxy.certificate_key"),
        ("[ami_proxy]\nenabled = true\nport = 5038\n", "ami_proxy.port"),
        ("[ami_proxy]\nenabled = true\nport = 4573\n", "ami_proxy.port"),
        ("[watchdog]\nenabled = true\n", "asterisk.main.secret"),
        ("[asterisk.a-b]\n[watchdog]\nenabled = true\n", "asterisk.a-b.secret"),
        ("[watchdog]\nenabled = true\n[asterisk.a-b]\n", "GATEKEEPER_ASTERISK__A_B__SECRET"),
        (f"{WATCHED}username = ''\n", "asterisk.main.username"),
        (f"{WATCHED}port = 5039\n[ami_proxy]\nenabled = true\n", "asterisk.main.port"),
        (f"{WATCHED}port = 5039\n[ami_proxy]\nenabled = true\n", "ami_proxy.port"),
        ('[watchdog]\nasterisk = "b"\n[asterisk.a]\n', "line 2: watchdog.asterisk names the server"),
        ('[ami_proxy]\nasterisk = "b"\n', "line 2: ami_proxy.asterisk names the server"),
        ("[ami_proxy]\nenabled = true\n[asterisk.a]\n[asterisk.b]\n", "ami_proxy.asterisk is missing"),
        ("[asterisk.A]\n", "asterisk.A is no name for a server"),
        ("asterisk = 3\n", "asterisk must be a table"),
        ("[asterisk]\nmain = 3\n[watchdog]\nport = 1\n", "asterisk.main must be a table"),
        ("[asterisk.main]\nport = 0\n", "line 2: asterisk.main.port is 0; it must be an integer from 1 to"),
        ('[refusal]\nlist = "bloctel"\n', "refusal.list"),
        ('[routes]\ntrunks = [""]\n', "routes.trunks"),
        ('[routes]\ninside_extensions = ["_X."]\n', "routes.inside_extensions"),
        ('[routes]\nsite = "other"\n', "routes.site"),
    ],
)
def test_a_mistake_about_the_manager_is_named_by_its_key(tmp_path: Path, text: str, key: str) -> None:
    """A mistake is named by its key."""
    with pytest.raises(ConfigError, match=key.replace(".", r"\.")):
        settings(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "section", "key"),
    [
        ("[watchdog]\nenabled = true\n", "asterisk", "asterisk.main.secret"),
        ("[scrubs.leads]\nevery_days = 3\n", "scrubs", "scrubs.leads.contacts"),
    ],
)
def test_a_missing_secret_hinders_only_who_needs_it(tmp_path: Path, text: str, section: str, key: str) -> None:
    """It may lie where only the daemon can read it; all others get a note, and no error."""
    file = tmp_path / "g.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=key.replace(".", r"\.")):
        load(file, {}, secrets_of=[section])
    (note,) = load(file, {}, secrets_of={"asterisk", "scrubs"} - {section}).notes
    assert key in note
    assert "unless that is set where the daemon is started" in note


def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    """A certificate that can't be used stops the start, and says which setting is meant."""
    broken = tmp_path / "c.pem"
    broken.write_text("no certificate")
    text = f'[ami_proxy]\ncertificate = "{broken}"\ncertificate_key = "{broken}"\n'
    with pytest.raises(DaemonError, match=r"ami_proxy\.certificate"):
        settings(tmp_path, text).as_proxy()
    site = settings(tmp_path, f'[asterisk.main]\ntls = true\ntls_ca = "{tmp_path / "none.pem"}"\n')
    for make in (site.as_watchdog, site.as_proxy):
        with pytest.raises(DaemonError, match=r"asterisk\.main\.tls_ca"):
            make()


def test_a_section_names_its_server(tmp_path: Path) -> None:
    """Of several servers the one that is named is meant, else `main`; of one, that one, whatever its name."""
    several = settings(
        tmp_path,
        '[asterisk.main]\nhost = "10.0.0.1"\n[asterisk.two]\nhost = "10.0.0.2"\nport = 5040\nsecret = "s"\n'
        '[ami_proxy]\nenabled = true\n[watchdog]\nenabled = true\nasterisk = "two"\n',
    )
    proxy, link = several.as_proxy(), several.as_watchdog().link
    assert (proxy.asterisk_host, proxy.asterisk_port) == ("10.0.0.1", 5038)
    assert (link.host, link.port, link.secret) == ("10.0.0.2", 5040, "s")
    only = settings(tmp_path, '[asterisk.pbx]\nhost = "10.0.0.3"\n')
    assert only.as_proxy().asterisk_host == only.as_watchdog().link.host == "10.0.0.3"
