"""Which addresses may be asked: plain web addresses of public machines, and those that a source allows by name.

Every rule is applied to what will be connected to, not to what the address looks like: an address with two readings
is refused rather than understood.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import idna

from schemas.records import Reason

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int, float], list[str]]

PORTS = frozenset({80, 443, 8080, 8443})     # others belong to mail, databases, consoles

# names that no public server answers to: RFC 6761 localhost, RFC 6762 local, RFC 8375 home.arpa, ICANN 2024 internal,
# and those that container platforms and old resolver settings give to their own machines
_PRIVATE_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home.arpa", "svc")

# is_global of the standard library lets these through: 6to4 relays (RFC 7526), IETF assignments (RFC 6890)
_ODD_IPV4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# inside it, but tunnels that carry another address (Teredo, 6to4) or documentation (RFC 3849, RFC 9637)
_ODD_IPV6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64 = IPv6Network("64:ff9b::/96")         # RFC 6052: the last 32 bits are the IPv4 address that is reached


class RefusedError(Exception):
    """An address that is not asked, or an answer that is not taken.

    `is_passing`: another try may go better. `is_of_host`: the host as a whole is away or wants to be left alone.
    """

    def __init__(self, reason: Reason, detail: str, *, is_passing: bool = False, pause_seconds: float | None = None, is_of_host: bool = False):
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.is_passing = is_passing
        self.pause_seconds = pause_seconds
        self.is_of_host = is_of_host


@dataclass(frozen=True, slots=True)
class Target:
    """A web address taken apart, the only reading of it there is."""

    scheme: str
    host: str                # lower case, ASCII, without brackets
    port: int
    path: str                # with the query, percent-encoded

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return self.origin + self.path


_DEFAULT_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(https?)://([^/?#]+)(/[^?#]*)?(\?[^#]*)?(?:#.*)?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


def read_target(url: str) -> Target:
    """The one reading of a web address. Raises RefusedError (BAD_URL) for whatever two programs could read differently."""
    if not url or len(url) > 8000 or "\\" in url or any(ord(each) <= 32 or 127 <= ord(each) < 160 for each in url):
        raise RefusedError(Reason.BAD_URL, "empty, too long, or with blanks, control characters or backslashes in it")
    told = _URL.fullmatch(url)
    if not told:
        raise RefusedError(Reason.BAD_URL, "no http or https address")
    scheme, authority = told[1].lower(), told[2]
    if "@" in authority:
        raise RefusedError(Reason.BAD_URL, "holds a user name, which hides the host")
    if authority.startswith("["):
        host, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise RefusedError(Reason.BAD_URL, "the brackets of an IPv6 address are torn")
        port = rest[1:]
        try:
            host = str(IPv6Address(host))
        except ValueError as error:
            raise RefusedError(Reason.BAD_URL, f"no IPv6 address: {error}") from error
        if "%" in host:
            raise RefusedError(Reason.BLOCKED_ADDRESS, "names a network card of this machine")
    else:
        host, _, port = authority.partition(":")
        host = _read_host(host)
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise RefusedError(Reason.BAD_URL, f"'{port[:20]}' is no port")
    path = (told[3] or "/") + (told[4] or "")
    path = re.sub(r"[^\x21-\x7e]|[\"<>`{}|^]", lambda each: "".join(f"%{byte:02X}" for byte in each[0].encode("utf-8", "replace")), path)
    return Target(scheme, host, int(port or _DEFAULT_PORTS[scheme]), path)


def _read_host(host: str) -> str:
    if not host.isascii():
        try:
            # circled digits, full-width dots and soft hyphens become what a browser would make of them
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise RefusedError(Reason.BAD_URL, f"no host name: {error}") from error
    host = host.lower().removesuffix(".")
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise RefusedError(Reason.BAD_URL, "no host name")
    if re.fullmatch(r"\d+|0x[0-9a-f]*", host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except ValueError as error:
            raise RefusedError(Reason.BLOCKED_ADDRESS, "an IPv4 address in disguise") from error
    return host


def check_name(target: Target, allowed: tuple[Network, ...]) -> None:
    """Refuses names of this machine and its neighbours; a source with addresses of its own is judged by those alone."""
    if allowed or ":" in target.host:
        return
    is_private = "." not in target.host or any(target.host == each or target.host.endswith("." + each) for each in _PRIVATE_NAMES)
    if is_private:
        raise RefusedError(Reason.BLOCKED_ADDRESS, f"{target.host} is no public name; allow_addresses can admit its address")


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet (IANA special-purpose registries), and not another one wrapped up."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in each for each in _ODD_IPV4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in each for each in _ODD_IPV6)


def admitted(host: str, port: int, allowed: tuple[Network, ...], resolve: Resolve, seconds: float) -> list[Address]:
    """The addresses behind a host, all of them fit to be connected to.

    Raises RefusedError when any of them is private (a name with one public and one private address is a trap), or the
    name is unknown.
    """
    try:
        found = [ipaddress.ip_address(host)]
    except ValueError:
        found = [ipaddress.ip_address(each.partition("%")[0]) for each in resolve(host, port, seconds)]
    if not found:
        raise RefusedError(Reason.FETCH_FAILED, f"{host} has no address", is_passing=True)
    for address in found:
        if any(address in network for network in allowed):
            continue
        if not is_public(address):
            raise RefusedError(Reason.BLOCKED_ADDRESS, f"{host} is {address}, which is not public; allow_addresses can admit it")
        if port not in PORTS:
            raise RefusedError(Reason.BLOCKED_ADDRESS, f"port {port} is not a web server's; {', '.join(map(str, sorted(PORTS)))} are")
    return found


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """The system resolver, given up after `seconds`: it has no deadline of its own."""
    found: list[str] = []
    trouble: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            trouble.append(OSError(str(error)))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if thread.is_alive():
        raise RefusedError(Reason.TIMED_OUT, f"the address of {host} could not be found in time")
    if trouble:
        raise RefusedError(Reason.FETCH_FAILED, f"the address of {host} could not be found: {trouble[0]}", is_passing=True, is_of_host=True)
    return found
