"""Runs the packaged program where there is nothing but itself, and prints what came of it as JSON.

    unshare --mount --net [--user --map-root-user] python empty_root.py PROGRAM EVENT DIRECTORY

DIRECTORY becomes a root that holds the program, `/proc`, `/tmp`, `/etc/resolv.conf` and certificates where Amazon Linux has
them. The network is a loopback interface of its own, on which this program is all that there is: the Runtime API, the only
name server, and an AWS service behind TLS whose certificate a test's authority has signed.
"""

import contextlib
import datetime
import fcntl
import http.server
import ipaddress
import json
import os
import pathlib
import queue
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

REGION = "eu-west-1"
SERVICE = f"dynamodb.{REGION}.amazonaws.com"
BUNDLE = "etc/pki/tls/certs/ca-bundle.crt"


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        up = struct.pack("16sh14x", b"lo", 1 | 0x40)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(control, 0x8914, up)  # SIOCSIFFLAGS


class Root:
    """The root directory of the function."""

    def __init__(self, directory, program):
        self.path = pathlib.Path(directory)
        for folder in ("var/task", "proc", "tmp", "etc", os.path.dirname(BUNDLE)):
            (self.path / folder).mkdir(parents=True)
        (self.path / "var/task/bootstrap").write_bytes(pathlib.Path(program).read_bytes())
        (self.path / "var/task/bootstrap").chmod(0o755)
        (self.path / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
        subprocess.run(["mount", "--rbind", "/proc", self.path / "proc"], check=True)

    def trust(self, authority):
        (self.path / BUNDLE).write_bytes(authority.public_bytes(serialization.Encoding.PEM))

    def files(self):
        found = []
        for folder, folders, names in os.walk(self.path):
            if pathlib.Path(folder) == self.path:
                folders.remove("proc")
            found += [str(pathlib.Path(folder, name).relative_to(self.path)) for name in names]
        return sorted(found)


class NameServer:
    """Knows one name. Answers over UDP at the port of name servers."""

    def __init__(self, name, address):
        self.name, self.address, self.asked = name, ipaddress.ip_address(address), []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            query, asker = self.socket.recvfrom(512)
            labels, at = [], 12
            while query[at]:
                labels.append(query[at + 1:at + 1 + query[at]].decode())
                at += 1 + query[at]
            question, kind = query[12:at + 5], struct.unpack(">H", query[at + 1:at + 3])[0]
            name = ".".join(labels).lower()
            self.asked.append(name)
            is_known = name == self.name
            answer = b""
            if is_known and kind == 1:
                answer = struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + self.address.packed
            flags = 0x8580 | (0 if is_known else 3)
            head = query[:2] + struct.pack(">HHHHH", flags, 1, 1 if answer else 0, 0, 0)
            self.socket.sendto(head + question + answer, asker)


class Authority:
    """An authority that signs certificates."""

    def __init__(self, name):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._sign(self.name, self.key, x509.BasicConstraints(ca=True, path_length=0))

    def _sign(self, subject, key, *extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder(
            issuer_name=self.name, subject_name=subject, public_key=key.public_key(),
            serial_number=x509.random_serial_number(), not_valid_before=now - datetime.timedelta(hours=1),
            not_valid_after=now + datetime.timedelta(hours=1))
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, name, path):
        """Writes a certificate for a name, with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._sign(subject, key, x509.SubjectAlternativeName([x509.DNSName(name)]))
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return path


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": len(body)}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)


class Service(http.server.ThreadingHTTPServer):
    """DynamoDB with nothing in it, behind TLS. Notes under which name and with which call it was reached."""

    daemon_threads = True

    def __init__(self, certificate):
        self.calls, self.names = [], []
        super().__init__(("127.0.0.1", 443), type("ServiceHandler", (Handler,), {"do_POST": Service.call}))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda connection, name, _: self.names.append(name)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @staticmethod
    def call(handler):
        handler.body()
        handler.server.calls.append((handler.headers["Host"], handler.headers["X-Amz-Target"]))
        handler.answer(200, b"{}", Content_Type="application/x-amz-json-1.0")

    def handle_error(self, request, client_address):
        pass  # A caller that does not trust the certificate hangs up.


class RuntimeAPI(http.server.ThreadingHTTPServer):
    """Hands out events and collects what is said to them."""

    daemon_threads = True

    def __init__(self, events):
        self.events, self.answers = queue.Queue(), queue.Queue()
        for number, event in enumerate(events):
            self.events.put((number, event))
        handler = type("RuntimeHandler", (Handler,), {"do_GET": RuntimeAPI.next, "do_POST": RuntimeAPI.take})
        super().__init__(("127.0.0.1", 0), handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @staticmethod
    def next(handler):
        number, event = handler.server.events.get()
        handler.answer(200, event, Lambda_Runtime_Aws_Request_Id=f"event-{number}", Content_Type="application/json")

    @staticmethod
    def take(handler):
        call = handler.path.rsplit("/", 1)[1]
        handler.server.answers.put((call, handler.body()))
        handler.answer(202, b"{}")


@contextlib.contextmanager
def function(root, handler, events):
    """A process of the program in the root; yields its Runtime API, and ends it as Lambda would."""
    api = RuntimeAPI(events)
    template = json.loads((pathlib.Path(__file__).resolve().parents[2] / "template.json").read_text())
    names = template["Globals"]["Function"]["Environment"]["Variables"]
    settings = {name: name.lower() for name in names if name.endswith("_TABLE")} | {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}", "_HANDLER": handler, "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "PICTURES_BUCKET": "pictures",
        "SESSION_SECRET": "s" * 32, "LAMBDA_TASK_ROOT": "/var/task"}

    def enter():
        os.chroot(root.path)
        os.chdir("/var/task")

    process = subprocess.Popen(["/var/task/bootstrap"], env=settings, preexec_fn=enter, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield api
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    finally:
        process.kill()
        log = process.communicate()[0].decode(errors="replace")
        sys.stderr.write(f"{handler} ended with {process.returncode}\n{log}")
    if process.returncode:
        sys.exit(f"{handler} ended with {process.returncode}")


def answers(root, handler, events):
    """What the function says to the events, one after the other."""
    with function(root, handler, events) as api:
        told = [api.answers.get(timeout=60) for _ in events]
    return [{"call": call, "body": body.decode()} for call, body in told]


def main():
    program, event, directory = sys.argv[1:]
    raise_loopback()
    directory = pathlib.Path(directory)
    root = Root(directory / "root", program)
    authority, stranger = Authority("Test authority"), Authority("Stranger")
    names = NameServer(SERVICE, "127.0.0.1")
    service = Service(authority.issue(SERVICE, directory / "service.pem"))
    event = pathlib.Path(event).read_bytes()
    root.trust(authority.certificate)
    told = {"echo": answers(root, "echo", [event, b"[]", b'"%s"' % (b"x" * 1_000_000)])}
    told["files"] = root.files()
    told["trusted"] = answers(root, "accounts", [event])
    told["calls"], told["names"], told["asked"] = list(service.calls), list(service.names), list(names.asked)
    root.trust(stranger.certificate)
    told["untrusted"] = answers(root, "accounts", [event])
    told["calls_untrusted"] = service.calls[len(told["calls"]):]
    names.name = "nobody.example"
    root.trust(authority.certificate)
    told["unresolved"] = answers(root, "accounts", [event])
    told["calls_unresolved"] = service.calls[len(told["calls"]):]
    print(json.dumps(told))


main()
