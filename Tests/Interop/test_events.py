"""EventBridge and EventBridge Scheduler, as boto3 and the AWS CLI see them, on a clock that is turned."""

import datetime
import json
import sys
import threading
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from conftest import eventually

PYTHON_CODE = '''
import json

import boto3


def note(event, context):
    boto3.client("sqs").send_message(QueueUrl=boto3.client("sqs").get_queue_url(QueueName="seen")["QueueUrl"],
                                     MessageBody=json.dumps(event))
'''


def template(folder):
    def queue(name):
        return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, "MessageRetentionPeriod": 1209600}}

    resources = {
        "Events": queue("events"), "Letters": queue("letters"), "Seen": queue("seen"),
        "Orders": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": "orders", "EventPattern": {"source": ["shop"]},
                "Targets": [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Events", "Arn"]}, "InputPath": "$.detail"}]}},
        "Note": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "FunctionName": "note", "CodeUri": "code", "Handler": "app.note", "Timeout": 30,
                "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
                "Events": {
                    "Nightly": {"Type": "Schedule", "Properties": {
                        "Name": "nightly", "Schedule": "cron(0 3 * * ? *)"}},
                    "Berlin": {"Type": "ScheduleV2", "Properties": {
                        "Name": "berlin", "ScheduleExpression": "cron(0 3 * * ? *)",
                        "ScheduleExpressionTimezone": "Europe/Berlin", "Input": "{\"zone\": \"Berlin\"}"}}}}},
    }
    (folder / "code").mkdir(exist_ok=True)
    (folder / "code" / "app.py").write_text(PYTHON_CODE)
    path = folder / "template.json"
    path.write_text(json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": resources}))
    return path


def control(cloud, path, order=None):
    request = urllib.request.Request(
        f"{cloud.edge}/_darkroom/{path}", data=order and json.dumps(order).encode(),
        headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def bodies(cloud, name):
    """Everything that a queue holds, taken out of it, once everything has arrived that is on its way."""
    control(cloud, "clock", {"advanceSeconds": 0})
    sqs = cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    found = []
    while True:
        messages = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages", [])
        if not messages:
            return found
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(message)


def arn(name):
    return f"arn:aws:sqs:us-east-1:000000000000:{name}"


def code(error):
    return error.value.response["Error"]["Code"], error.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def local(tmp_path, start):
    cloud = start(template=template(tmp_path))
    control(cloud, "clock", {"freeze": True})
    # Back, not forward: on the way forward everything fires that the template schedules.
    control(cloud, "clock", {"set": "2020-03-25T00:00:00Z"})
    for name in ("events", "letters", "seen"):
        bodies(cloud, name)
    return cloud


def test_events_reach_queues_and_functions(local):
    events = local.client("events")
    rule = events.put_rule(Name="calls", EventPattern=json.dumps({"source": ["shop"], "detail": {"n": [{"numeric": [">", 1]}]}}))
    assert rule["RuleArn"] == "arn:aws:events:us-east-1:000000000000:rule/calls"
    assert events.put_targets(Rule="calls", Targets=[{
        "Id": "f", "Arn": "arn:aws:lambda:us-east-1:000000000000:function:note",
        "InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"number": <n>, "by": "<aws.events.rule-name>"}'},
    }])["FailedEntryCount"] == 0
    answer = events.put_events(Entries=[
        {"Source": "shop", "DetailType": "order", "Detail": json.dumps({"n": n})} for n in (1, 2)] + [
        {"Source": "shop", "DetailType": "order", "Detail": "no"}])
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][2]["ErrorCode"] == "MalformedDetail"
    seen = [json.loads(message["Body"]) for message in bodies(local, "seen")]
    assert seen == [{"number": 2, "by": "calls"}]
    assert [json.loads(message["Body"]) for message in bodies(local, "events")] == [{"n": 1}, {"n": 2}]
    assert events.test_event_pattern(
        EventPattern='{"source": ["shop"]}',
        Event=json.dumps({"id": "1", "account": "1", "source": "shop", "time": "2026-01-01T00:00:00Z",
                          "region": "r", "resources": [], "detail-type": "d"}))["Result"] is True
    with pytest.raises(ClientError) as error:
        events.put_rule(Name="x", EventPattern='{"a": []}')
    assert code(error) == ("InvalidEventPatternException", 400)
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_rule(Name="none")


def test_schedules_of_a_template_fire_on_a_turned_clock(local):
    planned = control(local, "schedules?from=2020-03-25T00:00:00Z&to=2020-04-01T00:00:00Z")
    assert planned["isComplete"]
    by_name = {}
    for firing in planned["firings"]:
        by_name.setdefault(firing["name"], []).append(firing["time"])
    assert len(by_name["nightly"]) == 7 and len(by_name["berlin"]) == 7
    assert by_name["berlin"][0] == "2020-03-25T02:00:00Z" and by_name["berlin"][-1] == "2020-03-31T01:00:00Z"
    control(local, "clock", {"set": "2020-04-01T00:00:00Z"})
    seen = [json.loads(message["Body"]) for message in bodies(local, "seen")]
    assert [event["time"] for event in seen if "time" in event] == by_name["nightly"]
    assert sum(event == {"zone": "Berlin"} for event in seen) == 7
    nightly = next(event for event in seen if "time" in event)
    assert nightly == {
        "version": "0", "id": nightly["id"], "detail-type": "Scheduled Event", "source": "aws.events",
        "account": "000000000000", "time": "2020-03-25T03:00:00Z", "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:000000000000:rule/nightly"], "detail": {}}
    with pytest.raises(urllib.error.HTTPError) as error:
        control(local, "schedules?from=soon")
    assert error.value.code == 400


def test_scheduler(local):
    scheduler = local.client("scheduler")
    target = {"Arn": arn("events"), "RoleArn": "arn:aws:iam::000000000000:role/r", "Input": "<aws.scheduler.scheduled-time>"}
    made = scheduler.create_schedule(
        Name="once", ScheduleExpression="at(2020-03-26T09:00:00)", ScheduleExpressionTimezone="America/New_York",
        FlexibleTimeWindow={"Mode": "OFF"}, Target=target, ActionAfterCompletion="DELETE")
    assert made["ScheduleArn"] == "arn:aws:scheduler:us-east-1:000000000000:schedule/default/once"
    scheduler.create_schedule_group(Name="group", Tags=[{"Key": "a", "Value": "b"}])
    scheduler.create_schedule(
        Name="hourly", GroupName="group", ScheduleExpression="rate(1 hour)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target,
        StartDate=datetime.datetime(2020, 3, 26, tzinfo=datetime.timezone.utc),
        EndDate=datetime.datetime(2020, 3, 26, 2, tzinfo=datetime.timezone.utc))
    assert scheduler.get_schedule(Name="once")["ScheduleExpressionTimezone"] == "America/New_York"
    assert [s["Name"] for s in scheduler.list_schedules(GroupName="group")["Schedules"]] == ["hourly"]
    tagged = scheduler.get_schedule_group(Name="group")["Arn"]
    scheduler.tag_resource(ResourceArn=tagged, Tags=[{"Key": "c", "Value": "d"}])
    scheduler.untag_resource(ResourceArn=tagged, TagKeys=["a"])
    assert scheduler.list_tags_for_resource(ResourceArn=tagged)["Tags"] == [{"Key": "c", "Value": "d"}]
    control(local, "clock", {"set": "2020-03-27T00:00:00Z"})
    assert sorted(message["Body"] for message in bodies(local, "events")) == [
        "2020-03-26T00:00:00Z", "2020-03-26T01:00:00Z", "2020-03-26T02:00:00Z", "2020-03-26T13:00:00Z"]
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule(Name="once")
    with pytest.raises(scheduler.exceptions.ValidationException) as error:
        scheduler.create_schedule(
            Name="bad", ScheduleExpression="rate(10 seconds)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target)
    assert error.value.response["Error"]["Message"] == "Invalid Schedule Expression rate(10 seconds)."
    with pytest.raises(scheduler.exceptions.ConflictException):
        scheduler.create_schedule_group(Name="group")


def test_what_cannot_be_delivered_is_a_dead_letter(local):
    events = local.client("events")
    events.put_rule(Name="lost", EventPattern='{"source": ["lost"]}')
    events.put_targets(Rule="lost", Targets=[{
        "Id": "q", "Arn": arn("nowhere"), "DeadLetterConfig": {"Arn": arn("letters")}}])
    events.put_events(Entries=[{"Source": "lost", "DetailType": "t", "Detail": "{}"}])
    letter, = bodies(local, "letters")
    assert json.loads(letter["Body"])["source"] == "lost"
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes["RULE_ARN"] == "arn:aws:events:us-east-1:000000000000:rule/lost"
    assert attributes["TARGET_ARN"] == arn("nowhere")


def test_the_command_line_client(local):
    def aws(*arguments):
        result = local.aws(*arguments)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout or "null")

    aws("events", "create-event-bus", "--name", "cli")
    aws("events", "put-rule", "--name", "r", "--event-bus-name", "cli", "--event-pattern", '{"source": ["cli"]}')
    aws("events", "put-targets", "--rule", "r", "--event-bus-name", "cli", "--targets", f"Id=1,Arn={arn('events')}")
    aws("events", "put-events", "--entries", json.dumps([
        {"Source": "cli", "DetailType": "t", "Detail": '{"a": 1}', "EventBusName": "cli"}]))
    message, = bodies(local, "events")
    assert json.loads(message["Body"])["detail"] == {"a": 1}
    assert aws("events", "list-rules")["Rules"][0]["Name"] == "nightly"
    aws("scheduler", "create-schedule", "--name", "s", "--schedule-expression", "rate(5 minutes)",
        "--flexible-time-window", "Mode=OFF", "--target", f"Arn={arn('events')},RoleArn=arn:aws:iam::000000000000:role/r")
    assert {s["Name"] for s in aws("scheduler", "list-schedules")["Schedules"]} == {"berlin", "s"}
    aws("scheduler", "delete-schedule", "--name", "s")


def test_no_acknowledged_event_is_lost_by_kill(tmp_path, start):
    cloud = start(template=template(tmp_path))
    acknowledged = []

    def publish(worker):
        client = cloud.client("events")
        for number in range(10_000):
            try:
                answer = client.put_events(Entries=[
                    {"Source": "shop", "DetailType": "t", "Detail": json.dumps({"n": f"{worker}-{number}"})}])
            except (BotoCoreError, ClientError):
                return
            if answer["FailedEntryCount"] == 0:
                acknowledged.append(f"{worker}-{number}")

    workers = [threading.Thread(target=publish, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    eventually(lambda: len(acknowledged) >= 200)
    cloud.kill()
    for worker in workers:
        worker.join()
    again = start(template=cloud.template, data=cloud.data)
    found = set()

    def has_come():
        found.update(json.loads(message["Body"])["n"] for message in bodies(again, "events"))
        return set(acknowledged) <= found

    eventually(has_come, otherwise=lambda: f"{set(acknowledged) - found} did not come")
