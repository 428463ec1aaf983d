"""The picture service's functions with moto, an independent imitation of AWS, as their cloud.

Only the functions run here: their tables and their bucket are moto's, reached by nothing but AWS's protocols.
"""

import json
import socket
import subprocess
import sys

import boto3
import pytest

from conftest import ROOT, Cloud, environment, pictures_template


@pytest.fixture(scope="module")
def moto():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    # The server says so on standard error once it listens.
    for line in server.stderr:
        if "Running on" in line:
            break
    yield f"http://127.0.0.1:{port}"
    server.kill()
    server.wait()


def client(service, endpoint):
    return boto3.client(
        service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def test_every_event_is_answered_as_expected(moto, tmp_path):
    template = pictures_template(tmp_path)
    contents = json.loads(template.read_text())
    contents["Globals"]["Function"]["Environment"]["Variables"]["AWS_ENDPOINT_URL"] = moto
    template.write_text(json.dumps(contents))
    cloud = Cloud(tmp_path, template=template)
    try:
        ours, theirs = cloud.client("dynamodb"), client("dynamodb", moto)
        for name in ours.list_tables()["TableNames"]:
            table = ours.describe_table(TableName=name)["Table"]
            wanted = {key: table[key] for key in ("TableName", "KeySchema", "AttributeDefinitions")}
            for indexes in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
                if table.get(indexes):
                    wanted[indexes] = [
                        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")} for index in table[indexes]]
            theirs.create_table(BillingMode="PAY_PER_REQUEST", **wanted)
        for bucket in cloud.client("s3").list_buckets()["Buckets"]:
            client("s3", moto).create_bucket(Bucket=bucket["Name"])
        replay = cloud.run("replay", ROOT / "Events")
        assert replay.returncode == 0, replay.stdout + replay.stderr
        # What was stored is with moto, and none of it here.
        assert theirs.scan(TableName="Pictures")["Count"] > 0
        assert ours.scan(TableName="Pictures")["Count"] == 0
    finally:
        cloud.stop()
