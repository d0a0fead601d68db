"""From which network a request comes, where that tells clients apart.

The gateway overwrites `X-Forwarded-For` with the address that it has seen, and nobody else reaches a service.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from services.chassis.web.requests import AnyRequest

PREFIXES = {4: 24, 6: 56}
"""What one client is given at most, by the version of the protocol."""


def network_of(request: AnyRequest) -> str:
    """As `203.0.113.0/24` or `2001:db8::/56`; nothing for an address of a private network, behind which
    may be another gateway, and for what is none."""
    seen = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return network(seen or (request.client.host if request.client else ""))


def network(address: str) -> str:
    """The network of an address."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if not found.is_global:
        return ""
    return str(ip_network((found, PREFIXES[found.version]), strict=False))
