"""What each function may do, in the template, against what it does when the service is used."""

import http.client
import http.server
import json
import re
import threading

import pytest
import requests

from conftest import ROOT, Cloud, pictures_template
from granted_actions import Grants, required

TEMPLATE = json.loads((ROOT / "template.json").read_text())
FUNCTIONS = {
    body["Properties"]["Handler"]: body["Properties"] for body in TEMPLATE["Resources"].values()
    if body["Type"] == "AWS::Serverless::Function"}
# What is needed though nothing here calls it, by the function and by what its policy says.
NEEDED_UNCALLED = {
    # Without it S3 says of an object that is not there that it is forbidden.
    (name, "s3:ListBucket", "pictures-000000000000-us-east-1") for name in ("upload", "get", "rekognize")
} | {
    # Where there are more objects or rows than fit in a page, the sweeper keeps its place.
    ("sweeper", "dynamodb:UpdateItem", "Settings"),
    # Where several profiles cannot be written at once, a restore writes one after the other.
    ("backup", "dynamodb:GetItem", "UserInfo"),
}
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length"}


class Recorder(http.server.ThreadingHTTPServer):
    """Stands between one function and its cloud, and notes which calls it makes. Presigned URLs lead here too."""

    daemon_threads = True

    def __init__(self):
        self.edge, self.calls = None, []
        methods = {f"do_{method}": Recorder.forward for method in ("GET", "HEAD", "PUT", "POST", "DELETE")}
        handler = type("Forwarding", (http.server.BaseHTTPRequestHandler,), {
            **methods, "protocol_version": "HTTP/1.1", "log_message": lambda *_: None})
        super().__init__(("127.0.0.1", 0), handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @staticmethod
    def forward(handler):
        assert "Transfer-Encoding" not in handler.headers
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        handler.server.calls += required(handler.command, handler.path, handler.headers, body)
        cloud = http.client.HTTPConnection(handler.server.edge, timeout=60)
        kept = {name: value for name, value in handler.headers.items() if name.lower() not in ("connection", "expect")}
        cloud.request(handler.command, handler.path, body=body, headers=kept)
        answer = cloud.getresponse()
        content = answer.read()
        handler.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                handler.send_header(name, value)
        length = answer.getheader("Content-Length", "0") if handler.command == "HEAD" else str(len(content))
        handler.send_header("Content-Length", length)
        handler.end_headers()
        handler.wfile.write(content)
        cloud.close()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """What each function has done once every event was replayed, and what the events leave out has happened too."""
    folder = tmp_path_factory.mktemp("permissions")
    path = pictures_template(folder)
    template = json.loads(path.read_text())
    recorders = {}
    for body in template["Resources"].values():
        if body["Type"] == "AWS::Serverless::Function":
            recorder = recorders[body["Properties"]["Handler"]] = Recorder()
            variables = body["Properties"].setdefault("Environment", {}).setdefault("Variables", {})
            variables["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{recorder.server_port}"
    sweeper = template["Resources"]["Sweeper"]["Properties"]
    sweeper["Events"]["Schedule"]["Properties"]["Schedule"] = "rate(30 minutes)"
    sweeper["Environment"]["Variables"]["SWEEPER_MULTIPART_SECONDS"] = "3600"
    path.write_text(json.dumps(template))
    cloud = Cloud(folder, template=path)
    for recorder in recorders.values():
        recorder.edge = cloud.edge.removeprefix("http://")
    try:
        replay = cloud.run("replay", ROOT / "Events")
        assert replay.returncode == 0, replay.stdout + replay.stderr
        upload_straight_to_the_bucket(cloud)
        leave_what_crashes_leave(cloud)
        restore_accounts(cloud)
        yield {name: set(recorder.calls) for name, recorder in recorders.items()}
    finally:
        cloud.stop()


def call(cloud, method, path, token=None, **options):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.request(method, cloud.gateway + path, headers=headers, timeout=60, **options)
    assert answer.status_code < 300, answer.text
    return answer


def session(cloud, username, is_new=True):
    account = {"username": username, "password": "correct horse battery"}
    if is_new:
        call(cloud, "POST", "/signup", json=account)
    return call(cloud, "POST", "/login", json=account).json()["token"]


def upload_straight_to_the_bucket(cloud):
    token = session(cloud, "straight")
    content = (ROOT / "Events" / "cat.jpg").read_bytes()
    ticket = call(cloud, "POST", "/pictures/uploads", token, json={"key": "big", "bytes": len(content)}).json()
    assert requests.put(ticket["url"], data=content, timeout=60).status_code == 200
    call(cloud, "POST", ticket["complete"], token)
    call(cloud, "PUT", "/pictures/big", token, data=content)  # in its place
    call(cloud, "GET", "/pictures", token, params={"order": "key"})
    call(cloud, "POST", "/pictures/delete", token, json={"all": True, "confirm": "delete all my pictures"})


def leave_what_crashes_leave(cloud):
    """An object without a row, a row without an object, uploads that nobody completes; and time for the sweeper."""
    token = session(cloud, "crash")
    content = (ROOT / "Events" / "cat.jpg").read_bytes()
    s3, dynamodb = cloud.client("s3"), cloud.client("dynamodb")
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    for key in ("without-row", "without-object"):
        call(cloud, "PUT", f"/pictures/{key}", token, data=content)
    ticket = call(cloud, "POST", "/pictures/uploads", token, json={"key": "never", "bytes": 3}).json()
    requests.put(ticket["url"], data=b"abc", timeout=60).raise_for_status()
    rows = {row["key"]["S"]: row for row in dynamodb.scan(TableName="Pictures")["Items"]}
    lost = rows["without-row"]
    dynamodb.delete_item(TableName="Pictures", Key={"userId": lost["userId"], "key": lost["key"]})
    s3.delete_object(Bucket=bucket, Key=rows["without-object"]["object"]["S"])
    s3.create_multipart_upload(Bucket=bucket, Key=lost["object"]["S"] + "-parts")
    advanced = cloud.run("clock", "advance", "3h")
    assert advanced.returncode == 0, advanced.stderr


def restore_accounts(cloud):
    token = session(cloud, "admin", is_new=False)
    whole = set()
    # One more than are kept. They are named by the second, and what is not whole yet does not count.
    while len(whole) <= 3:
        taken = call(cloud, "POST", "/admin/backups", token)
        if taken.status_code == 201:
            name = taken.json()["name"]
            whole.add(name)
    # A name that was taken since by somebody else goes back.
    cloud.client("dynamodb").delete_item(TableName="UserAuth", Key={"userId": {"S": "name#crash"}})
    session(cloud, "crash")
    for _ in range(40):
        answer = call(cloud, "POST", f"/admin/backups/{name}/restore", token, json={"confirm": f"restore backup {name}"})
        if answer.status_code == 200:
            return
    pytest.fail(f"the restore does not end: {answer.text}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_what_it_does(recorded, name):
    grants = Grants(TEMPLATE, FUNCTIONS[name])
    assert recorded[name] or name == "echo"
    assert {call for call in recorded[name] if not grants.matching(*call)} == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_no_more(recorded, name):
    grants = Grants(TEMPLATE, FUNCTIONS[name])
    used = set().union(*(grants.matching(*call) for call in recorded[name]), set())
    unused = {(name, action, re.split("[:/]", arn)[-1]) for action, arn in set(grants.allowed) - used}
    assert unused - NEEDED_UNCALLED == set()
