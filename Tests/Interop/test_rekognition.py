"""Recognition, by clients that nobody here wrote: boto3 and the AWS CLI."""

import hashlib
import json
import os
import pathlib
import struct
import subprocess
import zlib
from urllib.parse import quote

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from conftest import DARKROOM, ROOT, environment, eventually, pictures_template


def png(width=100, height=100, shade=0):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = (b"\0" + bytes([shade]) * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


CAT, SIGN, BUSY = png(shade=1), png(shade=2), png(shade=3)
LABELS = {
    "Labels": [
        {"Name": "Animal", "Confidence": 98.5, "Parents": [], "Categories": [{"Name": "Animals and Pets"}]},
        {"Name": "Cat", "Confidence": 98.5, "Parents": [{"Name": "Animal"}],
         "Categories": [{"Name": "Animals and Pets"}],
         "Instances": [{"BoundingBox": {"Left": 0.25, "Top": 0.25, "Width": 0.5, "Height": 0.5}, "Confidence": 97.0}]},
        {"Name": "Sofa", "Confidence": 61.0, "Categories": [{"Name": "Furniture and Furnishings"}]},
    ]
}
TEXT = {
    "TextDetections": [
        {"DetectedText": "WET PAINT", "Type": "LINE", "Id": 0, "Confidence": 99.0},
        {"DetectedText": "WET", "Type": "WORD", "Id": 1, "ParentId": 0, "Confidence": 99.5},
        {"DetectedText": "PAINT", "Type": "WORD", "Id": 2, "ParentId": 0, "Confidence": 85.0},
    ]
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    path = tmp_path_factory.mktemp("rules") / "rules.json"
    path.write_text(json.dumps({"rules": [
        {"sha256": hashlib.sha256(CAT).hexdigest(), "DetectLabels": LABELS, "DetectText": {}},
        {"object": "signs/*", "DetectText": TEXT, "DetectLabels": {}},
        {"sha256": hashlib.sha256(BUSY).hexdigest(), "error": {"code": "ProvisionedThroughputExceededException"}},
    ]}))
    return path


@pytest.fixture(scope="module")
def fixed(tmp_path_factory, rules):
    """The picture service with fixed answers and, for whatever they do not cover, no models."""
    from conftest import Cloud

    running = Cloud(
        tmp_path_factory.mktemp("cloud"), "--recognition-rules", rules, "--models", "/nonexistent/models")
    running.client("s3").create_bucket(Bucket="photographs")
    yield running
    assert running.stop() == 0


def test_labels_of_bytes(fixed):
    answer = fixed.client("rekognition").detect_labels(Image={"Bytes": CAT})
    assert [label["Name"] for label in answer["Labels"]] == ["Animal", "Cat", "Sofa"]
    cat = answer["Labels"][1]
    assert cat["Parents"] == [{"Name": "Animal"}]
    assert cat["Instances"][0]["BoundingBox"] == {"Left": 0.25, "Top": 0.25, "Width": 0.5, "Height": 0.5}
    assert answer["LabelModelVersion"] == "3.0"
    assert "OrientationCorrection" not in answer


def test_filters(fixed):
    def names(**parameters):
        return [label["Name"] for label in
                fixed.client("rekognition").detect_labels(Image={"Bytes": CAT}, **parameters)["Labels"]]

    assert names(MaxLabels=1) == ["Animal"]
    assert names(MinConfidence=90) == ["Animal", "Cat"]
    general = {"LabelCategoryInclusionFilters": ["Animals and Pets"], "LabelExclusionFilters": ["Animal"]}
    assert names(Features=["GENERAL_LABELS"], Settings={"GeneralLabels": general}) == ["Cat"]


def test_text_of_objects(fixed):
    fixed.client("s3").put_object(Bucket="photographs", Key="signs/paint.png", Body=SIGN)
    image = {"S3Object": {"Bucket": "photographs", "Name": "signs/paint.png"}}
    rekognition = fixed.client("rekognition")
    detections = rekognition.detect_text(Image=image)["TextDetections"]
    assert [(part["Type"], part["DetectedText"], part["Id"], part.get("ParentId")) for part in detections] == [
        ("LINE", "WET PAINT", 0, None), ("WORD", "WET", 1, 0), ("WORD", "PAINT", 2, 0)]
    assert len(detections[0]["Geometry"]["Polygon"]) == 4
    sure = rekognition.detect_text(Image=image, Filters={"WordFilter": {"MinConfidence": 90}})["TextDetections"]
    assert [part["DetectedText"] for part in sure] == ["WET PAINT", "WET"]


def test_the_aws_cli(fixed):
    fixed.client("s3").put_object(Bucket="photographs", Key="cat", Body=CAT)
    place = json.dumps({"S3Object": {"Bucket": "photographs", "Name": "cat"}})
    answer = fixed.aws("rekognition", "detect-labels", "--image", place, "--query", "Labels[].Name", "--output", "text")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == ["Animal", "Cat", "Sofa"]
    refused = fixed.aws("rekognition", "detect-faces", "--image", place)
    assert refused.returncode != 0
    assert "DetectFaces is not offered by this local cloud" in refused.stderr


@pytest.mark.parametrize("image, code", [
    ({"Bytes": b"GIF89a"}, "InvalidImageFormatException"),
    ({"S3Object": {"Bucket": "photographs", "Name": "nothing"}}, "InvalidS3ObjectException"),
    ({"S3Object": {"Bucket": "no-such-bucket", "Name": "cat"}}, "InvalidS3ObjectException"),
    ({}, "InvalidParameterException"),
    ({"Bytes": b"\x89PNG\r\n\x1a\n" + bytes(5 * 1024 * 1024)}, "ValidationException"),
    ({"Bytes": BUSY}, "ProvisionedThroughputExceededException"),
])
def test_errors_have_the_types_of_the_model(fixed, image, code):
    rekognition = fixed.client("rekognition")
    kind = getattr(rekognition.exceptions, code, ClientError)
    with pytest.raises(kind) as raised:
        rekognition.detect_text(Image=image)
    assert raised.value.response["Error"]["Code"] == code
    assert raised.value.response["Error"]["Message"]
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_without_models_it_says_how_to_get_them(fixed):
    with pytest.raises(ClientError) as raised:
        fixed.client("rekognition").detect_labels(Image={"Bytes": png(shade=77)})
    error = raised.value.response["Error"]
    assert error["Code"] == "ResourceNotReadyException"
    assert "make models" in error["Message"]


def test_every_operation_of_the_model_is_known(fixed):
    session = boto3.session.Session()
    names = session.client("rekognition", region_name="us-east-1").meta.service_model.operation_names
    for name in set(names) - {"DetectLabels", "DetectText"}:
        answer = requests.post(
            fixed.edge, data="{}", timeout=30,
            headers={"X-Amz-Target": f"RekognitionService.{name}", "Content-Type": "application/x-amz-json-1.1"})
        assert answer.status_code == 501, name
        assert answer.json()["message"].startswith(f"{name} is not offered by this local cloud"), name


def test_rules_that_are_wrong_keep_the_cloud_from_starting(tmp_path):
    (tmp_path / "rules.json").write_text('{"rules": [\n{"objekt": "*"}\n]}')
    pictures_template(tmp_path)
    started = subprocess.run(
        [DARKROOM, "up", "--port", "0", "--gateway-port", "0", "--recognition-rules", "rules.json"], cwd=tmp_path,
        env=environment(), text=True, capture_output=True, timeout=60)
    assert started.returncode == 1
    assert "rules.json:2: 'objekt' is not known" in started.stderr


@pytest.fixture(scope="module")
def member(fixed):
    session = requests.Session()
    credentials = {"username": "felix", "password": "correct horse"}
    session.post(fixed.gateway + "/signup", json=credentials, timeout=30)
    session.headers["Authorization"] = "Bearer " + session.post(
        fixed.gateway + "/login", json=credentials, timeout=30).json()["token"]
    return session


def test_a_picture_is_recognised_on_request(fixed, member):
    stored = member.put(fixed.gateway + "/pictures/tom", data=CAT, headers={"Content-Type": "image/png"}, timeout=30)
    assert stored.status_code == 201
    answer = member.post(fixed.gateway + "/recognize/tom", timeout=30)
    assert answer.status_code == 200, answer.text
    assert [label["name"] for label in answer.json()["labels"]] == ["Animal", "Cat", "Sofa"]
    assert answer.json()["state"] == "done"
    found = member.get(fixed.gateway + "/pictures", params={"label": "cat"}, timeout=30).json()
    assert [picture["key"] for picture in found["pictures"]] == ["tom"]


def test_an_upload_is_recognised_by_itself(fixed, member):
    """Bucket, notification, queue, mapping, function, recogniser, row: nobody asks for anything."""
    key = "my cats/felix & tom"
    stored = member.put(
        f"{fixed.gateway}/pictures/{quote(key)}", data=CAT, headers={"Content-Type": "image/png"}, timeout=30)
    assert stored.json()["state"] == "queued"
    def ended():
        details = member.get(f"{fixed.gateway}/details/{quote(key)}", timeout=30).json()
        return details if details["state"] not in ("queued", "running") else None

    details = eventually(ended)
    assert details["state"] == "done", details
    assert [label["name"] for label in details["labels"]] == ["Animal", "Cat", "Sofa"]
    found = member.get(fixed.gateway + "/pictures", params={"label": "cat", "prefix": "my "}, timeout=30).json()
    assert [picture["key"] for picture in found["pictures"]] == [key]


def test_every_event_is_answered_as_expected(fixed):
    replay = fixed.run("replay", ROOT / "Events")
    assert replay.returncode == 0, replay.stdout + replay.stderr


MODELS = pathlib.Path(os.environ.get("DARKROOM_MODELS") or ROOT / ".models")
with_models = pytest.mark.skipif(
    not (MODELS / "manifest.json").exists(), reason="there are no models: run `make models`")
# A photograph of a cat (scikit-image's Chelsea, CC0), with a sign drawn onto it.
CHELSEA = ROOT / "Tests" / "RecognitionTests" / "Pages" / "sign-chelsea-0.jpg"
# Photographs named by the numbers of their classes, as `make test-photographs` fetches them. ImageNet's dogs:
DOGS = [path for path in (ROOT / ".build-models" / "photographs").glob("*.jpg")
        if 151 <= int(path.stem.rsplit("_", 1)[1]) <= 268]


def names(answer):
    return {label["Name"] for label in answer["Labels"]}


@with_models
def test_chelsea_is_a_cat(start):
    cloud = start("--models", MODELS)
    image = {"Bytes": CHELSEA.read_bytes()}
    answer = cloud.client("rekognition").detect_labels(Image=image, Features=["GENERAL_LABELS", "IMAGE_PROPERTIES"])
    assert {"Cat", "Animal"} <= names(answer)
    assert answer["ImageProperties"]["DominantColors"]
    text = cloud.client("rekognition").detect_text(Image=image)["TextDetections"]
    assert [part["DetectedText"] for part in text] == ["Caution Wet Floor", "Caution", "Wet", "Floor"]


@with_models
@pytest.mark.skipif(not DOGS, reason="there are no photographs: run `make test-photographs`")
def test_dogs_are_dogs(start):
    cloud = start("--models", MODELS)
    s3, rekognition = cloud.client("s3"), cloud.client("rekognition")
    s3.create_bucket(Bucket="photographs")
    for path in DOGS:
        s3.put_object(Bucket="photographs", Key=path.name, Body=path.read_bytes())
        image = {"S3Object": {"Bucket": "photographs", "Name": path.name}}
        answer = rekognition.detect_labels(Image=image, MinConfidence=40)
        assert {"Dog", "Animal"} <= names(answer), path.name
