"""The picture service over HTTP, as a person with curl and a program with a token use it."""

import concurrent.futures
import hashlib
import io
import json
import struct
import subprocess
import urllib.parse
import zlib

import pytest
import requests
from PIL import Image


class Person:
    """Somebody with an account and a session."""

    def __init__(self, cloud, username, **profile):
        self.cloud, self.username = cloud, username
        self.password = "correct horse battery"
        answer = requests.post(cloud.gateway + "/signup", json={
            "username": username, "password": self.password, **profile})
        assert answer.status_code == 201, answer.text
        self.log_in()

    def log_in(self):
        answer = requests.post(
            self.cloud.gateway + "/login", json={"username": self.username, "password": self.password})
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["token"]
        self.cookie = answer.headers["Set-Cookie"]

    def call(self, method, path, **options):
        headers = {"Authorization": "Bearer " + self.token, **options.pop("headers", {})}
        return requests.request(method, self.cloud.gateway + path, headers=headers, **options)

    def upload(self, key, content, name="picture", **options):
        return self.call("POST", "/pictures", data={"key": key}, files={"file": (name, content)}, **options)

    def keys(self, **query):
        answer = self.call("GET", "/pictures", params=query)
        assert answer.status_code == 200, answer.text
        return [picture["key"] for picture in answer.json()["pictures"]]


def picture(colour="teal", size=(320, 200), form="JPEG"):
    """A picture that no other call has made in this colour and size."""
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, form)
    return stream.getvalue()


def fault(answer):
    assert answer.headers["Content-Type"].startswith("application/json"), answer.text
    return answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["message"]


@pytest.fixture(scope="module")
def ada(cloud):
    return Person(cloud, "ada", firstName="Ada", email="ada@example.org", birthday="1985-12-10")


@pytest.fixture(scope="module")
def bob(cloud):
    return Person(cloud, "bob")


def test_the_commands_of_the_readme(cloud, tmp_path):
    jpeg, back, jar = tmp_path / "cat.jpg", tmp_path / "back.jpg", tmp_path / "jar"
    jpeg.write_bytes(picture("sienna"))

    def curl(*arguments):
        done = subprocess.run(
            ["curl", "-sS", "-b", jar, "-c", jar, *arguments], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    account = json.dumps({"username": "curious", "password": "correct horse battery"})
    curl(cloud.gateway + "/signup", "-d", account)
    assert json.loads(curl(cloud.gateway + "/login", "-d", account))["username"] == "curious"
    stored = json.loads(curl(cloud.gateway + "/pictures", "-F", "key=cat", "-F", f"file=@{jpeg}"))
    assert (stored["key"], stored["bytes"], stored["width"]) == ("cat", jpeg.stat().st_size, 320)
    headers = curl(cloud.gateway + "/pictures/cat", "-o", back, "-D", "-")
    assert back.read_bytes() == jpeg.read_bytes()
    assert "x-cache: " in headers.lower() and "etag: " in headers.lower()
    assert [entry["key"] for entry in json.loads(curl(cloud.gateway + "/pictures"))["pictures"]] == ["cat"]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_each_kind_comes_back_byte_for_byte(ada, form):
    content = picture("gold", (64, 48), form)
    answer = ada.upload(f"kinds/{form}", content, name="misnamed.txt")
    assert answer.status_code == 201, answer.text
    assert answer.json()["contentType"] == "image/" + form.lower()
    got = ada.call("GET", f"/pictures/kinds/{form}")
    assert got.content == content and got.headers["Content-Type"] == "image/" + form.lower()
    again = ada.call("GET", f"/pictures/kinds/{form}")
    assert again.content == content and again.headers["X-Cache"] in ("HIT", "MISS")


def test_conditions_ranges_and_heads(ada):
    content = picture("navy")
    assert ada.call("PUT", "/pictures/raw/body", data=content).status_code == 201
    whole = ada.call("GET", "/pictures/raw/body")
    etag = whole.headers["ETag"]
    assert etag == '"' + hashlib.sha256(content).hexdigest() + '"'
    unchanged = ada.call("GET", "/pictures/raw/body", headers={"If-None-Match": etag})
    assert unchanged.status_code == 304 and not unchanged.content
    part = ada.call("GET", "/pictures/raw/body", headers={"Range": "bytes=10-19"})
    assert part.status_code == 206 and part.content == content[10:20]
    assert ada.call("GET", "/pictures/raw/body", headers={"Range": "bytes=9999999-"}).status_code == 416
    head = ada.call("HEAD", "/pictures/raw/body")
    assert head.status_code == 200 and not head.content and head.headers["ETag"] == etag
    assert ada.call("PUT", "/pictures/raw/body", data=content, headers={"If-None-Match": "*"}).status_code == 412


def test_replacing_keeps_one_picture_and_one_object(cloud, ada):
    old, new = picture("red"), picture("green", (10, 10))
    assert ada.upload("replaced", old).status_code == 201
    answer = ada.upload("replaced", new)
    assert answer.status_code == 200 and answer.json()["replaced"] is True
    assert ada.call("GET", "/pictures/replaced").content == new
    rows = cloud.client("dynamodb").scan(TableName="Pictures")["Items"]
    listed = cloud.client("s3").list_objects_v2(Bucket="pictures-000000000000-us-east-1").get("Contents", [])
    assert len(listed) == len(rows)


def test_duplicates_are_stored_and_said(ada):
    content = picture("orchid")
    assert "duplicateOf" not in ada.upload("first", content).json()
    second = ada.upload("second", content)
    assert second.status_code == 201 and second.json()["duplicateOf"] == "first"
    assert ada.call("GET", "/pictures/second").content == content


def test_two_people_never_touch(ada, bob):
    content = picture("tan")
    assert ada.upload("private", content).status_code == 201
    assert fault(bob.call("GET", "/pictures/private"))[:2] == (404, "UnknownKey")
    assert "Unknown key" in fault(bob.call("GET", "/pictures/private"))[2]
    assert bob.call("DELETE", "/pictures/private").status_code == 404
    assert "private" not in bob.keys()
    other = picture("plum")
    assert bob.upload("private", other).status_code == 201
    assert ada.call("GET", "/pictures/private").content == content
    assert bob.call("GET", "/pictures/private").content == other


def test_lists_page_by_cursor_in_both_orders(bob):
    for number in range(7):
        assert bob.upload(f"page/{number}", picture("gray", (number + 1, 5))).status_code == 201

    def pages(**query):
        keys, cursor = [], {}
        while True:
            answer = bob.call("GET", "/pictures", params={"limit": 3, "prefix": "page/", **query, **cursor}).json()
            keys += [entry["key"] for entry in answer["pictures"]]
            if "next" not in answer:
                return keys
            cursor = {"cursor": answer["next"]}

    by_key = [f"page/{number}" for number in range(7)]
    assert pages(order="key") == by_key
    assert pages() == by_key[::-1]
    assert fault(bob.call("GET", "/pictures", params={"cursor": "forged"}))[0] == 400


def test_deleting_one_many_and_all(cloud):
    carol = Person(cloud, "carol")
    for key in "abcde":
        carol.upload(key, picture("black", (ord(key), 3)))
    assert carol.call("DELETE", "/pictures/a").status_code == 204
    assert carol.call("GET", "/pictures/a").status_code == 404
    many = carol.call("POST", "/pictures/delete", json={"keys": ["b", "never"]}).json()
    assert (many["deleted"], many["unknown"]) == (1, ["never"])
    assert carol.call("POST", "/pictures/delete", json={"all": True}).status_code == 400
    done = carol.call("POST", "/pictures/delete", json={"all": True, "confirm": "delete all my pictures"})
    assert done.json()["deleted"] == 3 and carol.keys() == []


def test_a_large_picture_goes_by_a_url(cloud, ada):
    stream = io.BytesIO()
    Image.effect_noise((2600, 2600), 90).save(stream, "PNG")
    content = stream.getvalue()
    assert len(content) > 5 << 20
    begun = ada.call("POST", "/pictures/uploads", json={"key": "large", "bytes": len(content)})
    assert begun.status_code == 201, begun.text
    assert requests.put(begun.json()["url"], data=content).status_code == 200
    done = ada.call("POST", begun.json()["complete"])
    assert done.status_code == 201, done.text
    moved = ada.call("GET", "/pictures/large", allow_redirects=False)
    assert moved.status_code == 307
    assert requests.get(moved.headers["Location"]).content == content


def test_sessions_end_with_the_password(cloud):
    dora = Person(cloud, "dora")
    assert "HttpOnly" in dora.cookie
    old = dora.token
    changed = dora.call("PUT", "/password", json={"currentPassword": dora.password, "newPassword": "another long one"})
    assert changed.status_code == 200, changed.text
    dora.token = old
    assert dora.call("GET", "/me").status_code == 401
    dora.password = "another long one"
    dora.log_in()
    assert dora.call("GET", "/me").json()["username"] == "dora"


def test_no_password_is_readable(cloud, ada):
    row = cloud.client("dynamodb").scan(TableName="UserAuth")["Items"]
    assert row and ada.password not in json.dumps(row)
    assert ada.password not in "".join(cloud.log)


def png_claiming(width, height):
    """A well-formed PNG of a few bytes that would decode to a picture of this size."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("content, status", [
    (b"", 400), (b"just words", 415), (picture()[:-20], 422), (png_claiming(50_000, 50_000), 413),
    (b"\xff\xd8\xff", 422), (b"\x89PNG\r\n\x1a\n", 422), (b"GIF89a", 422), (b"RIFF\x10\0\0\0WEBPVP8 ", 422),
])
def test_what_is_no_picture_is_refused(ada, content, status):
    before = ada.keys()
    answer = ada.upload("refused", content)
    assert fault(answer)[0] == status, answer.text
    assert ada.keys() == before


def test_a_picture_over_the_limit_is_told_by_how_much(ada):
    answer = ada.call("POST", "/pictures/uploads", json={"key": "huge", "bytes": 200 << 20})
    status, _, message = fault(answer)
    assert status == 413 and str(200 << 20) in message.replace(",", "")


@pytest.mark.parametrize("key", [
    "", "a" * 257, "../secret", "a/../b", "a//b", "/a", "a/", "a\x00b", "tab\there", "ümlaut", "back\\slash", ".", ".."])
def test_keys_that_cannot_be_are_refused(ada, key):
    answer = ada.upload(key, picture())
    assert fault(answer)[0] == 400, answer.text
    if key:
        path = ada.call("PUT", "/pictures/" + urllib.parse.quote(key, safe=""), data=picture())
        assert path.status_code in (400, 404), path.text


@pytest.mark.parametrize("token", [
    "", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "v1." + "A" * 5000])
def test_forged_sessions_are_refused(cloud, token):
    answer = requests.get(cloud.gateway + "/pictures", headers={"Authorization": "Bearer " + token})
    assert fault(answer)[0] == 401


def test_an_altered_or_old_session_is_refused(start):
    cloud = start()
    erin = Person(cloud, "erin")
    good = erin.token
    for place in (5, len(good) // 2, len(good) - 5):
        erin.token = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1:]
        assert erin.call("GET", "/me").status_code == 401
    erin.token = good
    assert erin.call("GET", "/me").status_code == 200


@pytest.mark.parametrize("body, status", [
    ("{", 400), ("[]", 400), ("null", 400), ('{"username": "frank"}', 400),
    ('{"username": "frank", "password": "short"}', 400),
    ('{"username": "frank", "password": "long enough", "colour": "red"}', 400),
    ('{"username": "fr ank", "password": "long enough"}', 400), ('{"username": 5, "password": "long enough"}', 400),
    ('{"username": "frank", "password": "long enough", "birthday": "yesterday"}', 400),
])
def test_bad_sign_ups_say_what_is_wrong(cloud, body, status):
    answer = requests.post(cloud.gateway + "/signup", data=body, headers={"Content-Type": "application/json"})
    assert fault(answer)[0] == status


@pytest.mark.parametrize("content_type, body", [
    ("multipart/form-data", b"x"), ("multipart/form-data; boundary=b", b"--b\r\n"),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=key\r\n\r\nk\r\n"),
    ("multipart/form-data; boundary=b", b"--b--\r\n"), ("text/plain", b"x"),
])
def test_broken_forms_are_refused(ada, content_type, body):
    answer = ada.call("POST", "/pictures", data=body, headers={"Content-Type": content_type})
    assert fault(answer)[0] in (400, 415)


def test_unknown_addresses_and_methods(cloud, ada):
    assert requests.get(cloud.gateway + "/nothing").status_code == 404
    assert ada.call("POST", "/me").status_code in (404, 405)


def test_of_fifty_racing_sign_ups_one_wins(cloud):
    def sign_up(_):
        return requests.post(
            cloud.gateway + "/signup", json={"username": "race", "password": "correct horse battery"}).status_code

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = sorted(pool.map(sign_up, range(50)))
    assert answers == [201] + [409] * 49


def test_two_uploads_to_one_key_leave_one_whole_picture(cloud):
    greta = Person(cloud, "greta")
    contents = [picture("white", (200 + number, 100)) for number in range(12)]
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda content: greta.upload("contested", content).status_code, contents))
    assert set(answers) <= {200, 201, 409} and any(status < 300 for status in answers)
    assert greta.call("GET", "/pictures/contested").content in contents
    objects = cloud.client("s3").list_objects_v2(Bucket="pictures-000000000000-us-east-1").get("Contents", [])
    assert len(objects) == len(cloud.client("dynamodb").scan(TableName="Pictures")["Items"])


def test_the_openapi_document_is_served(cloud):
    document = requests.get(cloud.gateway + "/openapi.json").json()
    assert document["openapi"].startswith("3.") and "/pictures/{key}" in document["paths"]
