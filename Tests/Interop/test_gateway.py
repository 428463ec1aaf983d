"""The gateway on the wire: limits, hostile requests, paths, domains, by curl, requests and bare sockets."""

import json
import pathlib
import socket
import ssl
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests

from conftest import Cloud, environment

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
CODE = '''
import json
import os


def where(event, context):
    return {"url": os.environ["URL"].split("/")[2].split(":")[0],
            "rest": os.environ["REST"] + ".execute-api.us-east-1.localhost"}


def show(event, context):
    print("saw", event.get("rawPath") or event["path"])
    wanted = event.get("queryStringParameters") or {}
    if "size" in wanted:
        return {"statusCode": 200, "body": "x" * int(wanted["size"])}
    body = event.pop("body", None)
    return {"statusCode": 200, "body": json.dumps(
        {"event": event, "length": len(body or ""), "body": (body or "")[:100]})}
'''
MB = 1 << 20


def certificate(folder, name, *hosts):
    """A certificate for these hosts, and its key."""
    files = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", files[1], "-out", files[0], "-subj", f"/CN={name}", "-addext",
         "subjectAltName=" + ",".join(f"DNS:{host}" for host in hosts)], check=True, capture_output=True)
    return files


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "code").mkdir()
    (folder / "code" / "app.py").write_text(CODE)
    domain = {"DomainName": "shop.example", "CertificateArn": "c"}
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {
        "Http": {"Type": "AWS::Serverless::HttpApi", "Properties": {"Domain": {**domain, "BasePath": ["h"]}}},
        "Rest": {"Type": "AWS::Serverless::Api", "Properties": {
            "StageName": "v1", "Domain": {**domain, "BasePath": ["r/s"], "NormalizeBasePath": False}}},
        "Show": {"Type": "AWS::Serverless::Function", "Properties": {
            "CodeUri": "code", "Handler": "app.show", "Runtime": PYTHON, "Timeout": 30,
            "FunctionUrlConfig": {"AuthType": "NONE"},
            "Events": {
                "Any": {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Http"}}},
                "Rest": {"Type": "Api", "Properties": {
                    "RestApiId": {"Ref": "Rest"}, "Path": "/rest/{all+}", "Method": "any"}},
            }}},
        "Where": {"Type": "AWS::Serverless::Function", "Properties": {
            "CodeUri": "code", "Handler": "app.where", "Runtime": PYTHON,
            "Environment": {"Variables": {"URL": {"Fn::GetAtt": ["ShowUrl", "FunctionUrl"]}, "REST": {"Ref": "Rest"}}},
            "Events": {"Where": {"Type": "HttpApi", "Properties": {
                "ApiId": {"Ref": "Http"}, "Path": "/where", "Method": "get"}}}}}}}
    path = folder / "template.json"
    path.write_text(json.dumps(template))
    one, other = certificate(folder, "local", "localhost"), certificate(folder, "shop", "shop.example", "*.shop.example")
    cloud = Cloud(
        folder, "--tls-port", "0", "--tls-certificate", one[0], "--tls-key", one[1], "--tls-certificate", other[0],
        "--tls-key", other[1], template=path)
    cloud.certificates = one[0], other[0]
    yield cloud
    assert cloud.stop() == 0


def port(cloud):
    return urlsplit(cloud.gateway).port


def named(cloud, product):
    """curl's arguments to name the host of the function's URL (`url`) or of the REST API (`rest`)."""
    return ["-H", f"Host: {hosts(cloud)[product]}"] if product != "http" else []


def hosts(cloud):
    return requests.get(cloud.gateway + "/where").json()


def curl(cloud, target, *arguments, data=None):
    """Asks for a target as it stands. Gives the status and the body."""
    done = subprocess.run(
        ["curl", "-sS", "--noproxy", "*", "--path-as-is", "-g", "--max-time", "120", "-w", "\n%{http_code}",
         *arguments, cloud.gateway + target],
        input=data, capture_output=True, env=environment())
    body, _, status = done.stdout.rpartition(b"\n")
    return int(status), body


def connect(cloud):
    return socket.create_connection(("127.0.0.1", port(cloud)), timeout=60)


def talk(cloud, *pieces):
    """Sends bytes and gives back all that comes until the other side closes."""
    with connect(cloud) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return read(connection)


def read(connection):
    received = b""
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return received
        if not piece:
            return received
        received += piece


def is_well(cloud):
    status, body = curl(cloud, "/well")
    return status == 200 and json.loads(body)["event"]["rawPath"] == "/well"


def peak(cloud):
    """The most memory that the cloud has had, in bytes."""
    text = pathlib.Path(f"/proc/{cloud.process.pid}/status").read_text()
    return int(text.split("VmHWM:")[1].split()[0]) * 1024


def saw(cloud, path):
    return any(f"saw {path}" in line for line in cloud.log)


# Limits


@pytest.mark.parametrize("target, product, message", [
    ("/h", "http", "Request Entity Too Large"), ("/v1/rest/x", "rest", "Request Too Long"),
    ("/u", "url", "Request Entity Too Large")])
def test_bodies_have_limits(served, target, product, message):
    plain = ["-H", "Content-Type: text/plain", "--data-binary", "@-", *named(served, product)]
    # What Lambda takes, what only the gateway does, and what neither takes, with its length and without.
    status, body = curl(served, target, *plain, data=b"x" * (5 * MB))
    assert (status, json.loads(body)["length"]) == (200, 5 * MB)
    for size, more in ((7 * MB, []), (20 * MB, []), (20 * MB, ["-H", "Transfer-Encoding: chunked"])):
        status, body = curl(served, target, *plain, *more, data=b"x" * size)
        assert (status, json.loads(body)["message"]) == (413, message)
    assert is_well(served)


def test_who_asks_before_sending_too_much_is_told_at_once(served):
    with connect(served) as connection:
        connection.sendall(
            b"POST /h HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 20000000\r\n\r\n")
        received = read(connection)
    assert received.startswith(b"HTTP/1.1 413 ") and received.count(b"HTTP/1.1") == 1


def test_a_body_without_end_is_not_kept(served):
    before = peak(served)
    with connect(served) as connection:
        connection.sendall(b"POST /endless HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + b"x" * MB + b"\r\n"
        sent = 0
        try:
            while sent < 300:
                connection.sendall(chunk)
                sent += 1
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert sent < 300
    assert peak(served) - before < 100 * MB
    assert not saw(served, "/endless")
    assert is_well(served)


@pytest.mark.parametrize("target, product, status", [
    ("/h", "http", 500), ("/v1/rest/x", "rest", 502), ("/u", "url", 502)])
def test_answers_have_a_limit(served, target, product, status):
    host = named(served, product)
    assert curl(served, f"{target}?size={5 * MB}", *host) == (200, b"x" * (5 * MB))
    assert curl(served, f"{target}?size={7 * MB}", *host)[0] == status
    assert is_well(served)


@pytest.mark.parametrize("target, product, message", [
    ("/h", "http", "Request Header Fields Too Large"),
    ("/v1/rest/x", "rest", "HTTP header is larger than 10240 bytes.")])
def test_heads_have_a_limit(served, target, product, message):
    host = hosts(served).get(product, f"127.0.0.1:{port(served)}")
    head = len(f"GET {target} HTTP/1.1") + len(host) + len("*/*")
    arguments = ["-A", "", "-H", f"Host: {host}"]
    status, _ = curl(served, target, *arguments, "-H", "X: " + "a" * (10_240 - head))
    assert status == 200
    status, body = curl(served, target, *arguments, "-H", "X: " + "a" * (10_241 - head))
    assert (status, json.loads(body)) == (431, {"message": message})
    assert is_well(served)


def test_a_functions_url_takes_longer_heads(served):
    host = hosts(served)["url"]
    big = ["-H", f"Host: {host}"]
    for index in range(8):
        big += ["-H", f"X-{index}: " + "a" * 60_000]
    assert curl(served, "/u", *big)[0] == 200
    flood = f"GET /u HTTP/1.1\r\nHost: {host}\r\n".encode() + (b"X: " + b"a" * 60_000 + b"\r\n") * 40 + b"\r\n"
    try:
        received = talk(served, flood)
        assert received == b"" or received.startswith(b"HTTP/1.1 431 ")
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert is_well(served)


# Hostile requests


HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n"


@pytest.mark.parametrize("fields, body", [
    (b"Content-Length: 3\r\nContent-Length: 40", b"abc"), (b"Content-Length: 3\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding: chunked\r\nContent-Length: 3", b"0\r\n\r\n"), (b"Transfer-Encoding: xchunked", b"0\r\n\r\n"),
    (b"Content-Length : 3", b"abc"), (b"X: a\r\n Content-Length: 3", b"abc"), (b"X: a\nContent-Length: 3", b"abc"),
    (b"Content-Length: +3", b"abc"), (b"Content-Length: 3\x00", b"abc"),
])
def test_nothing_is_smuggled(served, fields, body):
    received = talk(served, b"POST /smuggled HTTP/1.1\r\nHost: h\r\n" + fields + b"\r\n\r\n" + body + HIDDEN)
    assert received.startswith(b"HTTP/1.1 400 ") and received.count(b"HTTP/1.1") == 1
    assert not saw(served, "/hidden") and not saw(served, "/smuggled")
    assert is_well(served)


def test_a_slow_body_holds_up_nobody_else(served):
    with connect(served) as slow:
        slow.sendall(b"POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabc")
        for _ in range(3):
            assert is_well(served)
        assert not saw(served, "/slow")
        for byte in b"defghij":
            slow.sendall(bytes([byte]))
        assert b"abcdefghij" in read(slow)


@pytest.mark.parametrize("start", [
    b"POST /gone HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nabc",
    b"POST /gone HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc",
    b"POST /gone HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", b"POST /gone HTTP/1.1\r\nHo", b""])
def test_a_caller_that_goes_in_the_middle_leaves_nothing(served, start):
    for _ in range(20):
        with connect(served) as connection:
            connection.sendall(start)
    assert is_well(served)
    assert not saw(served, "/gone")


@pytest.mark.parametrize("path", [
    "/a/../../etc/passwd", "/%2e%2e/%2E%2e/etc/passwd", "//a///b", "/a%00b", "/%c0%ae%c0%ae/", "/a%2fb%5c", "/%", "/%zz",
    "/a;b=c/@:!$&'()*+,=~", "/.", "/..", "/v1x/y"])
def test_paths_come_as_they_are(served, path):
    status, body = curl(served, path)
    assert status == 200
    event = json.loads(body)["event"]
    assert event["rawPath"] == path and event["requestContext"]["http"]["path"] == path
    assert event["routeKey"] == "$default"
    # A REST API's function sees the part behind the stage, and its parameter as it was sent.
    status, body = curl(served, "/v1/rest" + path, *named(served, "rest"))
    assert status == 200
    event = json.loads(body)["event"]
    assert event["path"] == "/rest" + path
    assert event["pathParameters"] == {"all": path[1:].rstrip("/")}


@pytest.mark.parametrize("path", [b"/\xc3\xa4", b"/\xff\xfe", b"/\xc0\xaf", b"/a\x00", b"/a\x7f", b"/a\tb"])
def test_bytes_that_no_path_has_are_refused(served, path):
    received = talk(served, b"GET " + path + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 400 ")
    assert is_well(served)


def test_an_absolute_target_is_for_the_host_that_it_names(served):
    received = talk(
        served, b"GET http://shop.example/h/a?b HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200 ")
    event = json.loads(received.partition(b"\r\n\r\n")[2])["event"]
    assert (event["rawPath"], event["rawQueryString"]) == ("/a", "b")
    assert event["headers"]["host"] == event["requestContext"]["domainName"] == "shop.example"
    for target in (b"*", b"host:80", b"a/b"):
        received = talk(served, b"OPTIONS " + target + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        assert received.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("body, is_text", [
    (b'{"broken": ', True), (b"\xff\xfe\x00", False), (b"\x00", True), (b"[" * 100_000, True),
    ("\u2028\U0001f4a9".encode(), True)])
def test_bodies_that_are_no_json_are_the_functions_affair(served, body, is_text):
    status, answer = curl(served, "/body", "-H", "Content-Type: application/json", "--data-binary", "@-", data=body)
    assert status == 200
    answer = json.loads(answer)
    assert answer["event"]["isBase64Encoded"] is not is_text
    if is_text:
        assert answer["body"] == body.decode()[:100]


# Domains


def test_a_domain_leads_to_its_apis(served):
    def get(path, host="shop.example"):
        return requests.get(served.gateway + path, headers={"Host": host})

    http = get("/h/items/1").json()["event"]
    assert (http["rawPath"], http["requestContext"]["domainPrefix"]) == ("/items/1", "shop")
    rest = get("/r/s/rest/1").json()["event"]
    assert (rest["path"], rest["resource"], rest["requestContext"]["path"]) == (
        "/r/s/rest/1", "/rest/{all+}", "/r/s/rest/1")
    assert get("/r/s/other").json() == {"message": "Missing Authentication Token"}
    for path in ("/", "/hx", "/r", "/items/1"):
        assert get(path).status_code in (403, 404)
    assert get("/x", "none.execute-api.us-east-1.amazonaws.com").status_code == 403


def test_each_host_is_shown_its_certificate(served):
    ready = served.wait_for_log(lambda entry: entry.get("type") == "ready")
    secure = ready["gatewayTLS"]
    for host, trusted, is_taken in (
            ("localhost", 0, True), ("shop.example", 1, True), ("a.shop.example", 1, True), ("shop.example", 0, False)):
        done = subprocess.run(
            ["curl", "-sS", "--noproxy", "*", "--cacert", served.certificates[trusted], "--resolve",
             f"{host}:{urlsplit(secure).port}:127.0.0.1", f"https://{host}:{urlsplit(secure).port}/h/x"],
            capture_output=True, env=environment())
        assert (done.returncode == 0) is is_taken
        if is_taken:
            assert json.loads(done.stdout)["event"]["headers"]["x-forwarded-proto"] == "https"


def test_tls_that_is_none_harms_nobody(served):
    ready = served.wait_for_log(lambda entry: entry.get("type") == "ready")
    secure = ready["gatewayTLS"]
    with socket.create_connection(("127.0.0.1", urlsplit(secure).port), timeout=60) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert b"HTTP/1.1" not in read(plain)
    with pytest.raises(ssl.SSLError):
        context = ssl.create_default_context()
        with socket.create_connection(("127.0.0.1", port(served)), timeout=60) as plain:
            context.wrap_socket(plain, server_hostname="localhost")
    assert is_well(served)
