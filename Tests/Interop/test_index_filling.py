"""A new index of a DynamoDB table with many items: the table goes on while it is filled, whatever ends the cloud."""

import concurrent.futures
import json

import pytest

from conftest import eventually

COUNT = 20_000


def item(number, group):
    return {"id": {"S": str(number)}, "g": {"N": str(group)}, "pad": {"S": "x" * 50}}


def fill(cloud):
    def put(start):
        client = cloud.client("dynamodb")
        for first in range(start, start + COUNT // 4, 25):
            client.batch_write_item(RequestItems={"things": [
                {"PutRequest": {"Item": item(number, number % 7)}} for number in range(first, first + 25)]})

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(0, COUNT, COUNT // 4)))


def index(dynamodb):
    [index] = dynamodb.describe_table(TableName="things")["Table"]["GlobalSecondaryIndexes"]
    return index


def everything(dynamodb, **options):
    pages = dynamodb.get_paginator("scan").paginate(TableName="things", **options)
    return sorted(json.dumps(item, sort_keys=True) for page in pages for item in page["Items"])


def test_kill_9_in_the_middle(start):
    cloud = start()
    dynamodb = cloud.client("dynamodb")
    dynamodb.create_table(
        TableName="things", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    fill(cloud)
    dynamodb.update_table(
        TableName="things", AttributeDefinitions=[{"AttributeName": "g", "AttributeType": "N"}],
        GlobalSecondaryIndexUpdates=[{"Create": {
            "IndexName": "byG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}}}])
    written = {}
    for death in range(3):
        for step in range(5):
            number = (death * 5 + step) * 1237
            dynamodb.put_item(TableName="things", Item=item(number, 100 + number))
            written[number] = 100 + number
            dynamodb.delete_item(TableName="things", Key={"id": {"S": str(number + 1)}})
            written[number + 1] = None
        if death == 0:
            found = index(dynamodb)
            assert found["IndexStatus"] == "CREATING" and found["Backfilling"]
            with pytest.raises(dynamodb.exceptions.ClientError, match="backfilling"):
                dynamodb.scan(TableName="things", IndexName="byG")
        cloud.kill()
        cloud = start(data=cloud.data)
        dynamodb = cloud.client("dynamodb")
    eventually(lambda: index(dynamodb)["IndexStatus"] == "ACTIVE")
    table = everything(dynamodb)
    assert everything(dynamodb, IndexName="byG") == table
    expected = {number: number % 7 for number in range(COUNT)} | written
    assert table == sorted(
        json.dumps(item(number, group), sort_keys=True) for number, group in expected.items() if group is not None)
    assert index(dynamodb)["ItemCount"] == len(table)
