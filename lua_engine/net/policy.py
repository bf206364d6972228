"""Which addresses a script may talk to.

Pure: no sockets, no name resolution. :meth:`AddressPolicy.check_url` takes a URL apart more strictly than any
client does, so that nobody after it can read it differently; :meth:`AddressPolicy.check_address` judges an
address, unwrapping the forms that carry an IPv4 address inside an IPv6 one. ``ipaddress.is_global`` is no
guard: NAT64, 6to4, Teredo and IPv4-compatible forms pass it on some versions of Python, so the ranges are
listed here (source: the IANA special-purpose address registries).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, unquote

from lua_engine.net.errors import AddressRefused

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

MAX_URL = 8_192  # characters
DEFAULT_PORTS = {"http": 80, "https": 443}

_REFUSED_V4 = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "an unspecified address"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "a carrier-grade NAT address"),
        ("127.0.0.0/8", "a loopback address"),
        ("168.63.129.16/32", "a cloud provider's internal address"),
        ("169.254.0.0/16", "a link-local address"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.0.2.0/24", "a documentation address"),
        ("192.88.99.0/24", "a 6to4 relay address"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "a benchmark address"),
        ("198.51.100.0/24", "a documentation address"),
        ("203.0.113.0/24", "a documentation address"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
    )
)

# Tunnel forms (6to4, Teredo) are refused whatever they carry: no web server lives there, and they lead to any
# IPv4 address. Local NAT64 (RFC 8215) too: where the IPv4 address sits in it is the network's own choice, so
# it cannot be unwrapped.
_REFUSED_V6 = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "an unspecified address"),
        ("::1/128", "a loopback address"),
        ("::/96", "an IPv4-compatible address"),
        ("::ffff:0:0:0/96", "an IPv4-translated address"),
        ("64:ff9b:1::/48", "a local NAT64 address"),
        ("100::/64", "a discard-only address"),
        ("2001::/32", "a Teredo address"),
        ("2001:2::/48", "a benchmark address"),
        ("2001::/23", "a reserved address"),
        ("2001:db8::/32", "a documentation address"),
        ("2002::/16", "a 6to4 address"),
        ("3fff::/20", "a documentation address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")  # the only unicast space that is handed out; everything else is reserved
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")  # on IPv6-only networks DNS64 answers with it for every IPv4 server
_ISATAP_MARKS = (0x00005EFE, 0x02005EFE)

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?", re.DOTALL
)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_SAFE_IN_PATH = "/?:@!$&'()*+,;=%[]~-._"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that passed: ``host`` is an ASCII name in lower case or an address in its plain form, without
    brackets.
    """

    scheme: str
    host: str
    port: int
    path: str  # with the query, begins with "/", ASCII
    address: IPAddress | None = None  # when the host was written as an address
    credentials: tuple[str, str] | None = None

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The canonical URL, without credentials and fragment."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """The rules; ``allow`` lists networks that pass although they are refused by default (tests, a LAN the
    owner trusts).
    """

    allow: frozenset[IPNetwork] = frozenset()

    def is_allowed_by_name(self, ip: IPAddress) -> bool:
        """Whether ``ip`` is on the ``allow`` list, whatever else it is."""
        return any(ip in network for network in self.allow)

    def check_address(self, ip: IPAddress | str) -> str | None:
        """Why ``ip`` is refused (``"a loopback address"``), or ``None`` when it may be connected to."""
        if isinstance(ip, str):
            try:
                ip = ip_address(ip)
            except ValueError:
                return "not an address"
        if self.is_allowed_by_name(ip):
            return None
        return _refusal_v4(ip) if isinstance(ip, IPv4Address) else self._refusal_v6(ip)

    def _refusal_v6(self, ip: IPv6Address) -> str | None:
        if ip.scope_id is not None:
            return "an address with a zone"
        inner = _carried_ipv4(ip)
        if inner is not None and (reason := self.check_address(inner)):
            return reason
        if ip in _MAPPED or ip in _NAT64:
            return None
        for network, reason in _REFUSED_V6:
            if ip in network:
                return reason
        return None if ip in _GLOBAL_V6 else "a reserved address"

    def check_url(self, url: str) -> Target:
        """Take ``url`` apart and check everything that needs no name resolution.

        Raises :class:`AddressRefused`. A host name still has to be resolved, and each of its addresses
        checked.
        """
        if len(url) > MAX_URL:
            raise AddressRefused(f"URL is longer than {MAX_URL} characters")
        if _FORBIDDEN.search(url):
            raise AddressRefused("URL has a control character or a backslash")
        parts = _URL.fullmatch(url)
        scheme = parts["scheme"].lower() if parts else ""
        if parts is None or scheme not in DEFAULT_PORTS:
            raise AddressRefused("only http:// and https:// URLs are allowed")
        userinfo, at, place = parts["authority"].rpartition("@")
        host, port = _split_port(place, DEFAULT_PORTS[scheme])
        address: IPAddress | None = _parse_address(host)
        if address is None:
            host = _check_name(_to_ascii(host))
            address = _parse_numbers(host)
        if address is not None:
            host = str(address)
            if reason := self.check_address(address):
                raise AddressRefused(f"address refused: {host} is {reason}")
        return Target(
            scheme, host, port, _path(parts["rest"]), address, _credentials(userinfo) if at else None
        )


def _refusal_v4(ip: IPv4Address) -> str | None:
    for network, reason in _REFUSED_V4:
        if ip in network:
            return reason
    return None


def _carried_ipv4(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside a mapped, NAT64 or ISATAP address (the last 32 bits of each)."""
    is_isatap = (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP_MARKS
    if is_isatap or ip in _MAPPED or ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def _split_port(place: str, default: int) -> tuple[str, int]:
    """``host``, ``host:port``, ``[v6]`` or ``[v6]:port``; the brackets stay on the host."""
    match = re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?", place, re.ASCII)
    if match is None:
        raise AddressRefused("URL has a malformed host or port")
    port = int(match[2]) if match[2] else default
    if not 0 < port < 65536:
        raise AddressRefused(f"port {port} is out of range (1 to 65535)")
    return match[1], port


def _parse_address(host: str) -> IPv6Address | None:
    """An address in brackets; ``None`` for anything without."""
    if not host.startswith("["):
        return None
    try:
        address = IPv6Address(host[1:-1])
    except ValueError:
        raise AddressRefused(f"{host} is not an IPv6 address") from None
    if address.scope_id is not None:
        raise AddressRefused("an IPv6 address with a zone is refused")
    return address


def _to_ascii(host: str) -> str:
    """A host name as it goes into DNS; full-width digits, ideographic dots and the like become what they
    stand for.
    """
    if "%" in host:
        raise AddressRefused("a percent-encoded host is refused")
    host = unicodedata.normalize("NFKC", host).lower()
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise AddressRefused("URL has a host name that is not valid") from None


def _check_name(host: str) -> str:
    name = host.removesuffix(".")
    if not name or len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise AddressRefused("URL has a host name that is not valid")
    return name


def _parse_numbers(name: str) -> IPv4Address | None:
    """An IPv4 address the way C libraries and browsers read it: ``127.1``, ``2130706433``, ``0x7f.0.0.1``,
    ``0177.0.0.1``.

    A name whose last label is a number can be nothing else, so what does not parse is refused.
    """
    labels = name.split(".")
    if not _NUMBER.fullmatch(labels[-1]):
        return None
    try:
        *first, last = [_parse_number(label) for label in labels]
    except ValueError:
        raise AddressRefused(f"{name} is not an IPv4 address") from None
    if len(first) > 3 or any(part > 255 for part in first) or last >= 256 ** (4 - len(first)):
        raise AddressRefused(f"{name} is not an IPv4 address")
    return IPv4Address(last + sum(part << (24 - 8 * place) for place, part in enumerate(first)))


def _parse_number(label: str) -> int:
    if not _NUMBER.fullmatch(label):  # int() takes more, such as "1_0"
        raise ValueError(label)
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    if len(label) > 1 and label.startswith("0"):
        return int(label, 8)
    return int(label)


def _path(rest: str) -> str:
    path = rest if rest.startswith("/") else "/" + rest
    return quote(path, safe=_SAFE_IN_PATH)


def _credentials(userinfo: str) -> tuple[str, str]:
    if "@" in userinfo:
        raise AddressRefused("URL has more than one @ before its host")
    user, _, password = userinfo.partition(":")
    return unquote(user), unquote(password)
