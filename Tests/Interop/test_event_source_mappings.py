"""Messages of queues handed to functions: what boto3 sees of it, with real functions in processes of their own."""

import collections
import json
import sys
import uuid

import pytest
import requests

from conftest import Cloud, eventually

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"

# What a function was given is written down, one event a line, in a file that the tests read.
CODE = '''
import json, os, time

def note(kind, event):
    line = json.dumps({"kind": kind, "pid": os.getpid(), "at": time.time(), "event": event}) + "\\n"
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(line)

def keep(event, context):
    note("begin", event)
    seconds = max([json.loads(r["body"]).get("sleep", 0) for r in event["Records"] if r["body"].startswith("{")] or [0])
    time.sleep(seconds)
    note("end", event)
    return None

def refuse(event, context):
    note("begin", event)
    if any("poison" in record["body"] for record in event["Records"]):
        raise ValueError("poison")
    note("end", event)

def partly(event, context):
    note("begin", event)
    failed = [r["messageId"] for r in event["Records"]
              if int(r["attributes"]["ApproximateReceiveCount"]) <= json.loads(r["body"])["fails"]]
    note("end", event)
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}

def in_order(event, context):
    # As one should with a FIFO queue: stop at the first failure, and name all the rest.
    note("begin", event)
    for index, record in enumerate(event["Records"]):
        body = json.loads(record["body"])
        if int(record["attributes"]["ApproximateReceiveCount"]) <= body["fails"]:
            return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"][index:]]}
        note("done", body)
        time.sleep(body.get("sleep", 0))

def answer(event, context):
    note("begin", event)
    return json.loads(os.environ["ANSWER"])
'''


class Mapped:
    """A cloud with Python functions, and what they have noted."""

    def __init__(self, folder, handlers, data=None, resources=None, **cloud):
        (folder / "code").mkdir(exist_ok=True)
        (folder / "code" / "app.py").write_text(CODE)
        self.notes = folder / "notes"
        functions = {
            name.title().replace("-", ""): {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "FunctionName": name, "CodeUri": "code", "Handler": f"app.{handler}", "Runtime": PYTHON, "Timeout": 2,
                    "Environment": {"Variables": {"NOTES": str(self.notes), **variables}}}}
            for name, (handler, variables) in handlers.items()}
        template = folder / "template.json"
        template.write_text(json.dumps({
            "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {**functions, **(resources or {})}}))
        self.cloud = Cloud(folder, template=template, data=data, **cloud)
        self.sqs, self.functions = self.cloud.client("sqs"), self.cloud.client("lambda")

    def noted(self, kind):
        if not self.notes.exists():
            return []
        entries = [json.loads(line) for line in self.notes.read_text().splitlines() if line.endswith("}")]
        return [entry["event"] for entry in entries if entry["kind"] == kind]

    def bodies(self, kind="begin"):
        return [record["body"] for event in self.noted(kind) for record in event["Records"]]

    def queue(self, name, **attributes):
        """A queue with a name of its own. Answers its URL and its ARN."""
        name += "-" + uuid.uuid4().hex[:8] + (".fifo" if "FifoQueue" in attributes else "")
        url = self.sqs.create_queue(
            QueueName=name, Attributes={"VisibilityTimeout": "2", **attributes})["QueueUrl"]
        return url, f"arn:aws:sqs:us-east-1:000000000000:{name}"

    def map(self, function, arn, **options):
        mapping = self.functions.create_event_source_mapping(FunctionName=function, EventSourceArn=arn, **options)
        eventually(lambda: self.functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] != "Creating")
        return mapping["UUID"]

    def left(self, url):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
                 "ApproximateNumberOfMessagesDelayed"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(value) for value in attributes.values())

    def send(self, url, *bodies, group=None):
        for start in range(0, len(bodies), 10):
            entries = [{"Id": str(start + offset), "MessageBody": body if isinstance(body, str) else json.dumps(body)}
                       for offset, body in enumerate(bodies[start:start + 10])]
            if group:
                for entry in entries:
                    entry.update(MessageGroupId=group, MessageDeduplicationId=uuid.uuid4().hex)
            assert not self.sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")


@pytest.fixture
def mapped(tmp_path):
    started = []

    def start(*arguments, **options):
        one = Mapped(tmp_path, *arguments, **options)
        started.append(one)
        return one

    yield start
    for one in started:
        one.cloud.stop()


def test_a_mapping_from_its_making_to_its_end(mapped):
    one = mapped({"keep": ("keep", {})})
    url, arn = one.queue("orders")
    made = one.functions.create_event_source_mapping(FunctionName="keep", EventSourceArn=arn, BatchSize=5)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202 and made["State"] == "Creating"
    assert made["FunctionArn"].endswith(":function:keep") and made["StateTransitionReason"] == "USER_INITIATED"
    assert made["LastModified"].year >= 2024 and made["EventSourceMappingArn"].endswith(made["UUID"])
    known = one.functions.get_event_source_mapping(UUID=made["UUID"])
    assert known["State"] == "Enabled" and known["BatchSize"] == 5 and known["FunctionResponseTypes"] == []
    pages = one.functions.get_paginator("list_event_source_mappings").paginate(FunctionName="keep", EventSourceArn=arn)
    assert [mapping["UUID"] for page in pages for mapping in page["EventSourceMappings"]] == [made["UUID"]]
    with pytest.raises(one.functions.exceptions.ResourceConflictException) as conflict:
        one.functions.create_event_source_mapping(FunctionName="keep", EventSourceArn=arn)
    assert made["UUID"] in str(conflict.value)
    changed = one.functions.update_event_source_mapping(
        UUID=made["UUID"], BatchSize=100, MaximumBatchingWindowInSeconds=1)
    assert changed["State"] == "Updating" and changed["BatchSize"] == 100
    one.send(url, "a", "b")
    eventually(lambda: one.left(url) == 0)
    assert sorted(one.bodies()) == ["a", "b"]
    gone = one.functions.delete_event_source_mapping(UUID=made["UUID"])
    assert gone["State"] == "Deleting"

    def is_gone():
        try:
            one.functions.get_event_source_mapping(UUID=made["UUID"])
        except one.functions.exceptions.ResourceNotFoundException:
            return True

    eventually(is_gone)
    one.send(url, "c")
    assert one.left(url) == 1


def test_the_aws_cli_speaks_of_mappings(mapped):
    one = mapped({"keep": ("keep", {})})
    _, arn = one.queue("orders")
    done = one.cloud.aws(
        "lambda", "create-event-source-mapping", "--function-name", "keep", "--event-source-arn", arn,
        "--filter-criteria", json.dumps({"Filters": [{"Pattern": json.dumps({"body": {"kind": ["a"]}})}]}))
    assert done.returncode == 0, done.stderr
    done = one.cloud.aws("lambda", "list-event-source-mappings", "--event-source-arn", arn)
    listed = json.loads(done.stdout)["EventSourceMappings"]
    assert [json.loads(f["Pattern"]) for f in listed[0]["FilterCriteria"]["Filters"]] == [{"body": {"kind": ["a"]}}]


@pytest.mark.parametrize("attributes, options, message", [
    ({"VisibilityTimeout": "1"}, {}, "Queue visibility timeout: 1 seconds is less than Function timeout: 2 seconds"),
    ({}, {"BatchSize": 11}, "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater"),
    ({"FifoQueue": "true"}, {"MaximumBatchingWindowInSeconds": 1}, "Batching window is not supported for FIFO queues"),
    ({}, {"FilterCriteria": {"Filters": [{"Pattern": "no pattern"}]}}, "Invalid filter pattern definition."),
    ({}, {"FunctionName": "nobody"}, "Function does not exist"),
])
def test_what_is_refused(mapped, attributes, options, message):
    one = mapped({"keep": ("keep", {})})
    _, arn = one.queue("orders", **attributes)
    with pytest.raises(one.functions.exceptions.InvalidParameterValueException) as refusal:
        one.functions.create_event_source_mapping(**{"FunctionName": "keep", "EventSourceArn": arn, **options})
    assert message in str(refusal.value)


def test_a_record_has_everything_that_lambda_tells(mapped):
    one = mapped({"keep": ("keep", {})})
    url, arn = one.queue("orders")
    one.map("keep", arn)
    sent = one.sqs.send_message(
        QueueUrl=url, MessageBody="Grüße \U0001f600",
        MessageAttributes={"n": {"DataType": "Number", "StringValue": "7"},
                           "b": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}},
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2-3"}})
    record = eventually(lambda: one.noted("begin"))[0]["Records"][0]
    assert list(record) == ["messageId", "receiptHandle", "body", "attributes", "messageAttributes",
                            "md5OfMessageAttributes", "md5OfBody", "eventSource", "eventSourceARN", "awsRegion"]
    assert record["messageId"] == sent["MessageId"] and record["body"] == "Grüße \U0001f600"
    assert record["md5OfBody"] == sent["MD5OfMessageBody"]
    assert record["md5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert record["messageAttributes"] == {
        "b": {"binaryValue": "AP8=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"},
        "n": {"stringValue": "7", "stringListValues": [], "binaryListValues": [], "dataType": "Number"}}
    assert list(record["attributes"]) == ["ApproximateReceiveCount", "AWSTraceHeader", "SentTimestamp", "SenderId",
                                          "ApproximateFirstReceiveTimestamp"]
    assert (record["eventSource"], record["eventSourceARN"], record["awsRegion"]) == ("aws:sqs", arn, "us-east-1")


def test_batches_windows_and_filters(mapped):
    one = mapped({"keep": ("keep", {})})
    url, arn = one.queue("orders")
    pattern = json.dumps({"body": {"kind": [{"prefix": "a"}]}})
    one.map("keep", arn, BatchSize=1000, MaximumBatchingWindowInSeconds=1,
            FilterCriteria={"Filters": [{"Pattern": pattern}]})
    one.send(url, *[{"kind": "a", "n": number} if number % 2 else {"kind": "b"} for number in range(60)], "plain")
    eventually(lambda: one.left(url) == 0)
    eventually(lambda: len(one.bodies("end")) == 30)
    assert {json.loads(body)["n"] for body in one.bodies()} == set(range(1, 60, 2))
    assert max(len(event["Records"]) for event in one.noted("begin")) > 10
    assert all(record["md5OfMessageAttributes"] is None for event in one.noted("begin") for record in event["Records"])


def test_only_what_is_named_comes_again(mapped):
    one = mapped({"partly": ("partly", {})})
    url, arn = one.queue("orders")
    one.map("partly", arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    one.send(url, *[{"n": number, "fails": number % 3} for number in range(9)])
    eventually(lambda: one.left(url) == 0)
    seen = collections.Counter(json.loads(body)["n"] for body in one.bodies())
    assert seen == {number: 1 + number % 3 for number in range(9)}


@pytest.mark.parametrize("answer", [
    None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"other": 1}])
def test_answers_that_mean_success(mapped, answer):
    one = mapped({"answer": ("answer", {"ANSWER": json.dumps(answer)})})
    url, arn = one.queue("orders")
    one.map("answer", arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    one.send(url, "a", "b")
    eventually(lambda: one.left(url) == 0)
    assert sorted(one.bodies()) == ["a", "b"]


@pytest.mark.parametrize("answer", [
    {"batchItemFailures": [{"itemIdentifier": ""}]}, {"batchItemFailures": [{"itemIdentifier": None}]},
    {"batchItemFailures": [{"wrong": "a"}]}, {"batchItemFailures": [{"itemIdentifier": "unknown"}]}, ["a"]])
def test_answers_that_mean_failure(mapped, answer):
    one = mapped({"answer": ("answer", {"ANSWER": json.dumps(answer)})})
    dead, dead_arn = one.queue("dead")
    url, arn = one.queue("orders", RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2}))
    one.map("answer", arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    one.send(url, "a")
    eventually(lambda: one.left(dead) == 1)
    assert one.bodies() == ["a", "a"] and one.left(url) == 0


def test_a_poison_message_ends_in_the_dead_letter_queue(mapped):
    one = mapped({"refuse": ("refuse", {})})
    dead, dead_arn = one.queue("dead")
    url, arn = one.queue("orders", RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 3}))
    id = one.map("refuse", arn, BatchSize=1)
    one.send(url, "a", "poison", "b")
    eventually(lambda: one.left(dead) == 1 and one.left(url) == 0)
    assert collections.Counter(one.bodies()) == {"a": 1, "b": 1, "poison": 3}
    letter = one.sqs.receive_message(QueueUrl=dead)["Messages"][0]
    assert letter["Body"] == "poison"
    assert one.functions.get_event_source_mapping(UUID=id)["LastProcessingResult"].startswith("PROBLEM")


def test_the_maximum_concurrency_is_kept(mapped):
    one = mapped({"keep": ("keep", {})})
    url, arn = one.queue("orders", VisibilityTimeout="30")
    one.map("keep", arn, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    one.send(url, *[{"sleep": 0.1} for _ in range(12)])
    eventually(lambda: one.left(url) == 0)
    running = most = 0
    for line in one.notes.read_text().splitlines():
        running += 1 if json.loads(line)["kind"] == "begin" else -1
        most = max(most, running)
    assert most == 2


def test_throttled_messages_come_through(mapped):
    one = mapped({"keep": ("keep", {})})
    one.functions.put_function_concurrency(FunctionName="keep", ReservedConcurrentExecutions=1)
    url, arn = one.queue("orders")
    one.map("keep", arn, BatchSize=1)
    one.send(url, *[{"n": number, "sleep": 0.05} for number in range(15)])
    eventually(lambda: one.left(url) == 0)
    assert {json.loads(body)["n"] for body in one.bodies("end")} == set(range(15))


def test_a_fifo_queue_keeps_its_order_whatever_fails(mapped):
    one = mapped({"in-order": ("in_order", {})})
    url, arn = one.queue("orders", FifoQueue="true")
    one.map("in-order", arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    sent = {group: [{"group": group, "n": number, "fails": 1 if number % 5 == 2 else 0} for number in range(12)]
            for group in "abc"}
    for group, bodies in sent.items():
        one.send(url, *bodies, group=group)
    eventually(lambda: one.left(url) == 0, seconds=90)
    done = one.noted("done")
    for group in sent:
        assert [body["n"] for body in done if body["group"] == group] == list(range(12))


def test_kill_9_loses_nothing_and_keeps_the_order(mapped, tmp_path):
    handlers = {"in-order": ("in_order", {}), "keep": ("keep", {})}
    resources = {
        "Orders": {"Type": "AWS::SQS::Queue", "Properties": {
            "QueueName": "orders.fifo", "FifoQueue": True, "VisibilityTimeout": 2}},
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs", "VisibilityTimeout": 2}},
        "OrdersMapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
            "FunctionName": "in-order", "EventSourceArn": {"Fn::GetAtt": ["Orders", "Arn"]}, "BatchSize": 2}},
        "JobsMapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
            "FunctionName": "keep", "EventSourceArn": {"Fn::GetAtt": ["Jobs", "Arn"]}}}}
    one = mapped(handlers, resources=resources)
    data = one.cloud.data
    ids = {mapping["UUID"] for mapping in one.functions.list_event_source_mappings()["EventSourceMappings"]}
    assert len(ids) == 2
    orders = one.sqs.get_queue_url(QueueName="orders.fifo")["QueueUrl"]
    jobs = one.sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    for group in "ab":
        one.send(orders, *[{"group": group, "n": n, "fails": 0, "sleep": 0.1} for n in range(20)], group=group)
    one.send(jobs, *[{"job": n, "sleep": 0.1} for n in range(60)])
    for _ in range(2):
        before = len(one.noted("done"))
        eventually(lambda: len(one.noted("done")) > before + 3)
        one.cloud.kill()
        one = mapped(handlers, data=data, resources=resources)
        listed = one.functions.list_event_source_mappings()["EventSourceMappings"]
        assert {mapping["UUID"] for mapping in listed} == ids
        orders = one.sqs.get_queue_url(QueueName="orders.fifo")["QueueUrl"]
        jobs = one.sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    eventually(lambda: one.left(orders) == 0 and one.left(jobs) == 0, seconds=90)
    for group in "ab":
        numbers = [body["n"] for body in one.noted("done") if body["group"] == group]
        assert set(numbers) == set(range(20))
        # What was under way when the cloud was killed is done again from where its batch began, and none overtakes.
        for previous, number in zip(numbers, numbers[1:]):
            assert number <= previous + 1 and number >= previous - 1
    done = {json.loads(body)["job"] for body in one.bodies("end") if "job" in body}
    assert done == set(range(60))


def test_idle_mappings_cost_nothing(mapped):
    one = mapped({"keep": ("keep", {})})
    for number in range(50):
        _, arn = one.queue(f"idle{number}")
        one.map("keep", arn)

    # Nothing is due, so nothing wakes up.
    assert requests.get(one.cloud.edge + "/_darkroom/clock").json()["timers"] == 0
