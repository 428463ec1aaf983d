"""What buckets tell: to queues and functions, by AWS's own clients, across `kill -9`."""

import concurrent.futures
import json
import sys
import threading

import pytest
from botocore.exceptions import BotoCoreError, ClientError

PYTHON_CODE = '''
import json

import boto3


def note(event, context):
    # What was told, as an object of another bucket: any client can look it up.
    s3 = boto3.client("s3")
    for record in event["Records"]:
        s3.put_object(Bucket="seen", Key=record["s3"]["object"]["key"], Body=json.dumps(record))
'''


def template(folder):
    resources = {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "changes"}},
        "Things": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketName": "things",
                "NotificationConfiguration": {
                    "QueueConfigurations": [
                        {"Event": "s3:ObjectCreated:*", "Queue": {"Fn::GetAtt": ["Queue", "Arn"]},
                         "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}}},
                        {"Event": "s3:ObjectRemoved:*", "Queue": {"Fn::GetAtt": ["Queue", "Arn"]}},
                    ]}}},
        "Watched": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "watched"}},
        "Seen": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "seen"}},
        "Note": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "FunctionName": "note", "CodeUri": "code", "Handler": "app.note", "Timeout": 30,
                "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
                "Events": {"Made": {"Type": "S3", "Properties": {
                    "Bucket": {"Ref": "Watched"}, "Events": ["s3:ObjectCreated:Put"],
                    "Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".jpg"}]}}}}}}},
    }
    (folder / "code").mkdir(exist_ok=True)
    (folder / "code" / "app.py").write_text(PYTHON_CODE)
    path = folder / "template.json"
    path.write_text(json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": resources}))
    return path


def records(sqs, url):
    """Everything that the queue holds, taken out of it."""
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found += json.loads(message["Body"]).get("Records", [])
        sqs.delete_message_batch(
            QueueUrl=url,
            Entries=[{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)])
    return found


def next_record(sqs, url):
    message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"][0]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return json.loads(message["Body"])


def test_a_queue_hears_of_what_the_template_says(start, tmp_path):
    cloud = start(template=template(tmp_path))
    s3, sqs = cloud.client("s3"), cloud.client("sqs")
    url = sqs.get_queue_url(QueueName="changes")["QueueUrl"]
    s3.put_object(Bucket="things", Key="out/a", Body=b"-")
    etag = s3.put_object(Bucket="things", Key="in/a b+ü", Body=b"12345")["ETag"]
    record = next_record(sqs, url)["Records"][0]
    assert record["eventName"] == "ObjectCreated:Put" and record["awsRegion"] == "us-east-1"
    described = record["s3"]["object"]
    assert (described["key"], described["size"], described["eTag"]) == ("in/a+b%2B%C3%BC", 5, etag.strip('"'))
    s3.delete_object(Bucket="things", Key="out/a")
    assert next_record(sqs, url)["Records"][0]["eventName"] == "ObjectRemoved:Delete"
    assert records(sqs, url) == []


def test_a_function_hears_of_pictures(start, tmp_path):
    # The Python that runs the tests has AWS's runtime client installed.
    cloud = start(template=template(tmp_path))
    s3 = cloud.client("s3")
    s3.put_object(Bucket="watched", Key="a.txt", Body=b"-")
    s3.put_object(Bucket="watched", Key="a.jpg", Body=b"12345")
    s3.get_waiter("object_exists").wait(Bucket="seen", Key="a.jpg", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    told = json.loads(s3.get_object(Bucket="seen", Key="a.jpg")["Body"].read())
    assert told["s3"]["object"]["size"] == 5
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket="seen")["Contents"]] == ["a.jpg"]


def test_the_configuration_through_the_api(start, tmp_path):
    cloud = start(template=template(tmp_path))
    s3, sqs = cloud.client("s3"), cloud.client("sqs")
    s3.create_bucket(Bucket="plain")
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket="plain")
    url = sqs.create_queue(QueueName="mine")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    wanted = {"QueueConfigurations": [{"Id": "mine", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket="plain", NotificationConfiguration=wanted)
    assert next_record(sqs, url)["Event"] == "s3:TestEvent"
    got = s3.get_bucket_notification_configuration(Bucket="plain")
    assert got["QueueConfigurations"] == wanted["QueueConfigurations"]
    s3.upload_file(__file__, "plain", "file")
    assert next_record(sqs, url)["Records"][0]["s3"]["configurationId"] == "mine"
    wanted["QueueConfigurations"][0]["QueueArn"] = arn + "-not"
    with pytest.raises(ClientError) as error:
        s3.put_bucket_notification_configuration(Bucket="plain", NotificationConfiguration=wanted)
    assert error.value.response["Error"]["Code"] == "InvalidArgument"


def test_no_acknowledged_put_is_left_untold_by_kill_9(start, tmp_path):
    path = template(tmp_path)
    acknowledged, told, number = set(), [], 0
    cloud = start(template=path)
    for _ in range(3):
        enough = threading.Event()

        def put(first):
            client, stored, current = cloud.client("s3"), [], first
            while True:
                try:
                    client.put_object(Bucket="things", Key=f"in/{current}", Body=b"-")
                except (BotoCoreError, ClientError):
                    return stored
                stored.append(f"in/{current}")
                current += 4
                if len(stored) == 40:
                    enough.set()

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            puts = [pool.submit(put, number + offset) for offset in range(4)]
            assert enough.wait(60), "the puts did not get going"
            cloud.kill()
            for done in puts:
                acknowledged.update(done.result())
        number += 100_000
        cloud = start(template=path, data=cloud.data)
    s3, sqs = cloud.client("s3"), cloud.client("sqs")
    # One more, told after all that waited: what was told before it is everything.
    s3.put_object(Bucket="things", Key="in/last", Body=b"-")
    url = sqs.get_queue_url(QueueName="changes")["QueueUrl"]
    while not told or told[-1] != "in/last":
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20)["Messages"]:
            told += [record["s3"]["object"]["key"] for record in json.loads(message["Body"])["Records"]]
    there = {
        entry["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket="things", Prefix="in/")
        for entry in page["Contents"]}
    # Told are exactly those that are there; a crash may tell one twice.
    assert acknowledged <= set(told) == there
    assert len(acknowledged) > 100
