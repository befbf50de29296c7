"""Which addresses a message may go to: public ones, and the networks that the operator names for a receiver.

A name is resolved once, every address it stands for is judged, and one of these is connected to: what the
name means a moment later does not matter.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]

# They carry an IPv4 address inside, which may be any: mapped, translated (NAT64), 6to4 and Teredo.
CARRIERS = tuple(
    IPv6Network(text)
    for text in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def allowed(addresses: Sequence[str], networks: Sequence[str]) -> list[str]:
    """The addresses, if a message may go to each of them; none otherwise, for such a name is a trap."""
    own = [ip_network(text) for text in networks]
    judged = [ip_address(text) for text in addresses]
    if all(is_public(each) or any(each in network for network in own) for each in judged):
        return list(addresses)
    return []


def is_inside(address: str, networks: Sequence[str]) -> bool:
    """Whether an address lies in one of these networks."""
    return any(ip_address(address) in ip_network(text) for text in networks)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet and nothing of ours hides behind it."""
    if isinstance(address, IPv6Address) and any(address in carrier for carrier in CARRIERS):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
