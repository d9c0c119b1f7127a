"""Who may ask the HTTP server."""

from typing import Any

import pytest

from lotkeeper.web.access import Asked, Refusal, find_refusal, is_followed_link, is_token

TOKEN = "t" * 43
HOST = "127.0.0.1:8470"
RIGHT = (f"Bearer {TOKEN}",)


def refusal(**changes: Any) -> Refusal | None:
    return find_refusal(Asked(**{"hosts": (HOST,), "authorizations": RIGHT, **changes}), TOKEN)


PROXY = "machine.tail1234.ts.net"


def by_proxy(**changes: Any) -> Refusal | None:
    return find_refusal(Asked(**{"hosts": (PROXY,), "authorizations": RIGHT, **changes}), TOKEN, (PROXY,))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_has_the_name_that_the_configuration_gives_it(scheme):
    assert by_proxy(origins=(f"{scheme}://{PROXY}",)) is None
    assert by_proxy(hosts=(f"{PROXY}:8443",), origins=(f"{scheme}://{PROXY}:8443",)) is None
    assert by_proxy(hosts=(HOST,), origins=(f"http://{HOST}",)) is None


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"hosts": ("other.tail1234.ts.net",)}, Refusal.HOST),
        ({"hosts": ("",)}, Refusal.HOST),
        ({"hosts": ()}, Refusal.HOST),
        ({"hosts": (PROXY, PROXY)}, Refusal.HOST),
        ({"origins": ("https://attacker.example",)}, Refusal.SITE),
        ({"origins": (f"https://{PROXY}:1",)}, Refusal.SITE),
        ({"hosts": (HOST,), "origins": (f"https://{HOST}",)}, Refusal.SITE),
        ({"authorizations": ()}, Refusal.TOKEN),
    ],
)
def test_all_else_is_refused_through_a_proxy_too(changes, refused):
    assert by_proxy(**changes) is refused


def test_without_one_in_the_configuration_there_is_no_proxy():
    assert refusal(hosts=(PROXY,)) is Refusal.HOST
    assert refusal(hosts=("",)) is Refusal.HOST


@pytest.mark.parametrize("host", [HOST, "localhost:8470", "LOCALHOST", "[::1]:8470", "127.0.0.1", "localhost:9999"])
def test_this_machine_may_be_named_in_any_way_and_through_any_tunnel(host):
    assert refusal(hosts=(host,)) is None


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("",),
        (HOST, HOST),
        ("attacker.example",),
        ("attacker.example:8470",),
        ("127.0.0.1.attacker.example:8470",),
        ("localhost.attacker.example",),
        ("attacker.example#@localhost",),
        ("attacker.example@localhost",),
        ("localhost/attacker.example",),
        ("127.0.0.1:port",),
        ("0.0.0.0:8470",),
        ("[::1",),
        ("192.168.1.5:8470",),
    ],
)
def test_another_name_is_refused_whatever_else_is_right(hosts):
    """A name of a web site that leads to this machine (DNS rebinding)."""
    assert refusal(hosts=hosts) is Refusal.HOST


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_page_and_the_address_line_may_ask(site):
    assert refusal(sites=(site,), origins=(f"http://{HOST}",)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"sites": ("cross-site",)},
        {"sites": ("same-site",)},  # a page on another port of this machine
        {"sites": ("none", "cross-site")},
        {"origins": ("http://attacker.example",)},
        {"origins": ("http://localhost:8470",)},  # not the name that was asked for
        {"origins": ("http://127.0.0.1:9999",)},
        {"origins": ("null",)},
        {"origins": (f"http://{HOST}", "http://attacker.example")},
    ],
)
def test_another_site_is_refused_whatever_it_knows(changes):
    assert refusal(**changes) is Refusal.SITE


LINK = {"hosts": (HOST,), "sites": ("cross-site",), "modes": ("navigate",), "places": ("document",)}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_person_may_be_told_that_a_link_of_another_site_is_refused(site, method):
    asked = Asked(**{**LINK, "sites": (site,)})
    assert find_refusal(asked, TOKEN) is Refusal.SITE
    assert is_followed_link(asked, method)


@pytest.mark.parametrize(
    ("method", "changes"),
    [
        ("POST", {}),
        ("GET", {"places": ("iframe",)}),
        ("GET", {"places": ("image",), "modes": ("no-cors",)}),
        ("GET", {"modes": ("cors",)}),
        ("GET", {"modes": ("navigate", "navigate")}),
        ("GET", {"places": ()}),
        ("GET", {"sites": ("none", "cross-site")}),
        ("GET", {"sites": ()}),
        ("GET", {"sites": ("same-origin",)}),
        ("GET", {"origins": ("http://attacker.example",)}),
    ],
)
def test_whatever_else_another_site_does_is_no_link(method, changes):
    assert not is_followed_link(Asked(**{**LINK, **changes}), method)


def test_the_token_comes_in_a_header_or_a_cookie():
    assert refusal() is None
    assert refusal(authorizations=(f"bearer   {TOKEN} ",)) is None
    assert refusal(authorizations=(), cookie=TOKEN) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"authorizations": ()},
        {"authorizations": ("Bearer",)},
        {"authorizations": (TOKEN,)},
        {"authorizations": (f"Basic {TOKEN}",)},
        {"authorizations": (f"Bearer {TOKEN}x",)},
        {"authorizations": (f"Bearer {TOKEN[:-1]}",)},
        {"authorizations": (f"Bearer {TOKEN[:-1]}ä",)},
        {"authorizations": RIGHT * 2},
        {"authorizations": ("Bearer wrong",), "cookie": TOKEN},
        {"authorizations": (), "cookie": "wrong"},
    ],
)
def test_nothing_is_answered_without_the_token(changes):
    assert refusal(**changes) is Refusal.TOKEN


def test_an_empty_token_opens_nothing():
    assert not is_token("", "")


NAME = "pi.tail1234.ts.net"


def refusal_by_name(**changes: Any) -> Refusal | None:
    return find_refusal(Asked(**{"hosts": (NAME,), "authorizations": RIGHT, **changes}), TOKEN, frozenset({NAME}))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_of_the_configuration_is_one_of_ours_also_behind_https(scheme):
    assert refusal_by_name() is None
    assert refusal_by_name(origins=(f"{scheme}://{NAME}",), sites=("same-origin",)) is None
    assert refusal_by_name(hosts=(f"{NAME}:8443",), origins=(f"{scheme}://{NAME}:8443",)) is None


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"hosts": (f"evil.{NAME}",)}, Refusal.HOST),
        ({"hosts": (NAME, NAME)}, Refusal.HOST),
        ({"origins": ("https://attacker.example",)}, Refusal.SITE),
        ({"origins": (f"https://{NAME}:8443",)}, Refusal.SITE),
        ({"hosts": (HOST,), "origins": (f"https://{NAME}",)}, Refusal.SITE),
        ({"hosts": (HOST,), "origins": (f"https://{HOST}",)}, Refusal.SITE),
        ({"sites": ("cross-site",)}, Refusal.SITE),
        ({"authorizations": ()}, Refusal.TOKEN),
    ],
)
def test_nothing_else_is_let_in_by_it(changes, found):
    assert refusal_by_name(**changes) is found
