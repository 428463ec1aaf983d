"""Backups of DynamoDB's tables as boto3 and the AWS CLI see them, and what `kill -9` leaves of them."""

import datetime
import json
import random
import threading
import time

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from conftest import eventually


def make_table(dynamodb, name="things", **more):
    dynamodb.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "byG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}}], **more)


def fill(dynamodb, count, name="things", size=10):
    for start in range(0, count, 25):
        dynamodb.batch_write_item(RequestItems={name: [
            {"PutRequest": {"Item": {"id": {"S": str(number)}, "g": {"N": str(number % 7)}, "pad": {"S": "x" * size}}}}
            for number in range(start, min(start + 25, count))]})


def everything(dynamodb, table, **options):
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, **options)
    return sorted(json.dumps(item, sort_keys=True) for page in pages for item in page["Items"])


def test_boto3_backs_up_lists_and_restores(cloud):
    dynamodb = cloud.client("dynamodb")
    make_table(dynamodb)
    fill(dynamodb, 60)
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=5)
    arns = []
    for number in range(3):
        details = dynamodb.create_backup(TableName="things", BackupName=f"b-{number}")["BackupDetails"]
        assert details["BackupStatus"] == "CREATING" and details["BackupType"] == "USER"
        assert details["BackupCreationDateTime"] > before
        arns.append(details["BackupArn"])
    description = dynamodb.describe_backup(BackupArn=arns[0])["BackupDescription"]
    assert description["BackupDetails"]["BackupStatus"] == "AVAILABLE"
    assert description["SourceTableDetails"]["ItemCount"] == 60
    assert description["SourceTableFeatureDetails"]["GlobalSecondaryIndexes"][0]["IndexName"] == "byG"
    pages = dynamodb.get_paginator("list_backups").paginate(TableName="things", PaginationConfig={"PageSize": 2})
    assert [summary["BackupArn"] for page in pages for summary in page["BackupSummaries"]] == arns
    assert not dynamodb.list_backups(TableName="things", TimeRangeUpperBound=before)["BackupSummaries"]
    assert len(dynamodb.list_backups(TableName="things", TimeRangeLowerBound=before)["BackupSummaries"]) == 3
    dynamodb.restore_table_from_backup(TargetTableName="again", BackupArn=arns[0])
    dynamodb.get_waiter("table_exists").wait(TableName="again")
    table = dynamodb.describe_table(TableName="again")["Table"]
    assert table["RestoreSummary"]["SourceBackupArn"] == arns[0] and not table["RestoreSummary"]["RestoreInProgress"]
    assert everything(dynamodb, "again") == everything(dynamodb, "things")
    assert everything(dynamodb, "again", IndexName="byG") == everything(dynamodb, "things", IndexName="byG")
    with pytest.raises(dynamodb.exceptions.TableAlreadyExistsException):
        dynamodb.restore_table_from_backup(TargetTableName="again", BackupArn=arns[0])
    dynamodb.delete_backup(BackupArn=arns[0])
    with pytest.raises(dynamodb.exceptions.BackupNotFoundException):
        dynamodb.describe_backup(BackupArn=arns[0])
    with pytest.raises(dynamodb.exceptions.TableNotFoundException):
        dynamodb.create_backup(TableName="nobody", BackupName="abc")
    with pytest.raises(dynamodb.exceptions.ContinuousBackupsUnavailableException):
        dynamodb.update_continuous_backups(
            TableName="things", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    listed = cloud.aws("dynamodb", "list-backups", "--table-name", "things")
    assert listed.returncode == 0 and len(json.loads(listed.stdout)["BackupSummaries"]) == 2


def test_writers_do_not_wait_for_a_backup(cloud):
    dynamodb = cloud.client("dynamodb")
    make_table(dynamodb, "large")
    fill(dynamodb, 5000, "large", size=2000)
    done = threading.Event()
    written = 0

    def back_up():
        # A client of its own: clients share connections.
        cloud.client("dynamodb", config={"read_timeout": 120}).create_backup(TableName="large", BackupName="large")
        done.set()

    thread = threading.Thread(target=back_up)
    thread.start()
    while not done.is_set():
        dynamodb.put_item(TableName="large", Item={"id": {"S": f"new-{written}"}})
        written += 1
    thread.join()
    # A copy of 10 MB takes many times as long as a write; a writer that waited for it would come in once.
    assert written > 5


@pytest.mark.parametrize("seed", range(3))
def test_kill_9_leaves_whole_backups_and_restores_or_none(start, seed):
    chance = random.Random(seed)
    cloud = start()
    dynamodb = cloud.client("dynamodb")
    make_table(dynamodb)
    fill(dynamodb, 2000, size=1000)
    whole = everything(dynamodb, "things")
    acknowledged, restored, number = [], [], 0
    for _ in range(3):
        stop = threading.Event()

        def work():
            nonlocal number
            client = cloud.client("dynamodb")
            while not stop.is_set():
                number += 1
                try:
                    arn = client.create_backup(TableName="things", BackupName=f"b-{number}")["BackupDetails"]["BackupArn"]
                    acknowledged.append(arn)
                    client.restore_table_from_backup(TargetTableName=f"r-{number}", BackupArn=arn)
                    restored.append(f"r-{number}")
                except (BotoCoreError, ClientError):
                    return

        thread = threading.Thread(target=work)
        thread.start()
        done = len(acknowledged) + len(restored)
        eventually(lambda: len(acknowledged) + len(restored) > done)
        # A moment of chance, in the middle of one thing or another.
        time.sleep(chance.uniform(0, 0.8))
        cloud.kill()
        stop.set()
        thread.join()
        cloud = start(data=cloud.data)
        dynamodb = cloud.client("dynamodb")
        listed = {
            summary["BackupArn"]: summary["BackupStatus"]
            for page in dynamodb.get_paginator("list_backups").paginate() for summary in page["BackupSummaries"]}
        assert set(acknowledged) <= set(listed) and set(listed.values()) <= {"AVAILABLE"}
        tables = set(dynamodb.list_tables()["TableNames"])
        assert set(restored) <= tables
        for table in tables:
            if table.startswith("r-"):
                assert everything(dynamodb, table) == whole, table
                dynamodb.delete_table(TableName=table)
                if table in restored:
                    restored.remove(table)
        # Also one that nobody was told of is whole.
        newest = max(listed, default=None)
        if newest:
            dynamodb.restore_table_from_backup(TargetTableName="newest", BackupArn=newest)
            assert everything(dynamodb, "newest") == whole
            dynamodb.delete_table(TableName="newest")
