"""The address policy: every spelling of a forbidden address is refused, ordinary URLs pass."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.net.errors import AddressRefused
from lua_engine.net.policy import MAX_URL, AddressPolicy

POLICY = AddressPolicy()

FORBIDDEN_V4 = [
    ("0.0.0.0", "unspecified"), ("0.1.2.3", "unspecified"), ("10.1.2.3", "private"),
    ("100.64.0.1", "carrier-grade"),
    ("100.100.100.200", "carrier-grade"), ("127.0.0.1", "loopback"), ("127.255.255.254", "loopback"),
    ("168.63.129.16", "cloud"), ("169.254.169.254", "link-local"), ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("192.0.0.8", "reserved"), ("192.0.2.1", "documentation"), ("192.88.99.1", "6to4"),
    ("192.168.1.1", "private"),
    ("198.18.0.1", "benchmark"), ("198.19.255.255", "benchmark"), ("198.51.100.7", "documentation"),
    ("203.0.113.9", "documentation"), ("224.0.0.1", "multicast"), ("239.255.255.250", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "reserved"),
]  # fmt: skip
PUBLIC_V4 = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "223.255.255.255",
]

FORBIDDEN_V6 = [
    ("::", "unspecified"), ("::1", "loopback"), ("::2", "IPv4-compatible"),
    ("::127.0.0.1", "IPv4-compatible"),
    ("::8.8.8.8", "IPv4-compatible"), ("::ffff:127.0.0.1", "loopback"), ("::ffff:10.0.0.1", "private"),
    ("::ffff:169.254.169.254", "link-local"), ("::ffff:0:127.0.0.1", "IPv4-translated"),
    ("::ffff:0:8.8.8.8", "IPv4-translated"),
    ("64:ff9b::127.0.0.1", "loopback"), ("64:ff9b::a9fe:a9fe", "link-local"),
    ("64:ff9b:1::8.8.8.8", "local NAT64"),
    ("64:ff9b:2::1", "reserved"), ("100::1", "discard"), ("2001::1", "Teredo"),
    ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
    ("2001:2::1", "benchmark"), ("2001:10::1", "reserved"), ("2001:20::1", "reserved"),
    ("2001:db8::1", "documentation"),
    ("2002:7f00:1::", "6to4"), ("2002:808:808::1", "6to4"), ("3fff::1", "documentation"),
    ("4000::1", "reserved"),
    ("5f00::1", "reserved"), ("fc00::1", "private"), ("fd00:ec2::254", "private"), ("fe80::1", "link-local"),
    ("fe80::1%eth0", "zone"), ("fec0::1", "site-local"), ("ff02::1", "multicast"),
    ("2606:4700::5efe:192.168.0.1", "private"),
    ("2606:4700::200:5efe:127.0.0.1", "loopback"),
]  # fmt: skip
PUBLIC_V6 = [
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2606:4700::5efe:8.8.8.8",
]


@pytest.mark.parametrize(("address", "reason"), FORBIDDEN_V4 + FORBIDDEN_V6)
def test_forbidden_addresses_are_refused_with_their_kind(address: str, reason: str) -> None:
    assert reason in (POLICY.check_address(address) or "")


@pytest.mark.parametrize("address", PUBLIC_V4 + PUBLIC_V6)
def test_public_addresses_pass(address: str) -> None:
    assert POLICY.check_address(address) is None
    assert POLICY.check_address(ip_address(address)) is None


def test_text_that_is_no_address_is_refused() -> None:
    assert POLICY.check_address("example.com") == "not an address"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.1.", "2130706433", "0x7f000001", "0X7F000001", "017700000001", "127.1",
        "127.0.1", "0x7f.1",
        "0177.0.0.1", "0177.0.0.0x1", "0x7f.0x0.0x0.0x1", "00000000177.0.0.1", "0", "0x", "0x0", "0.0.0.0",
        "127.0.0.01",
        "①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1",
        "127.0.0.1\u200b", "127.0.0.\u00ad1",
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "10.1",
        "192.168.257",
        "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::FFFF:0A00:1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[fc00::1]", "[::127.0.0.1]",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "shape", ["http://{}", "https://{}/", "http://{}:8080/x?y#z", "http://good.example@{}/", "HTTP://a:b@{}"]
)
def test_every_spelling_of_a_local_address_is_refused(host: str, shape: str) -> None:
    with pytest.raises(AddressRefused):
        POLICY.check_url(shape.format(host))


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "//example.com/", "http:", "http:/", "http://", "http:///path", "http://:80/",
        "http://?x", "http://#x",
        "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "javascript:alert(1)",
        "data:text/plain,x",
        " http://example.com/", "http ://example.com/", "http:// example.com/", "http://exa mple.com/", "http://example.com\\@x/",
        "http:\\\\example.com/", "http://example.com/\n", "http://exam\tple.com/", "http://example.com/\x00", "http://example.com/\x7f",
        "http://%31%32%37.0.0.1/", "http://example%2ecom/", "http://127.0.0.1%00.example.com/", "http://example.com:0/",
        "http://example.com:65536/", "http://example.com:999999/", "http://example.com:8a/", "http://example.com:-1/",
        "http://example.com:80:80/", "http://::1/", "http://[::1/", "http://::1]/", "http://[::1]x/",
        "http://[]/", "http://[1.2.3.4]/",
        "http://[v1.x]/", "http://[::g]/", "http://a@b@example.com/", "http://exa_mple..com/",
        "http://.example.com/", "http://../",
        "http://example.com../", "http://-example.com/", "http://example-.com/", "http://exam!ple.com/", "http://ex℀mple.com/",
        "http://example．．com/", "http://1.2.3.4.5/", "http://256.256.256.256/", "http://1.2.3.256/", "http://4294967296/",
        "http://08.8.8.8/", "http://0x1g.0x1/", "http://a.1/", "http://1_0.1/", "http://1..1/",
        "http://xn--\u00fc.example/", "http://é\u0301\u0301-.x/",
        "http://" + "a" * 64 + ".com/", "http://" + "a." * 127 + "com/",
        "http://example.com/" + "x" * MAX_URL, "http://example.com/\ud800",
        "http://example.com/\u2028",
    ],
)  # fmt: skip
def test_malformed_urls_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        POLICY.check_url(url)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://example.com", "http://example.com/"),
        ("HTTPS://Example.COM./a/b?c=d&e#frag", "https://example.com/a/b?c=d&e"),
        ("http://example.com:80/", "http://example.com/"),
        ("http://example.com:/", "http://example.com/"),
        ("https://example.com:8443?q", "https://example.com:8443/?q"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://0x08080808/", "http://8.8.8.8/"),
        ("http://[2606:4700:4700:0::1111]:8080/", "http://[2606:4700:4700::1111]:8080/"),
        ("http://bücher.example/ä b", "http://xn--bcher-kva.example/%C3%A4%20b"),
        ("http://faß.example/", "http://xn--fa-hia.example/"),
        ("http://_dmarc.example/%41%", "http://_dmarc.example/%41%"),
        ("http://1.example.com/", "http://1.example.com/"),
    ],
)
def test_good_urls_pass_in_one_canonical_form(url: str, canonical: str) -> None:
    target = POLICY.check_url(url)
    assert target.url == canonical
    assert POLICY.check_url(target.url).origin == target.origin


def test_credentials_are_taken_out_of_the_url() -> None:
    target = POLICY.check_url("https://us%40er:pa:ss@example.com/x")
    assert target.credentials == ("us@er", "pa:ss")
    assert "ss" not in target.url
    assert POLICY.check_url("https://example.com/").credentials is None


def test_the_allow_list_opens_exactly_what_it_names() -> None:
    policy = AddressPolicy(frozenset({ip_network("127.0.0.1/32"), ip_network("fd00::/8")}))
    assert policy.check_address("127.0.0.1") is None
    assert policy.check_address("::ffff:127.0.0.1") is None
    assert policy.check_address("fd00::1") is None
    assert policy.check_address("127.0.0.2") == "a loopback address"
    assert policy.check_url("http://127.1:8000/").host == "127.0.0.1"


@given(st.ip_addresses(v=4))
def test_wrapping_never_makes_a_forbidden_address_pass(ip: IPv4Address) -> None:
    plain = POLICY.check_address(ip)
    for base in ("::ffff:0:0", "64:ff9b::", "2606:4700::5efe:0:0"):
        assert POLICY.check_address(IPv6Address(int(IPv6Address(base)) | int(ip))) == plain
    for base in ("::", "::ffff:0:0:0", "64:ff9b:1::"):
        assert POLICY.check_address(IPv6Address(int(IPv6Address(base)) | int(ip)))
    assert POLICY.check_address(IPv6Address((0x2002 << 112) | (int(ip) << 80)))


@given(
    st.ip_addresses(v=4),
    st.lists(st.sampled_from(["d", "o", "x"]), min_size=4, max_size=4),
    st.integers(1, 4),
)
def test_all_spellings_of_an_ipv4_address_mean_the_same(
    ip: IPv4Address, bases: list[str], count: int
) -> None:
    parts = list(ip.packed)
    numbers = [*parts[: count - 1], int.from_bytes(bytes(parts[count - 1 :]), "big")]
    shown = {"d": str, "o": lambda n: f"0{n:o}", "x": hex}
    host = ".".join(shown[base](number) for base, number in zip(bases, numbers, strict=False))
    if POLICY.check_address(ip):
        with pytest.raises(AddressRefused):
            POLICY.check_url(f"http://{host}/")
    else:
        assert POLICY.check_url(f"http://{host}/").host == str(ip)


@given(st.ip_addresses())
def test_what_passes_is_global_for_the_standard_library_too(ip: IPv4Address | IPv6Address) -> None:
    if POLICY.check_address(ip) is None and ip not in ip_network("64:ff9b::/96"):
        assert ip.is_global or (isinstance(ip, IPv6Address) and ip.ipv4_mapped)
        assert not ip.is_multicast


@given(st.text(max_size=40), st.text(max_size=20))
def test_no_text_makes_it_fail_otherwise(host: str, rest: str) -> None:
    try:
        target = POLICY.check_url(f"http://{host}/{rest}")
    except AddressRefused:
        return
    assert target.host.isascii()
    assert target.url.isascii()
