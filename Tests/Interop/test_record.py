"""Sessions: recorded on one cloud with real clients, replayed on another that knows nothing of it."""

import io
import json
import signal
import subprocess

import pytest
import requests
from PIL import Image

from conftest import DARKROOM, environment, eventually
from test_pictures import picture

PASSWORD = "correct horse battery"


class Recorder:
    """A running `darkroom record`."""

    def __init__(self, cloud, path, *arguments):
        self.path = path
        self.process = subprocess.Popen(
            [str(DARKROOM), "record", "--endpoint", cloud.edge, "--output", str(path), *arguments],
            stderr=subprocess.PIPE, text=True, env=environment())
        # The header is the sign that nothing will be missed from now on.
        def has_begun():
            assert self.process.poll() is None, self.process.stderr.read()
            return path.exists() and path.read_text().endswith("\n")

        eventually(has_begun, 30, "the recorder has not begun")

    def lines(self):
        return self.path.read_text().splitlines()

    def wait_for(self, count):
        """Waits until so many exchanges are in the file."""
        eventually(
            lambda: len(self.lines()) > count, 30,
            lambda: f"{len(self.lines()) - 1} of {count} exchanges were recorded")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, errors
        return errors


def replay(cloud, *arguments):
    """Runs `darkroom replay` on a fresh cloud of the same template."""
    command = [DARKROOM, "replay", *arguments, "--template", cloud.template]
    return subprocess.run(
        [str(part) for part in command], env=environment(),
        cwd=cloud.template.parent, text=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def session(cloud, tmp_path_factory):
    """A visit to the picture service, from sign-up to the removal of a picture, with what must not be in the file."""
    path = tmp_path_factory.mktemp("session") / "session.jsonl"
    recorder = Recorder(cloud, path)
    url = cloud.gateway
    count = 0

    def call(method, target, status, base=url, **options):
        nonlocal count
        count += 1
        answer = requests.request(method, base + target, **options)
        assert answer.status_code == status, answer.text
        return answer

    account = {"username": "visitor", "password": PASSWORD}
    call("POST", "/signup", 201, json={**account, "firstName": "Vi", "birthday": "1990-04-01"})
    call("POST", "/login", 401, json={**account, "password": "battery staple horse"})
    login = call("POST", "/login", 200, json=account)
    token = login.json()["token"]
    bearer = {"Authorization": "Bearer " + token}
    cookie = {"Cookie": login.headers["Set-Cookie"].split(";")[0]}
    content, raw = picture("teal"), picture("gold", (40, 30), "PNG")
    call("POST", "/pictures", 201, headers=bearer, data={"key": "form"}, files={"file": ("a.jpg", content)})
    call("PUT", "/pictures/raw/body", 201, headers=cookie, data=raw)
    # A person looks once recognition has had its time; a replay then waits for it too.
    assert requests.get(cloud.edge + "/_darkroom/settled").json() == {"settled": True}
    call("GET", "/pictures?limit=1", 200, headers=bearer)
    got = call("GET", "/pictures/form", 200, headers=cookie)
    assert got.content == content
    call("GET", "/pictures/form", 304, headers={**bearer, "If-None-Match": got.headers["ETag"]})
    call("GET", "/pictures/missing", 404, headers=bearer)
    call("DELETE", "/pictures/form", 204, headers=bearer)
    call("GET", "/pictures", 401, headers={"Authorization": "Bearer forged-by-somebody"})
    call("GET", "/nowhere", 404)
    cloud.client("lambda").invoke(FunctionName="list", Payload=json.dumps({
        "version": "2.0", "routeKey": "GET /pictures", "rawPath": "/pictures", "rawQueryString": "",
        "headers": {"authorization": "Bearer " + token}, "isBase64Encoded": False,
        "requestContext": {"http": {"method": "GET", "path": "/pictures", "sourceIp": "127.0.0.1",
                                    "protocol": "HTTP/1.1", "userAgent": "test"},
                           "stage": "$default", "requestId": "r", "timeEpoch": 0}}))
    count += 1
    recorder.wait_for(count)
    summary = recorder.stop()
    assert f"{count} exchanges recorded" in summary
    return path, count, [PASSWORD, "battery staple horse", token, "forged-by-somebody"]


def test_a_session_replays_on_a_fresh_cloud(cloud, session):
    path, count, _ = session
    done = replay(cloud, path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{count} exchanges replayed, none differs" in done.stdout
    assert not done.stderr
    told = json.loads(replay(cloud, path, "--json").stdout)
    assert told["differing"] == 0 and len(told["exchanges"]) == count
    assert {"signup": 201, "pictures": 201}.items() <= {
        entry["request"].split("/")[1]: entry["status"] for entry in told["exchanges"][:4]}.items()


def test_no_secret_is_in_the_file(session):
    path, count, secrets = session
    text = path.read_text()
    for secret in secrets:
        assert secret not in text
    assert "AWS4-HMAC-SHA256" not in text
    assert path.stat().st_mode & 0o077 == 0
    lines = [json.loads(line) for line in text.splitlines()]
    assert (lines[0]["darkroom"], lines[0]["version"]) == ("session", 1)
    assert lines[-1] == {"end": {"exchanges": count, "leftOut": 0}}
    direct = lines[-2]
    assert direct["entrance"] == "edge" and direct["function"] == "list"
    assert direct["request"]["signed"] == {"service": "lambda", "region": "us-east-1"}
    # What functions send themselves is not there: one exchange for each request.
    assert [line["number"] for line in lines[1:-1]] == list(range(1, count + 1))


def test_a_difference_is_shown_and_said_by_the_exit_status(cloud, session, tmp_path):
    path, _, _ = session
    changed = tmp_path / "changed.jsonl"
    text = path.read_text()
    assert '"contentType":"image/jpeg"' in text
    changed.write_text(text.replace('"contentType":"image/jpeg"', '"contentType":"image/webp"', 1))
    done = replay(cloud, changed)
    assert done.returncode == 1
    assert "DIFFERS\n    body/contentType\n      expected  image/webp\n      got       image/jpeg" in done.stdout
    assert "1 not as recorded" in done.stdout
    told = json.loads(replay(cloud, changed, "--json").stdout)
    assert told["differing"] == 1
    [differing] = [entry for entry in told["exchanges"] if not entry["asRecorded"]]
    assert differing["differences"] == [
        {"path": "body/contentType", "expected": "image/webp", "got": "image/jpeg"}]
    ignored = replay(cloud, changed, "--ignore", "body/contentType")
    assert ignored.returncode == 0, ignored.stdout


def test_half_a_file_is_used_as_far_as_it_goes(cloud, session, tmp_path):
    path, _, _ = session
    lines = path.read_text().splitlines(keepends=True)
    half = tmp_path / "half.jsonl"
    half.write_text("".join(lines[:4]) + lines[4][:90])
    done = replay(cloud, half)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Line 5 was not written to its end" in done.stderr
    assert "3 exchanges replayed" in done.stdout


@pytest.mark.parametrize("change, sentence", [
    (lambda lines: ["hello\n"], "line 1: it is not JSON"),
    (lambda lines: [lines[0].replace('"version":1', '"version":9')] + lines[1:], "line 1: the session is of version 9"),
    (lambda lines: lines[:2] + ["{]\n"] + lines[2:], "line 3: it is not JSON"),
    (lambda lines: lines[:1] + [lines[1].replace('"function":"accounts"', '"function":"gone"')] + lines[2:],
     "Line 2 calls the function 'gone', which the cloud does not have"),
    (lambda lines: [], "is empty"),
])
def test_what_cannot_be_replayed_is_said(cloud, session, tmp_path, change, sentence):
    path, _, _ = session
    broken = tmp_path / "broken.jsonl"
    broken.write_text("".join(change(path.read_text().splitlines(keepends=True))))
    done = replay(cloud, broken)
    assert done.returncode == 1 and sentence in done.stderr, done.stderr
    assert not done.stdout


def test_a_session_replays_on_a_running_cloud(cloud, session, start):
    path, count, _ = session
    other = start()
    done = replay(cloud, path, "--endpoint", other.edge)
    assert done.returncode == 0, done.stdout + done.stderr
    # The visitor is known there now.
    again = replay(cloud, path, "--endpoint", other.edge)
    assert again.returncode == 1 and "expected  201\n      got       409" in again.stdout


def test_a_recorder_that_is_killed_leaves_what_it_had(cloud, tmp_path):
    path = tmp_path / "killed.jsonl"
    recorder = Recorder(cloud, path)
    assert requests.get(cloud.gateway + "/nowhere").status_code == 404
    recorder.wait_for(1)
    recorder.process.kill()
    recorder.process.wait()
    done = replay(cloud, path)
    assert done.returncode == 0, done.stderr
    assert "The recording has no end line" in done.stderr and "1 exchange replayed" in done.stdout


def test_a_file_that_is_there_is_not_overwritten(cloud, tmp_path):
    path = tmp_path / "precious.jsonl"
    path.write_text("precious")
    done = cloud.run("record", "--output", path)
    assert done.returncode == 1 and "is there already" in done.stderr
    assert path.read_text() == "precious"


def test_bodies_beyond_the_limit_are_left_out(cloud, tmp_path):
    path = tmp_path / "short.jsonl"
    recorder = Recorder(cloud, path, "--body-limit", "100")
    requests.post(cloud.gateway + "/nowhere", data=b"x" * 101)
    recorder.wait_for(1)
    recorder.stop()
    assert json.loads(path.read_text().splitlines()[1])["request"]["body"]["leftOut"]["bytes"] == 101
    done = replay(cloud, path)
    assert done.returncode == 1
    assert "its body of 101 bytes is longer than what the recorder was to keep" in done.stdout


def test_presigned_requests_are_part_of_the_session(cloud, tmp_path):
    path = tmp_path / "presigned.jsonl"
    recorder = Recorder(cloud, path)
    stream = io.BytesIO()
    Image.effect_noise((2600, 2600), 90).save(stream, "PNG")
    content = stream.getvalue()
    account = {"username": "direct", "password": PASSWORD}
    assert requests.post(cloud.gateway + "/signup", json=account).status_code == 201
    token = requests.post(cloud.gateway + "/login", json=account).json()["token"]
    bearer = {"Authorization": "Bearer " + token}
    begun = requests.post(
        cloud.gateway + "/pictures/uploads", headers=bearer, json={"key": "large", "bytes": len(content)}).json()
    assert requests.put(begun["url"], data=content).status_code == 200
    done = requests.post(cloud.gateway + begun["complete"], headers=bearer)
    assert done.status_code == 201, done.text
    moved = requests.get(cloud.gateway + "/pictures/large", headers=bearer, allow_redirects=False)
    assert moved.status_code == 307
    assert requests.get(moved.headers["Location"]).content == content
    recorder.wait_for(7)
    recorder.stop()
    text = path.read_text()
    assert "X-Amz-Signature" not in text
    assert [json.loads(line)["entrance"] for line in text.splitlines()[1:-1]] == [
        "gateway", "gateway", "gateway", "edge", "gateway", "gateway", "edge"]
    replayed = replay(cloud, path)
    assert replayed.returncode == 0, replayed.stdout
