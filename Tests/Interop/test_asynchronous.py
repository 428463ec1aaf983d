"""Asynchronous invocations: what was taken is executed, and told to its destination, whatever ends the cloud meanwhile."""

import concurrent.futures
import json
import sys
import threading

import botocore.exceptions

from conftest import eventually

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"

# What a function was given is written down, one number a line, in a file that the tests read.
CODE = '''
import json, os

def work(event, context):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(f"{event['number']}\\n")
    if event.get("fails"):
        raise ValueError("as told")
    return {"done": event["number"]}

def told(event, context):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(json.dumps({"told": event, "trace": os.environ.get("_X_AMZN_TRACE_ID")}) + "\\n")
'''


def function(folder, handler, **more):
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "FunctionName": handler, "CodeUri": str(folder / "code"), "Handler": f"app.{handler}", "Runtime": PYTHON,
            "Timeout": 20, "Environment": {"Variables": {"NOTES": str(folder / f"{handler}.txt")}}, **more}}


def write_template(folder, on_success, **more):
    (folder / "code").mkdir()
    (folder / "code" / "app.py").write_text(CODE)
    invoke = {"MaximumRetryAttempts": 0, "DestinationConfig": {
        "OnSuccess": {"Destination": on_success}, **more}}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Results": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "results"}},
            "Failures": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "failures"}},
            "Told": function(folder, "told"),
            "Work": function(folder, "work", EventInvokeConfig=invoke)}}
    path = folder / "functions.json"
    path.write_text(json.dumps(template))
    return path


def arn(service, name):
    return f"arn:aws:{service}:us-east-1:000000000000:{name}"


def take(sqs, queue):
    """What comes into a queue within a moment; none when nothing does."""
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


def take_until(sqs, queue, is_enough, seconds=60):
    taken = []

    def has_come():
        taken.extend(take(sqs, queue))
        return is_enough(taken)

    eventually(has_come, seconds, lambda: f"only {taken} came")
    return taken


def test_what_was_taken_is_executed_and_told_after_kill_9(start, tmp_path):
    template = write_template(tmp_path, arn("sqs", "results"))
    cloud = start(template=template)
    acknowledged = {}
    for round in range(3):
        taken_enough = threading.Event()

        def invoke(first):
            client, taken, number = cloud.client("lambda"), {}, first
            while True:
                try:
                    answer = client.invoke(
                        FunctionName="work", InvocationType="Event", Payload=json.dumps({"number": number}))
                except botocore.exceptions.BotoCoreError:
                    return taken
                assert answer["StatusCode"] == 202
                taken[answer["ResponseMetadata"]["RequestId"]] = number
                if len(taken) == 20:
                    taken_enough.set()
                number += 4

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            invocations = [pool.submit(invoke, round * 100_000 + offset) for offset in range(4)]
            assert taken_enough.wait(60), "the invocations did not get going"
            cloud.kill()
            for done in invocations:
                acknowledged.update(done.result())
        cloud = start(template=template, data=cloud.data)
    assert len(acknowledged) >= 60
    told = {}

    def note(records):
        for record in records:
            assert record["requestContext"]["condition"] == "Success"
            told[record["requestContext"]["requestId"]] = record["responsePayload"]["done"]
        return acknowledged.keys() <= told.keys()

    sqs = cloud.client("sqs")
    eventually(lambda: note(take(sqs, "results")))
    assert {request: told.get(request) for request in acknowledged} == acknowledged
    executed = {int(line) for line in (tmp_path / "work.txt").read_text().split()}
    assert set(acknowledged.values()) <= executed


def test_a_function_is_told_in_the_trace_of_the_call(start, tmp_path):
    template = write_template(
        tmp_path, arn("lambda", "function:told"), OnFailure={"Destination": arn("sqs", "failures")})
    cloud = start(template=template)
    functions = cloud.client("lambda")
    answer = functions.invoke(FunctionName="work", InvocationType="Event", Payload=json.dumps({"number": 1}))
    failing = functions.invoke(
        FunctionName="work", InvocationType="Event", Payload=json.dumps({"number": 2, "fails": True}))
    [failure] = take_until(cloud.client("sqs"), "failures", bool)
    assert failure["requestContext"]["requestId"] == failing["ResponseMetadata"]["RequestId"]
    assert failure["requestContext"]["condition"] == "RetriesExhausted"
    assert failure["responseContext"]["functionError"] == "Unhandled"
    assert cloud.wait_for_log(
        lambda entry: entry.get("function") == "told" and entry.get("line", "").startswith("END RequestId"))
    [note] = [json.loads(line) for line in (tmp_path / "told.txt").read_text().splitlines()]
    assert note["told"]["requestContext"]["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert note["told"]["responsePayload"] == {"done": 1}
    assert note["trace"].startswith("Root=1-")


def test_what_no_queue_takes_is_said_in_the_functions_log(start, tmp_path):
    cloud = start(template=write_template(tmp_path, arn("sqs", "missing")))
    cloud.client("lambda").invoke(FunctionName="work", InvocationType="Event", Payload=json.dumps({"number": 1}))
    logs = cloud.client("logs")

    def said():
        try:
            return logs.filter_log_events(
                logGroupName="/aws/lambda/work", filterPattern='"cannot be delivered"')["events"]
        except logs.exceptions.ResourceNotFoundException:
            return None

    [event] = eventually(said)
    assert arn("sqs", "missing") in event["message"]
