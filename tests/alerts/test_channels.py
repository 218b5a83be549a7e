"""The channels, each with a real receiver: what arrives, and what is said where it does not."""

import base64
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.alerts.alert import AlertKind
from gatekeeper.alerts.channel import AlertChannel
from gatekeeper.config.sections.alerts import AlertsSection
from gatekeeper.delivery.addresses import is_public
from gatekeeper.delivery.signing import key_of, signature_headers
from gatekeeper.errors import AlertError, ConfigError, DeliveryError
from gatekeeper.translation import retold, speaking
from gatekeeper.words import Language
from lab.ports import free_port
from tests.alerts.receivers import AT, SECRET, alert, smtp_server, syslog_socket, webhook_receiver
from tests.certificates import Certificate, self_signed

BYPASS = {"time": "2026-11-18 09:06:40 UTC", "verdict": "BLOCK", "reason": "LISTED", "decision": "01M"}
MAIL = {"email_to": ["ops@example.org", "law@example.org"], "email_from": "gate@example.org", "server": "pbx1"}


def channel(**settings: object) -> AlertChannel:
    """The one channel of a section."""
    (found,) = AlertsSection.model_validate(settings).as_channels()
    return found


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificate]:
    """A certificate for 127.0.0.1."""
    return self_signed(tmp_path_factory.mktemp("certificate"))


def mail(port: int, **settings: object) -> AlertChannel:
    """E-mail by a server without TLS."""
    return channel(**{**MAIL, "smtp_port": port, "smtp_tls": "none", **settings})


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_mail_tells_what_is_due_in_one_message(lang: str) -> None:
    """To all, the worst in its subject; and it says that nobody has to answer it."""
    with smtp_server() as box:
        mail(box.port, lang=lang).send([alert(), alert(AlertKind.BYPASS, AT + 1, **BYPASS)])
        (message,) = box.mail
    first = {
        "en": "A call went round the gates at 2026-11-18 09:06:40 UTC: BLOCK LISTED (and 1 more)",
        "fr": "Un appel a contourné les contrôles à 2026-11-18 09:06:40 UTC : BLOCK LISTED (et 1 de plus)",
    }[lang]
    assert message["Subject"] == f"[Gatekeeper pbx1] {first}"
    assert message["X-To"] == "ops@example.org,law@example.org"
    assert (message["From"], message["Auto-Submitted"]) == ("gate@example.org", "auto-generated")
    text = message.get_content()
    assert {"en": "This is a test", "fr": "Ceci est un essai"}[lang] in text
    assert "01M" in text


def test_mail_is_the_same_if_it_is_sent_again() -> None:
    """A mailbox can tell by its Message-ID."""
    with smtp_server() as box:
        sent = [alert()]
        for _ in range(2):
            mail(box.port).send(sent)
        assert len({str(message["Message-ID"]) for message in box.mail}) == 1


def test_mail_logs_in_behind_starttls(certificate: Certificate) -> None:
    """With the authority that signed the certificate; without it nothing is sent, nor with a wrong password."""
    with smtp_server(certificate) as box:
        right = {"smtp_tls": "starttls", "smtp_ca": str(certificate.certificate), "smtp_username": "gate"}
        mail(box.port, smtp_secret="secret", **right).send([alert()])
        assert len(box.mail) == 1
        with pytest.raises(AlertError, match=r"refuses the login \(535\)") as told:
            mail(box.port, smtp_secret="hunter2", **right).send([alert()])
        assert "hunter2" not in str(told.value)
        with speaking(Language.FR):
            assert "il refuse la connexion (535)" in retold(told.value)
        with pytest.raises(AlertError, match="can't be reached"):
            mail(box.port, smtp_secret="secret", **{**right, "smtp_ca": ""}).send([alert()])
        with pytest.raises(AlertError, match="did not take it"):
            mail(box.port).send([alert()])
        assert len(box.mail) == 1


@pytest.mark.parametrize("wrong", [{"smtp_username": "clé"}, {"smtp_secret": "clé"}])
def test_mail_says_with_what_nobody_can_log_in(certificate: Certificate, wrong: dict[str, str]) -> None:
    """Python's mail library has no letters beyond ASCII; the text does not show them."""
    with smtp_server(certificate) as box:
        right = {"smtp_tls": "starttls", "smtp_ca": str(certificate.certificate), "smtp_username": "gate"}
        with pytest.raises(AlertError, match="a letter beyond ASCII") as told:
            mail(box.port, **{**right, "smtp_secret": "secret", **wrong}).send([alert()])
        assert "clé" not in str(told.value)


@pytest.mark.parametrize(
    "settings", [{"webhook_url": "http://a..b/hook", "webhook_secret": SECRET}, {"syslog": f"{'a' * 64}.example:514"}]
)
def test_what_can_not_be_a_host_is_told(settings: dict[str, str]) -> None:
    """A name that no resolver is asked for, for it can't be one."""
    with pytest.raises(DeliveryError, match="can't be"):
        channel(**settings).send([alert()])


def test_mail_that_some_do_not_get_is_not_sent_again() -> None:
    """The others have it; where nobody gets it, it is tried again."""
    with smtp_server() as box:
        box.refused = {"law@example.org"}
        with pytest.raises(AlertError, match=r"not for law@example\.org") as told:
            mail(box.port).send([alert()])
        assert told.value.for_good
        box.refused |= {"ops@example.org"}
        with pytest.raises(AlertError, match="refuses all") as told:
            mail(box.port).send([alert()])
        assert not told.value.for_good
        with speaking(Language.FR):
            assert "il refuse tous les destinataires (550)" in retold(told.value)
        assert len(box.mail) == 1
    with pytest.raises(AlertError, match="can't be reached"):
        mail(box.port).send([alert()])


@pytest.mark.parametrize("farewell", ["250 bye", "421 going down"])
def test_mail_that_was_taken_is_told_whatever_the_server_says_to_its_end(farewell: str) -> None:
    """Else it would be sent again, up to ten times."""
    with smtp_server() as box:
        box.farewell = farewell
        mail(box.port).send([alert()])
        assert len(box.mail) == 1


def hook(port: int, **settings: object) -> AlertChannel:
    """A webhook without TLS."""
    given = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_secret": SECRET, "webhook_private": True}
    return channel(**{**given, "server": "pbx1", **settings})


@pytest.mark.parametrize("stays", [0.0, 7.0], ids=["closed early", "held open"])
def test_what_a_receiver_took_is_told_whatever_becomes_of_its_answer(
    monkeypatch: pytest.MonkeyPatch, stays: float
) -> None:
    """Its status says so: a body that is cut short, or does not come in time, has nothing posted again."""
    monkeypatch.setattr("gatekeeper.delivery.post._TIMEOUT_S", 5.0)
    with webhook_receiver() as receiver:
        receiver.promised, receiver.stays = 100, stays
        hook(receiver.port).send([alert()])
        assert len(receiver.posts) == 1
        receiver.answers = [500]
        with pytest.raises(DeliveryError, match="500"):
            hook(receiver.port).send([alert()])


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """By the example of the specification's own libraries."""
    made = signature_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', key_of(SECRET))
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_is_posted_and_signed() -> None:
    """With the alert's id, which is the same if it is posted again."""
    with webhook_receiver() as receiver:
        told = alert(AlertKind.BYPASS, **BYPASS)
        for _ in range(2):
            hook(receiver.port).send([told])
        assert receiver.ids == [told.id] * 2
        assert receiver.faults == []
        post = receiver.posts[0]
    assert (post["type"], post["timestamp"]) == ("bypass", "2026-11-18T11:06:40Z")
    assert post["data"]["facts"] == BYPASS
    assert (post["data"]["severity"], post["data"]["server"]) == ("critical", "pbx1")


@pytest.mark.parametrize(("status", "for_good"), [(500, False), (404, False), (302, False), (410, True)])
def test_what_a_receiver_does_not_take_is_told(status: int, for_good: bool) -> None:
    """A redirect is not followed; what is gone is not tried again; the path, which may be a secret, is not shown."""
    with webhook_receiver() as receiver:
        receiver.answers = [status]
        with pytest.raises(DeliveryError, match=str(status)) as told:
            hook(receiver.port).send([alert()])
        assert (told.value.for_good, receiver.posts) == (for_good, [])
        assert "/hook" not in str(told.value)
    with pytest.raises(DeliveryError, match="ConnectError"):
        hook(receiver.port).send([alert()])


def test_a_webhook_checks_the_certificate(certificate: Certificate) -> None:
    """By the name in its address, though it is the address that is dialled."""
    with webhook_receiver(certificate) as receiver:
        url = f"https://127.0.0.1:{receiver.port}/hook"
        hook(receiver.port, webhook_url=url, webhook_ca=str(certificate.certificate)).send([alert()])
        assert receiver.faults == []
        for wrong in (
            {"webhook_url": url},
            {"webhook_url": url.replace("127.0.0.1", "localhost"), "webhook_ca": str(certificate.certificate)},
        ):
            with pytest.raises(DeliveryError, match="can't be reached"):
                hook(receiver.port, **wrong).send([alert()])
        assert len(receiver.posts) == 1


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]"]
)
def test_no_webhook_goes_to_a_private_address(host: str) -> None:
    """By whichever name; nothing is sent there."""
    with webhook_receiver() as receiver:
        away = hook(receiver.port, webhook_url=f"http://{host}:{receiver.port}/hook", webhook_private=False)
        with pytest.raises(DeliveryError, match="private network"):
            away.send([alert()])
        assert receiver.posts == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("64:ff9b::5db8:d70e", True),
        *((one, False) for one in ("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1")),
        *((one, False) for one in ("192.168.1.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255")),
        *((one, False) for one in ("::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "2001:db8::1")),
        *((one, False) for one in ("fec0::1", "64:ff9b:1::a00:1", "3fff::1", "5f00::1", "2001:20::1", "192.88.99.1")),
        *((one, False) for one in ("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "what", "")),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    """What stands for a private IPv4 address is one; what is not understood is not public."""
    assert is_public(address) == public


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_" + base64.b64encode(b"x" * 23).decode(), "whsec_!", "plain"])
def test_a_secret_that_is_none_is_told(secret: str) -> None:
    """Without showing it."""
    with pytest.raises(ConfigError, match="GATEKEEPER_ALERTS__WEBHOOK_SECRET") as told:
        channel(webhook_url="https://example.org/", webhook_secret=secret)
    assert not secret or f'"{secret}"' not in str(told.value)


def test_syslog_gets_a_line(tmp_path: Path) -> None:
    """By the machine's socket as syslog(3) writes, and by UDP as RFC 5424 has it."""
    told = alert(AlertKind.BYPASS, **BYPASS)
    with syslog_socket(tmp_path / "log") as receiving:
        channel(syslog=str(tmp_path / "log")).send([told])
        assert receiving.recv(4096).startswith(b"<26>gatekeeper[")
    with syslog_socket() as receiving:
        goal = f"127.0.0.1:{receiving.getsockname()[1]}"
        channel(syslog=goal, server="pbx 1", lang="fr").send([told])
        line = receiving.recv(4096).decode()
    assert line.startswith("<26>1 2026-11-18T11:06:40Z pbx1 gatekeeper ")
    assert " bypass - \ufeffUn appel a contourné les contrôles" in line
    for gone in (str(tmp_path / "none"), f"no.invalid:{free_port('udp')}"):
        with pytest.raises(AlertError, match="does not take it"):
            channel(syslog=gone).send([told])


def test_a_mail_server_that_says_nothing_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up in time."""
    monkeypatch.setattr("gatekeeper.alerts.mail._TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", free_port())) as silent:
        waiting = mail(silent.getsockname()[1])
        with pytest.raises(AlertError, match="SMTPServerDisconnected"):
            waiting.send([alert()])
