"""From an upload over HTTP to a row that says what is on the picture, and nobody asks for anything in between.

Bucket, notification, queue, event source mapping, function, recogniser, row; and what becomes of it when any of them is
slow, killed, told twice or given rubbish. The models are the real ones where a test says so.
"""

import concurrent.futures
import hashlib
import io
import json
import time
from urllib.parse import quote

import pytest
import requests
from PIL import Image

from conftest import ROOT, Cloud, eventually
from test_pictures import Person, picture
from test_rekognition import LABELS, TEXT, MODELS, with_models

# A photograph of a cat (scikit-image's Chelsea) with a sign drawn onto it that says "Caution Wet Floor".
CAT = (ROOT / "Tests" / "RecognitionTests" / "Pages" / "sign-chelsea-0.jpg").read_bytes()
BUCKET = "pictures-000000000000-us-east-1"


def of_kind(number):
    """A picture that the rules know: its answer is told by its number."""
    stream = io.BytesIO()
    Image.new("RGB", (100, 90), (number, 60, 90)).save(stream, "PNG")
    return stream.getvalue()


KNOWN, OTHER, BUSY = of_kind(1), of_kind(2), of_kind(3)


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    def rule(content, **answers):
        return {"sha256": hashlib.sha256(content).hexdigest(), **answers}

    path = tmp_path_factory.mktemp("rules") / "rules.json"
    path.write_text(json.dumps({"rules": [
        rule(KNOWN, DetectLabels=LABELS, DetectText=TEXT),
        rule(OTHER, DetectLabels={"Labels": [{"Name": "Boat", "Confidence": 88.0}]}, DetectText={}),
        rule(BUSY, error={"code": "ProvisionedThroughputExceededException"}),
    ]}))
    return ["--recognition-rules", path, "--models", "/nonexistent/models"]


@pytest.fixture
def fixed(start, rules):
    return start(*rules)


def details(person, key):
    answer = person.call("GET", "/details/" + quote(key), timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ended(person, key, seconds=60):
    """The picture's details once recognition has ended, one way or the other."""
    def has_ended():
        found = details(person, key)
        return found if found["state"] in ("done", "failed") else None

    return eventually(has_ended, seconds, lambda: f"{key} is still {details(person, key)['state']}")


def queue_url(cloud, name="recognition"):
    return cloud.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]


def waiting(cloud, name="recognition"):
    """How many messages a queue holds, seen or unseen."""
    attributes = cloud.client("sqs").get_queue_attributes(QueueUrl=queue_url(cloud, name), AttributeNames=["All"])
    return sum(int(attributes["Attributes"][count]) for count in (
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"))


def turn(cloud, duration):
    turned = cloud.run("clock", "advance", duration)
    assert turned.returncode == 0, turned.stderr


def let_through(cloud, is_on):
    """Switches what brings the queue's messages to the function on or off, and waits until it is so."""
    client = cloud.client("lambda")
    mapping = client.list_event_source_mappings(FunctionName="rekognize")["EventSourceMappings"][0]["UUID"]
    client.update_event_source_mapping(UUID=mapping, Enabled=is_on)
    wanted = "Enabled" if is_on else "Disabled"
    eventually(lambda: client.get_event_source_mapping(UUID=mapping)["State"] == wanted)


def notice(cloud, object_key):
    """The message that the bucket sent of an object, once more."""
    head = cloud.client("s3").head_object(Bucket=BUCKET, Key=object_key)
    return json.dumps({"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
        "eventTime": "2026-01-01T00:00:00.000Z", "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "x"}, "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "x", "x-amz-id-2": "x"},
        "s3": {"s3SchemaVersion": "1.0", "configurationId": "x",
               "bucket": {"name": BUCKET, "ownerIdentity": {"principalId": "x"}, "arn": f"arn:aws:s3:::{BUCKET}"},
               "object": {"key": object_key, "size": head["ContentLength"], "eTag": head["ETag"].strip('"'),
                          "sequencer": "00"}}}]})


@with_models
def test_a_photograph_is_recognised_by_itself_and_found(start):
    cloud = start("--models", MODELS)
    ada, bob = Person(cloud, "ada"), Person(cloud, "bob")
    key = "my cats/chelsea & me.jpg"
    stored = ada.upload(key, CAT)
    assert (stored.status_code, stored.json()["state"]) == (201, "queued")
    found = ended(ada, key)
    assert found["state"] == "done", found
    cat = next(label for label in found["labels"] if label["name"] == "Cat")
    assert {"Animal", "Mammal", "Pet"} <= set(cat["parents"]) and cat["confidence"] > 80
    assert found["recognizedAt"]
    (line,) = found["text"]
    assert line["text"] == "Caution Wet Floor" and [word["text"] for word in line["words"]] == ["Caution", "Wet", "Floor"]
    assert 0 < line["box"]["left"] < line["box"]["left"] + line["box"]["width"] < 1
    # By its label, by what that is a kind of, by what is written on it, in whatever case.
    for query in ({"label": "Cat"}, {"label": "animal"}, {"label": "MAMMAL"}, {"text": "wet floor"}, {"state": "done"}):
        assert ada.keys(**query) == [key], query
        assert bob.keys(**query) == []
    for query in ({"label": "Dog"}, {"text": "dry floor"}, {"state": "failed"}):
        assert ada.keys(**query) == [], query
    assert waiting(cloud) == waiting(cloud, "recognition-failed") == 0


@with_models
def test_large_photographs_by_a_url_are_recognised_too(start):
    cloud = start("--models", MODELS)
    ada = Person(cloud, "ada")
    begun = ada.call("POST", "/pictures/uploads", json={"key": "cat", "bytes": len(CAT)}).json()
    assert requests.put(begun["url"], data=CAT, timeout=30).status_code == 200
    assert ada.call("POST", begun["complete"]).status_code == 201
    assert "Cat" in {label["name"] for label in ended(ada, "cat")["labels"]}


@pytest.mark.parametrize("content, reason", [
    (picture("gold", (120, 90), "GIF"), "GIF pictures are not recognised, only JPEG and PNG."),
    (picture("gold", (120, 90), "WEBP"), "WebP pictures are not recognised, only JPEG and PNG."),
    (picture("gold", (79, 200), "PNG"), "The picture is too small to be recognised: it has 79 x 200 pixels; "
                                       "at least 80 x 80 are needed."),
    (picture("gold", (200, 100), "PNG"), "run `make models`"),
], ids=["GIF", "WebP", "too-small", "no-models"])
def test_what_cannot_be_recognised_says_why(cloud_without_models, content, reason):
    cloud, ada = cloud_without_models
    key = hashlib.sha256(content).hexdigest()
    assert ada.upload(key, content).status_code == 201
    found = ended(ada, key)
    assert found["state"] == "failed" and reason in found["failure"]
    assert key in ada.keys(state="failed")
    # It is a picture like any other all the same, and nothing is tried again for nothing.
    assert ada.call("GET", "/pictures/" + key).content == content
    eventually(lambda: waiting(cloud) == 0)
    assert waiting(cloud, "recognition-failed") == 0


@pytest.fixture(scope="module")
def cloud_without_models(tmp_path_factory, rules):
    cloud = Cloud(tmp_path_factory.mktemp("cloud"), *rules)
    yield cloud, Person(cloud, "ada")
    assert cloud.stop() == 0


def test_deleted_and_replaced_while_it_is_recognised(fixed):
    ada = Person(fixed, "ada")

    def race(number):
        key = f"raced/{number}"
        assert ada.call("PUT", "/pictures/" + key, data=KNOWN).status_code == 201
        # Sooner and later, to meet recognition in each of its steps.
        time.sleep(number % 8 * 0.01)
        if number % 2:
            assert ada.call("DELETE", "/pictures/" + key).status_code == 204
        else:
            assert ada.call("PUT", "/pictures/" + key, data=OTHER).status_code == 200

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(race, range(24)))
    replaced = {f"raced/{number}" for number in range(0, 24, 2)}
    assert set(ada.keys(prefix="raced/")) == replaced
    for key in replaced:
        found = ended(ada, key)
        # What is said is of the bytes that are there now.
        assert (found["state"], [label["name"] for label in found["labels"]]) == ("done", ["Boat"]), found
    assert ada.keys(label="cat") == []
    eventually(lambda: waiting(fixed) == 0)
    assert waiting(fixed, "recognition-failed") == 0
    objects = fixed.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert len(objects) == len(replaced)


def test_redelivery_is_harmless(fixed):
    ada = Person(fixed, "ada")
    ada.upload("cat", KNOWN)
    first = ended(ada, "cat")
    assert first["state"] == "done"
    (kept,) = fixed.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    sqs, url = fixed.client("sqs"), queue_url(fixed)
    again = notice(fixed, kept["Key"])
    for _ in range(3):
        sqs.send_message_batch(
            QueueUrl=url, Entries=[{"Id": str(number), "MessageBody": again} for number in range(10)])
    eventually(lambda: waiting(fixed) == 0)
    assert details(ada, "cat") == first
    assert waiting(fixed, "recognition-failed") == 0


def test_killed_before_the_queue_was_looked_at(start, rules):
    cloud = start(*rules)
    ada = Person(cloud, "ada")
    let_through(cloud, False)
    for number in range(5):
        assert ada.upload(f"cat/{number}", KNOWN).status_code == 201
    assert details(ada, "cat/0")["state"] == "queued"
    cloud.kill()
    ada.cloud = cloud = start(*rules, data=cloud.data)
    let_through(cloud, True)
    for number in range(5):
        assert ended(ada, f"cat/{number}")["state"] == "done"
    assert len(ada.keys(label="cat")) == 5


def test_killed_while_it_recognises(start, rules):
    cloud = start(*rules)
    ada = Person(cloud, "ada")
    keys = []
    for number in range(3):
        for part in range(4):
            keys.append(f"cat/{number}/{part}")
            assert ada.upload(keys[-1], KNOWN).status_code == 201
        time.sleep(0.02 * number)
        cloud.kill()
        ada.cloud = cloud = start(*rules, data=cloud.data)
    # What was in hand comes back when its visibility timeout has passed. Turned further, its attempts would be used up while
    # a claim of before is still young by the function's own clock.
    turn(cloud, "185s")
    for key in keys:
        # A claim counts as lost after a minute of the function's own time, and is asked for again every half.
        assert ended(ada, key, 150)["state"] == "done", key
    eventually(lambda: waiting(cloud) == 0)
    assert waiting(cloud, "recognition-failed") == 0


def test_poison_ends_in_the_dead_letter_queue(fixed):
    ada = Person(fixed, "ada")
    sqs = fixed.client("sqs")
    rubbish = [json.dumps({"Records": [{"nothing": "of S3"}]}), "not JSON"]
    for body in rubbish:
        sqs.send_message(QueueUrl=queue_url(fixed), MessageBody=body)
    assert ada.upload("busy", BUSY).status_code == 201
    ada.upload("cat", KNOWN)
    assert ended(ada, "cat")["state"] == "done"
    dead = []

    def is_dead():
        # The recogniser is tried again after longer and longer times.
        turn(fixed, "3m")
        failed = queue_url(fixed, "recognition-failed")
        for message in sqs.receive_message(QueueUrl=failed, MaxNumberOfMessages=10).get("Messages", []):
            dead.append(message["Body"])
            sqs.delete_message(QueueUrl=failed, ReceiptHandle=message["ReceiptHandle"])
        return len(dead) >= 3

    eventually(is_dead)
    assert len(dead) == 3
    found = details(ada, "busy")
    assert found["state"] == "failed"
    assert found["failure"] == "The recogniser has too much to do just now. It was tried 5 times."
    assert sorted(body for body in dead if body in rubbish) == sorted(rubbish)
    (of_picture,) = [json.loads(body) for body in dead if body not in rubbish]
    assert of_picture["Records"][0]["s3"]["bucket"]["name"] == BUCKET
    assert waiting(fixed) == 0


def test_the_sweeper_gives_up_what_hangs_and_it_recovers(fixed):
    ada = Person(fixed, "ada")
    let_through(fixed, False)
    ada.upload("cat", KNOWN)
    for _ in range(14):
        turn(fixed, "3m")
    eventually(lambda: details(ada, "cat")["state"] == "failed")
    assert details(ada, "cat")["failure"] == "Recognition was not begun within 1800 seconds."
    # The message still waits: once it comes through, the picture is recognised after all.
    let_through(fixed, True)
    eventually(lambda: details(ada, "cat")["state"] == "done")
    assert "failure" not in details(ada, "cat") and ada.keys(label="cat") == ["cat"]


def test_what_failed_can_be_asked_for_again(start, rules, tmp_path):
    cloud = start("--models", "/nonexistent/models")
    ada = Person(cloud, "ada")
    ada.upload("cat", KNOWN)
    assert "make models" in ended(ada, "cat")["failure"]
    cloud.stop()
    ada.cloud = start(*rules, data=cloud.data)
    answer = ada.call("POST", "/recognize/cat")
    assert (answer.status_code, answer.json()["state"]) == (200, "done"), answer.text
    assert ada.keys(label="cat") == ["cat"]
