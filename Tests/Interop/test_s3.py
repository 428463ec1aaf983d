"""Amazon S3, as boto3 and the AWS CLI see it."""

import hashlib
import os
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def s3(cloud):
    client = cloud.client("s3")
    client.create_bucket(Bucket="things")
    return client


def code(error):
    return error.value.response["Error"]["Code"], error.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("size", [0, 1, 1000, 100_000, 3_000_000])
def test_objects_come_back_as_they_went(s3, size):
    body = os.urandom(size)
    put = s3.put_object(Bucket="things", Key=f"bytes/{size}", Body=body, ContentType="image/x", Metadata={"a": "b"})
    assert put["ETag"] == '"' + hashlib.md5(body).hexdigest() + '"'
    got = s3.get_object(Bucket="things", Key=f"bytes/{size}", ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert (got["ContentType"], got["Metadata"], got["ContentLength"]) == ("image/x", {"a": "b"}, size)
    assert got["ChecksumCRC32"] == put["ChecksumCRC32"]


def test_ranges_and_conditions(s3):
    s3.put_object(Bucket="things", Key="range", Body=b"0123456789")
    etag = s3.head_object(Bucket="things", Key="range")["ETag"]
    part = s3.get_object(Bucket="things", Key="range", Range="bytes=2-4")
    assert (part["Body"].read(), part["ContentRange"]) == (b"234", "bytes 2-4/10")
    assert s3.get_object(Bucket="things", Key="range", Range="bytes=-3")["Body"].read() == b"789"
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket="things", Key="range", Range="bytes=10-")
    assert code(error) == ("InvalidRange", 416)
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket="things", Key="range", IfNoneMatch=etag)
    assert code(error) == ("304", 304)
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket="things", Key="range", Body=b"x", IfNoneMatch="*")
    assert code(error) == ("PreconditionFailed", 412)
    s3.put_object(Bucket="things", Key="range", Body=b"new", IfMatch=etag)


def test_listing_with_delimiter_and_pages(cloud, s3):
    s3.create_bucket(Bucket="list")
    keys = sorted(f"{letter}/{number:02}" for letter in "abc" for number in range(5)) + ["plain", "ü mläut+%"]
    for key in keys:
        s3.put_object(Bucket="list", Key=key, Body=b".")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="list", PaginationConfig={"PageSize": 4})
    assert [item["Key"] for page in pages for item in page.get("Contents", [])] == keys
    page = s3.list_objects_v2(Bucket="list", Delimiter="/")
    assert [prefix["Prefix"] for prefix in page["CommonPrefixes"]] == ["a/", "b/", "c/"]
    assert [item["Key"] for item in page["Contents"]] == ["plain", "ü mläut+%"]
    listed = cloud.aws("s3", "ls", "s3://list/")
    assert listed.returncode == 0 and "PRE a/" in listed.stdout, listed.stderr


def test_errors_have_their_codes(s3):
    for call, expected in [
        (lambda: s3.get_object(Bucket="things", Key="none"), ("NoSuchKey", 404)),
        (lambda: s3.get_object(Bucket="nowhere", Key="none"), ("NoSuchBucket", 404)),
        (lambda: s3.delete_bucket(Bucket="things"), ("BucketNotEmpty", 409)),
        (lambda: s3.create_bucket(Bucket="UPPER"), ("InvalidBucketName", 400)),
        (lambda: s3.put_object(Bucket="things", Key="bad", Body=b"x", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA=="),
         ("BadDigest", 400)),
    ]:
        with pytest.raises(ClientError) as error:
            call()
        assert code(error) == expected


def test_large_files_through_the_cli_in_parts(cloud, s3, tmp_path):
    original, copy = tmp_path / "large", tmp_path / "copy"
    original.write_bytes(os.urandom(20 << 20))
    up = cloud.aws("s3", "cp", original, "s3://things/large")
    assert up.returncode == 0, up.stderr
    assert s3.head_object(Bucket="things", Key="large")["ETag"].endswith('-3"')
    down = cloud.aws("s3", "cp", "s3://things/large", copy)
    assert down.returncode == 0, down.stderr
    assert copy.read_bytes() == original.read_bytes()
    assert s3.list_multipart_uploads(Bucket="things").get("Uploads", []) == []


def test_copy_tag_and_delete_many(s3):
    s3.put_object(Bucket="things", Key="first", Body=b"content", Tagging="colour=red")
    s3.copy_object(Bucket="things", Key="second", CopySource="things/first")
    assert s3.get_object(Bucket="things", Key="second")["Body"].read() == b"content"
    tags = s3.get_object_tagging(Bucket="things", Key="second")["TagSet"]
    assert tags == [{"Key": "colour", "Value": "red"}]
    deleted = s3.delete_objects(
        Bucket="things", Delete={"Objects": [{"Key": "first"}, {"Key": "second"}, {"Key": "never-was"}]})
    assert len(deleted["Deleted"]) == 3 and "Errors" not in deleted


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_presigned_addresses(cloud, version):
    client = cloud.client("s3", config={"signature_version": version})
    url = client.generate_presigned_url("put_object", {"Bucket": "things", "Key": "signed"}, ExpiresIn=60)
    request = urllib.request.Request(url, data=b"through a URL", method="PUT")
    assert urllib.request.urlopen(request).status == 200
    url = client.generate_presigned_url("get_object", {"Bucket": "things", "Key": "signed"}, ExpiresIn=60)
    assert urllib.request.urlopen(url).read() == b"through a URL"
    assert cloud.run("clock", "advance", "2m").returncode == 0
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(url)
    assert error.value.code == 403 and b"Request has expired" in error.value.read()
    assert cloud.run("clock", "real").returncode == 0
    assert urllib.request.urlopen(url).status == 200


def test_signatures_are_verified_on_request(start):
    cloud = start("--auth", "verify")
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="guarded")
    s3.put_object(Bucket="guarded", Key="k", Body=b"x" * 100_000)
    cloud.client("dynamodb").list_tables()
    for key, secret, expected in [("test", "wrong", "SignatureDoesNotMatch"), ("nobody", "x", "InvalidAccessKeyId")]:
        stranger = boto3.client(
            "s3", endpoint_url=cloud.edge, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret)
        with pytest.raises(ClientError) as error:
            stranger.get_object(Bucket="guarded", Key="k")
        assert code(error) == (expected, 403)
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{cloud.edge}/guarded/k")
    assert error.value.code == 403
    url = cloud.client("s3", config={"signature_version": "s3v4"}).generate_presigned_url(
        "get_object", {"Bucket": "guarded", "Key": "k"}, ExpiresIn=60)
    assert len(urllib.request.urlopen(url).read()) == 100_000
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(url.replace("guarded/k", "guarded/j"))
