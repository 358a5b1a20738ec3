import ipaddress
import itertools
import json
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..alerts.webhook import WebhookError, check_url, post_json, resolve


class Receiver(ThreadingHTTPServer):
    """A server on this computer that keeps what it gets."""

    def __init__(self, status=200, headers=(), delay=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.headers, self.delay = status, headers, delay
        self.received = []
        self.scheme = "http"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def encrypt(self, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "https"

    @property
    def url(self):
        return f"{self.scheme}://localhost:{self.server_port}/services/SECRET"

    def handle_error(self, request, client_address):
        """Refused certificates are what is tested."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, dict(self.headers), json.loads(text)))
        if self.server.delay:
            self.server.delay.wait()
        self.send_response(self.server.status)
        for header in self.server.headers:
            self.send_header(*header)
        self.end_headers()

    def log_message(self, *args):
        """The log of the tests stays quiet."""


@tagged("post_install", "-at_install")
class TestWebhook(BaseCase):
    def serve(self, **options):
        server = Receiver(**options)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def error(self, url, **options):
        with self.assertRaises(WebhookError) as caught:
            post_json(url, {"text": "x"}, **options)
        self.assertNotIn("SECRET", str(caught.exception))
        return str(caught.exception)

    def test_message_arrives_as_json(self):
        server = self.serve()
        post_json(server.url, {"text": "Größe *1*"}, private=True, key="K1")
        [(path, headers, message)] = server.received
        self.assertEqual(path, "/services/SECRET")
        self.assertEqual(message, {"text": "Größe *1*"})
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(headers["Idempotency-Key"], "K1")

    # -- addresses ------------------------------------------------------
    def test_refused_before_anything_is_sent(self):
        server = self.serve()
        secure = server.url.replace("http:", "https:")
        self.assertIn("Only https", self.error(server.url))
        self.assertIn("private network", self.error(secure))
        self.assertFalse(server.received)

    def test_addresses_of_the_own_network(self):
        for address in (
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "[::1]",
            "[fe80::1]",
            "[fc00::1]",
            "[::ffff:10.0.0.1]",
            "[2002:7f00:1::]",
            # compatible with IPv4, NAT64, NAT64 of an own network, Teredo, ISATAP
            "[::10.0.0.1]",
            "[::8.8.8.8]",
            "[64:ff9b::10.0.0.1]",
            "[64:ff9b::169.254.169.254]",
            "[64:ff9b:1::8.8.8.8]",
            "[64:ff9b:1:fffe::8.8.8.8]",
            "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
            "[2a00:1450::5efe:10.0.0.1]",
            "[fec0::1]",
            "[ff0e::1]",
            "2130706433",
            "0x7f.1",
        ):
            error = self.error(f"https://{address}/SECRET", timeout=1)
            self.assertIn("private network", error, address)

    def test_one_private_address_among_others_refuses(self):
        answer = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
            for address in ("8.8.8.8", "10.0.0.1")
        ]
        with (
            patch.object(socket, "getaddrinfo", return_value=answer),
            self.assertRaisesRegex(WebhookError, "private network"),
        ):
            resolve("example.com", 443)
        with patch.object(socket, "getaddrinfo", return_value=answer[:1]):
            self.assertEqual(resolve("example.com", 443), "8.8.8.8")
            with self.assertRaisesRegex(WebhookError, "only https"):
                resolve("example.com", 80, private=True, encrypted=False)

    def test_what_ipv6_networks_reach_by_nat64(self):
        """Without IPv4 every address of IPv4 is one of these."""
        for address in ("64:ff9b::8.8.8.8", "2a00:1450:4001:800::200e"):
            self.assertEqual(resolve(address, 443), str(ipaddress.ip_address(address)))

    def test_ports_of_other_services(self):
        for port in (22, 25, 80, 1023):
            with self.assertRaisesRegex(WebhookError, f"Port {port}"):
                check_url(f"https://example.com:{port}/x")
        self.assertEqual(check_url("https://example.com:8443/x")[1], 8443)
        self.assertEqual(check_url("http://hub:80/x", private=True)[1], 80)

    def test_bad_addresses(self):
        for url in ("", "slack", "ftp://example.com/x", "https:///x", "https://[x"):
            with self.assertRaises(WebhookError, msg=url):
                check_url(url)
        for url in ("https://example.com:99999/", "https://a:b@example.com/"):
            with self.assertRaises(WebhookError, msg=url):
                check_url(url)
        self.assertEqual(check_url(" https://example.com/x ")[1], 443)

    # -- answers --------------------------------------------------------
    def test_redirects_are_not_followed(self):
        target = self.serve()
        server = self.serve(status=302, headers=[("Location", target.url)])
        self.assertIn("status 302", self.error(server.url, private=True))
        self.assertFalse(target.received)

    def test_failing_server(self):
        server = self.serve(status=500)
        self.assertIn(
            "localhost answered with status 500", self.error(server.url, private=True)
        )

    def test_nobody_listens(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            url = f"http://localhost:{probe.getsockname()[1]}/SECRET"
            self.assertIn("ConnectionRefused", self.error(url, private=True))

    def test_server_that_never_answers(self):
        release = threading.Event()
        self.addCleanup(release.set)
        server = self.serve(delay=release)
        error = self.error(server.url, private=True, timeout=0.2)
        self.assertIn("TimeoutError", error)

    def drip(self, lines):
        """A server that sends one line after the other, and never an end."""
        listening = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listening.close)

        def serve():
            connection, _address = listening.accept()
            with connection:
                try:
                    for line in lines:
                        connection.sendall(line)
                        time.sleep(0.05)
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        return f"http://localhost:{listening.getsockname()[1]}/SECRET"

    def assert_bounded(self, lines):
        start = time.monotonic()
        url = self.drip(lines)
        self.assertIn("TimeoutError", self.error(url, private=True, timeout=0.4))
        self.assertLess(time.monotonic() - start, 20)

    def test_server_that_drips_headers(self):
        headers = (b"X-%d: 1\r\n" % number for number in range(900))
        self.assert_bounded(itertools.chain([b"HTTP/1.1 200 OK\r\n"], headers))

    def test_server_that_drips_its_first_line(self):
        self.assert_bounded(b"H" for _number in range(900))

    def test_server_that_says_continue_for_ever(self):
        self.assert_bounded(b"HTTP/1.1 100 Go on\r\n\r\n" for _number in range(900))

    def test_server_that_drips_the_handshake(self):
        url = self.drip(b"\x16" for _number in range(900)).replace("http:", "https:")
        start = time.monotonic()
        self.error(url, private=True, timeout=0.4)
        self.assertLess(time.monotonic() - start, 20)

    # -- encryption -----------------------------------------------------
    def serve_encrypted(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        key, certificate = (str(Path(folder.name) / name) for name in ("key", "crt"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
            + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
            + ["-keyout", key, "-out", certificate],
            check=True,
            capture_output=True,
        )
        server = self.serve()
        server.encrypt(certificate, key)
        return server, certificate

    def test_certificates_are_checked(self):
        server, certificate = self.serve_encrypted()
        self.assertIn("certificate refused", self.error(server.url, private=True))
        self.assertFalse(server.received)
        with patch.dict("os.environ", SSL_CERT_FILE=certificate):
            post_json(server.url, {"text": "x"}, private=True)
            by_number = server.url.replace("localhost", "127.0.0.1")
            self.assertIn("certificate refused", self.error(by_number, private=True))
        self.assertEqual(len(server.received), 1)
