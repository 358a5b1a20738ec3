"""A JSON message posted to an address that people typed in. No Odoo in here.

The address is resolved once and the connection goes to what was checked, so that no
name server can lead it into the own network afterwards. Redirects are not followed.
Errors never tell the path of the address: it is the secret of the webhook.
"""

import http.client
import ipaddress
import json
import socket
import ssl
from urllib.parse import urlsplit


class WebhookError(Exception):
    """Why an address is refused or a message did not arrive, without any secret."""


class _CheckedConnection(http.client.HTTPConnection):
    """Connects to an address that was checked, whatever the name says now."""

    def __init__(self, host, port, address, context=None, **options):
        super().__init__(host, port, **options)
        self._address, self._context = address, context

    def connect(self):
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


def check_url(url, private=False):
    """The parts of an address that may be used, before its name is resolved.

    :param bool private: whether addresses of the own network may be used, which is
        also where http without encryption is allowed
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
    if parts.username or parts.password:
        raise WebhookError("Leave out the user and the password.")
    return parts, port or {"https": 443, "http": 80}[parts.scheme]


def resolve(host, port, private=False, encrypted=True):
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
    address = getattr(address, "ipv4_mapped", None) or address
    for tunnel in ("sixtofour", "teredo"):
        if getattr(address, tunnel, None):
            return False
    return address.is_global and not address.is_multicast


def post_json(url, message, private=False, timeout=10, key=None):
    """Post a message once, or raise ``WebhookError``.

    :param dict message: what becomes the JSON text
    :param float timeout: seconds for the connection and for each answer
    :param str key: the same for each try of one message, so that the receiver can tell
    """
    parts, port = check_url(url, private)
    encrypted = parts.scheme == "https"
    address = resolve(parts.hostname, port, private, encrypted)
    connection = _CheckedConnection(
        parts.hostname,
        port,
        address,
        ssl.create_default_context() if encrypted else None,
        timeout=timeout,
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
