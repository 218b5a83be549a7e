"""Where a form may come from: only from the desk's own pages, under a name that is its own."""

import pytest

from gatekeeper.desk.origins import Origins

HOST = "127.0.0.1:9574"
OWN = f"http://{HOST}"


@pytest.mark.parametrize(
    ("method", "headers", "admitted"),
    [
        ("POST", {"origin": OWN, "sec-fetch-site": "same-origin"}, True),
        ("POST", {"origin": OWN}, True),
        ("POST", {"sec-fetch-site": "same-origin"}, True),
        ("POST", {}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"origin": "https://evil.example"}, False),
        ("POST", {"origin": "http://127.0.0.1:9999"}, False),
        ("POST", {"origin": "https://127.0.0.1:9574"}, False),
        ("POST", {"origin": OWN, "sec-fetch-site": "same-site"}, False),
        ("POST", {"origin": OWN, "sec-fetch-site": "cross-site"}, False),
        ("POST", {"origin": OWN, "sec-fetch-site": "none"}, False),
        ("DELETE", {"origin": "https://evil.example"}, False),
        ("GET", {}, True),
        ("GET", {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}, True),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, True),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, False),
        ("GET", {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, False),
    ],
)
def test_only_own_pages_send_forms(method: str, headers: dict[str, str], admitted: bool) -> None:
    """By what browsers say of where a request comes from; one that says nothing of a form is refused."""
    assert Origins().admits(method, "http", {"host": HOST, **headers}) is admitted


def test_a_proxy_has_the_public_address() -> None:
    """Behind it a form's origin is what people type, whatever reaches the desk."""
    origins = Origins("https://gatekeeper.example")
    assert origins.admits("POST", "http", {"host": HOST, "origin": "https://gatekeeper.example"})
    assert not origins.admits("POST", "http", {"host": HOST, "origin": "http://gatekeeper.example"})


@pytest.mark.parametrize(
    ("public_url", "host", "scheme", "origin", "admitted"),
    [
        # A page that somebody between the browser and the proxy has made, under the public name without TLS
        ("https://gk.example", "gk.example", "http", "http://gk.example", False),
        ("https://gk.example", "gk.example:443", "http", "http://gk.example:443", False),
        ("https://gk.example", "GK.example", "http", "http://GK.example", False),
        # Ports that go without saying, and others
        ("https://gk.example:443", "gk.example", "http", "https://gk.example", True),
        ("https://GK.Example", "gk.example", "http", "https://gk.example", True),
        ("https://gk.example", "gk.example", "http", "https://gk.example:8443", False),
        ("https://gk.example:8443", "gk.example:8443", "http", "https://gk.example", False),
        ("https://gk.example", "gk.example", "https", "https://gk.example", True),
        # Not through the proxy, but by the address
        ("https://gk.example", HOST, "http", OWN, True),
        ("https://gk.example", HOST, "http", "https://gk.example", True),
        ("", "[::1]:9574", "http", "http://[::1]:9574", True),
        ("", "[::1]:9574", "http", "http://[::1]", False),
        ("", "[::1]:9574", "http", "http://[::1]:9574.evil.example", False),
        ("", HOST, "http", "null", False),
        ("", HOST, "http", " ", False),
        ("", HOST, "http", f"{OWN}, https://evil.example", False),
        ("", HOST, "http", f"{OWN}/", False),
        ("", "localhost", "http", "http://localhost.", False),
    ],
)
def test_an_origin_is_scheme_name_and_port(
    public_url: str, host: str, scheme: str, origin: str, admitted: bool
) -> None:
    """As browsers write it; another scheme or port is another site."""
    headers = {"host": host, "origin": origin}
    assert Origins(public_url).admits("POST", scheme, headers) is admitted


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:9574", True),
        ("localhost:9574", True),
        ("[::1]:9574", True),
        ("192.0.2.7", True),
        ("gatekeeper.example", True),
        ("GATEKEEPER.example:443", True),
        ("evil.example", False),
        ("gatekeeper.example.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        ("localhost.", False),
        ("gatekeeper.example.", False),
        ("2130706433", False),
        ("0x7f000001", False),
        ("127.1", False),
        ("[::1%25eth0]", False),
        ("localhost:9574, evil.example", False),
        ("localhost:99999999", False),
    ],
)
def test_a_name_that_is_not_its_own_is_refused(host: str, known: bool) -> None:
    """A foreign name could be made to point here, and its pages would be taken for ours."""
    assert Origins("https://gatekeeper.example").knows(host) is known
