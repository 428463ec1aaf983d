"""Amazon DynamoDB, as boto3 and the AWS CLI see it."""

import concurrent.futures
import decimal
import json

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def table(cloud):
    resource = boto3.resource(
        "dynamodb", endpoint_url=cloud.edge, region_name="us-east-1", aws_access_key_id="test",
        aws_secret_access_key="test")
    table = resource.create_table(
        TableName="notes", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "number", "AttributeType": "N"},
            {"AttributeName": "colour", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[{
            "IndexName": "by-colour", "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }])
    table.wait_until_exists()
    return table


def test_items_come_back_exactly(table):
    item = {
        "owner": "exact", "number": decimal.Decimal("-12345678901234567890123456789012345678"), "nothing": None,
        "flag": True, "bytes": boto3.dynamodb.types.Binary(bytes(range(256))), "text": "ü\n\"\\\u0001😀",
        "list": [1, "two", {"three": [decimal.Decimal("0.1")]}], "set": {"a", "b"},
        "numbers": {decimal.Decimal(1), decimal.Decimal("2.5")},
    }
    table.put_item(Item=item)
    assert table.get_item(Key={"owner": "exact", "number": item["number"]}, ConsistentRead=True)["Item"] == item


def test_queries_sort_numbers_and_page(table):
    numbers = [-100, -1.5, 0, 2, 10, 9e20]
    for number in numbers:
        table.put_item(Item={"owner": "sorted", "number": decimal.Decimal(str(number)), "colour": f"c{number}"})
    found, start = [], {}
    while True:
        page = table.query(KeyConditionExpression=Key("owner").eq("sorted"), Limit=4, **start)
        found += [float(item["number"]) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert found == numbers
    back = table.query(
        KeyConditionExpression=Key("owner").eq("sorted") & Key("number").between(-2, 10), ScanIndexForward=False,
        FilterExpression=Attr("colour").begins_with("c") & ~Attr("colour").eq("c0"))
    assert [float(item["number"]) for item in back["Items"]] == [10, 2, -1.5]
    by_colour = table.query(IndexName="by-colour", KeyConditionExpression=Key("colour").eq("c2"))
    assert by_colour["Count"] == 1


def test_updates_and_conditions(table):
    key = {"owner": "update", "number": 1}
    answer = table.update_item(
        Key=key, UpdateExpression="SET a = if_not_exists(a, :zero) + :one, #l = list_append(:list, :list) ADD tags :t",
        ExpressionAttributeNames={"#l": "list"},
        ExpressionAttributeValues={":zero": 0, ":one": 1, ":list": [1], ":t": {"x"}}, ReturnValues="ALL_NEW")
    assert answer["Attributes"] == {**key, "a": 1, "list": [1, 1], "tags": {"x"}}
    with pytest.raises(ClientError) as error:
        table.put_item(Item=key, ConditionExpression="attribute_not_exists(#o)", ExpressionAttributeNames={"#o": "owner"})
    assert error.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    with pytest.raises(ClientError) as error:
        table.update_item(Key=key, UpdateExpression="SET name = :x", ExpressionAttributeValues={":x": 1})
    assert "reserved keyword" in error.value.response["Error"]["Message"]


def test_exactly_one_of_many_wins(cloud):
    client = cloud.client("dynamodb", config={"max_pool_connections": 20})

    def claim(number):
        try:
            client.put_item(
                TableName="notes", Item={"owner": {"S": "race"}, "number": {"N": "1"}, "by": {"N": str(number)}},
                ConditionExpression="attribute_not_exists(#o)", ExpressionAttributeNames={"#o": "owner"})
            return 1
        except client.exceptions.ConditionalCheckFailedException:
            return 0

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(claim, range(50))) == 1


def test_transactions_are_whole_or_nothing(cloud, table):
    client = cloud.client("dynamodb")
    put = lambda owner, **more: {"Put": {"TableName": "notes", "Item": {"owner": {"S": owner}, "number": {"N": "1"}}, **more}}
    with pytest.raises(client.exceptions.TransactionCanceledException) as error:
        client.transact_write_items(TransactItems=[
            put("whole"), put("update", ConditionExpression="attribute_not_exists(#o)", ExpressionAttributeNames={"#o": "owner"})])
    assert [reason["Code"] for reason in error.value.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert "Item" not in table.get_item(Key={"owner": "whole", "number": 1})
    client.transact_write_items(TransactItems=[put("whole"), put("wholly")])
    assert "Item" in table.get_item(Key={"owner": "wholly", "number": 1})


def test_the_cli_scans(cloud, table):
    answer = cloud.aws("dynamodb", "scan", "--table-name", "notes", "--output", "json")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["Count"] > 5
    assert "notes" in json.loads(cloud.aws("dynamodb", "list-tables", "--output", "json").stdout)["TableNames"]
    missing = cloud.aws("dynamodb", "scan", "--table-name", "none")
    assert "ResourceNotFoundException" in missing.stderr
