"""A JSON message posted to an address that people typed in. No Odoo in here.

The address is resolved once and the connection goes to what was checked, so that no
name server can lead it into the own network afterwards. Redirects are not followed.
From the connection to the answer all is over in one time limit, however slowly a server
drips. Errors never tell the path of the address: it is the secret of the webhook.
"""

import http.client
import io
import ipaddress
import json
import socket
import ssl
import time
from urllib.parse import urlsplit

# ports below are those of other services, which a message could be meant for
FIRST_FREE_PORT = 1024
# one address in IPv6 for each in IPv4 (RFC 6052); the other one is for own networks
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# what is assigned in IPv6 for use in the Internet at all (RFC 4291)
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# an IPv4 address behind these bits is reached through a tunnel (ISATAP, RFC 5214)
TUNNEL_BITS = (0x00005EFE, 0x02005EFE)


class WebhookError(Exception):
    """Why an address is refused or a message did not arrive, without any secret."""


class _TimedSocket:
    """A socket for ``http.client`` on which all together ends at a moment."""

    def __init__(self, connected, deadline):
        self._socket, self._deadline = connected, deadline

    def _arm(self):
        self._socket.settimeout(_get_time_left(self._deadline))

    def sendall(self, data):
        data = memoryview(data).cast("B")
        while data:
            self._arm()
            data = data[self._socket.send(data) :]

    def recv_into(self, buffer):
        self._arm()
        return self._socket.recv_into(buffer)

    def makefile(self, _mode):
        return io.BufferedReader(_TimedReader(self))

    def close(self):
        self._socket.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, timed):
        self._timed = timed

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._timed.recv_into(buffer)


class _CheckedConnection(http.client.HTTPConnection):
    """Connects to an address that was checked, whatever the name says now."""

    def __init__(self, host, port, address, deadline, context=None):
        super().__init__(host, port)
        self._address, self._deadline, self._context = address, deadline, context

    def connect(self):
        left = _get_time_left(self._deadline)
        connected = socket.create_connection((self._address, self.port), left)
        try:
            if self._context:
                connected.settimeout(_get_time_left(self._deadline))
                connected = self._context.wrap_socket(
                    connected, server_hostname=self.host
                )
        except BaseException:
            connected.close()
            raise
        self.sock = _TimedSocket(connected, self._deadline)


def _get_time_left(deadline):
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def check_url(url: str, private: bool = False):
    """The parts of an address that may be used, before its name is resolved.

    :param private: whether addresses of the own network may be used, which is also
        where http without encryption and any port are allowed
    :return: the parts of ``urlsplit``, and the port
    :raise WebhookError: saying what is wrong with it
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise WebhookError("This is not a web address.") from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise WebhookError("A webhook address begins with https://.")
    if parts.scheme == "http" and not private:
        raise WebhookError("Only https is allowed, so that nobody reads along.")
    if parts.username is not None or parts.password is not None:
        raise WebhookError("Leave out the user and the password.")
    usual = {"https": 443, "http": 80}[parts.scheme]
    port = usual if port is None else port
    if port != usual and port < FIRST_FREE_PORT and not private:
        raise WebhookError(f"Port {port} belongs to another service than a web server.")
    return parts, port


def resolve(host: str, port: int, private: bool = False, encrypted: bool = True) -> str:
    """The address to connect to; one bad address among those of a name refuses all."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise WebhookError(f"{host} is not known to the name server.") from None
    addresses = [info[4][0].partition("%")[0] for info in found]
    outside = [_is_public(address) for address in addresses]
    if not private and not all(outside):
        raise WebhookError(f"{host} is an address of a private network.")
    if not encrypted and any(outside):
        raise WebhookError(f"{host} is outside of the own network: only https.")
    return addresses[0]


def _is_public(address):
    """Whether everybody in the Internet means the same computer by that address."""
    address = ipaddress.ip_address(address)
    if address.version == 6:
        address = address.ipv4_mapped or _get_nat64(address) or address
    if address.version == 6 and not _is_plain_ipv6(address):
        return False
    return address.is_global and not address.is_multicast


def _get_nat64(address):
    """The IPv4 address that a network with IPv6 alone reaches by it, if it is one."""
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _is_plain_ipv6(address):
    """Not one that leads to an IPv4 address: compatible, 6to4, Teredo, ISATAP."""
    is_tunnel = address.sixtofour or address.teredo
    bits = int(address) >> 32 & 0xFFFFFFFF
    return address in GLOBAL_UNICAST and not is_tunnel and bits not in TUNNEL_BITS


def post_json(
    url: str,
    message: dict,
    private: bool = False,
    timeout: float = 10,
    key: str | None = None,
) -> None:
    """Post a message once, or raise ``WebhookError``.

    :param message: what becomes the JSON text
    :param timeout: seconds from the connection to the answer, all together
    :param key: the same for each try of one message, so that the receiver can tell
    """
    parts, port = check_url(url, private)
    encrypted = parts.scheme == "https"
    address = resolve(parts.hostname, port, private, encrypted)
    connection = _CheckedConnection(
        parts.hostname,
        port,
        address,
        time.monotonic() + timeout,
        ssl.create_default_context() if encrypted else None,
    )
    headers = {"Content-Type": "application/json"} | (
        {"Idempotency-Key": key} if key else {}
    )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, json.dumps(message).encode(), headers)
        status = connection.getresponse().status
    except ssl.SSLCertVerificationError as error:
        reason = f"certificate refused ({error.verify_message})"
        raise WebhookError(f"{parts.hostname}: {reason}.") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise WebhookError(f"{parts.hostname}: {type(error).__name__}.") from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise WebhookError(f"{parts.hostname} answered with status {status}.")
