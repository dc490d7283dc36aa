"""Which addresses the forum may open a connection to: those of the public internet, no others.

Lists are kept here rather than asked of `ipaddress`, whose answers differ between versions.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

# Source: IANA IPv4 Special-Purpose Address Registry, RFC 6890, RFC 5735; multicast and class E.
_INWARD_V4: Final = tuple(
    IPv4Network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # what a large cloud tells its machines about themselves
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")
# Within it: protocol assignments with Teredo, documentation, 6to4, which leads to any IPv4 address.
# Source: IANA IPv6 Special-Purpose Address Registry.
_INWARD_V6: Final = tuple(
    IPv6Network(net)
    for net in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*")
_INWARD_NAMES: Final = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "arpa",
    "onion",
)
HOST: Final = 253

Address = IPv4Address | IPv6Address


def is_public(address: str) -> bool:
    """Tell whether an address, as a resolver writes it, belongs to the public internet.

    Addresses that hold another one (v4-mapped, 6to4, Teredo, NAT64) lie outside what is allowed.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in net for net in _INWARD_V4)
    if found.scope_id is not None or found not in _GLOBAL_V6:
        return False
    return not any(found in net for net in _INWARD_V6)


def read_host(host: str) -> str | None:
    """Return a host of a URL in its one spelling, None when it has none that is allowed.

    Numbers count as an address only when they are written as four decimals: what resolvers and
    browsers read out of `127.1`, `0x7f000001` or `017700000001` is nobody's public name.
    """
    if host.startswith("["):
        return _read_v6(host)
    try:
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        return None
    labels = name.split(".")
    if len(name) > HOST or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if _NUMBER.fullmatch(labels[-1]):
        return _read_v4(name)
    if len(labels) < 2 or labels[-1] in _INWARD_NAMES:
        return None
    return name


def _read_v4(name: str) -> str | None:
    try:
        return str(IPv4Address(name))  # refuses leading zeros, which some read as octal
    except ValueError:
        return None


def _read_v6(host: str) -> str | None:
    try:
        found = IPv6Address(host[1:-1])
    except ValueError:
        return None
    return None if found.scope_id is not None or not host.endswith("]") else f"[{found}]"
