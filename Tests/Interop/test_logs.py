"""CloudWatch Logs: functions' output, boto3, the AWS CLI, and `darkroom logs`."""

import json
import pathlib
import signal
import subprocess
import threading
import time
import uuid

import pytest
from botocore.exceptions import ClientError

from conftest import DARKROOM, Cloud, environment, version_2_of_the_cli
from test_python_function import function

LINES = 100_000
SHELL_CODE = r'''#!/bin/sh
set -eu
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
    event=$(curl -sS --noproxy "*" -D headers.$$ "$api/next")
    id=$(tr -d '\r' <headers.$$ | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: *//p')
    rm headers.$$
    case "$event" in
        [0-9]*) seq -f "line %.0f of a function that has much to say and says it all in one call" "$event" ;;
        *) echo "$event" ;;
    esac
    curl -sS --noproxy "*" -o /dev/null -d null "$api/$id/response"
done
'''


@pytest.fixture(scope="module")
def chatty(tmp_path_factory):
    """A cloud with functions that print what they are told to."""
    folder = tmp_path_factory.mktemp("chatty")
    (folder / "shell").mkdir()
    bootstrap = folder / "shell" / "bootstrap"
    bootstrap.write_text(SHELL_CODE)
    bootstrap.chmod(0o755)
    resources = {
        "Chatty": function("shell", "x", "provided.al2023", FunctionName="chatty"),
        "Other": function("shell", "x", "provided.al2023", FunctionName="other",
                          LoggingConfig={"LogGroup": "/shared/logs"}),
    }
    template = folder / "template.json"
    template.write_text(json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": resources}))
    cloud = Cloud(folder, template=template)
    yield cloud
    assert cloud.stop() == 0


@pytest.fixture
def group(cloud):
    """A log group of its own with two streams."""
    logs = cloud.client("logs")
    name = f"/test/{uuid.uuid4().hex}"
    logs.create_log_group(logGroupName=name, tags={"made": "here"})
    for stream in ("one", "two"):
        logs.create_log_stream(logGroupName=name, logStreamName=stream)
    return name


def say(cloud, text, name="chatty"):
    answer = cloud.client("lambda", config={"read_timeout": 120}).invoke(
        FunctionName=name, Payload=json.dumps(text).encode())
    assert "FunctionError" not in answer


def search(cloud, group, **options):
    pages = cloud.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, **options)
    return [event for page in pages for event in page["events"]]


def put(logs, group, stream, *messages, ago=0):
    now = int(time.time() * 1000) - ago * 1000
    return logs.put_log_events(
        logGroupName=group, logStreamName=stream,
        logEvents=[{"timestamp": now + index, "message": message} for index, message in enumerate(messages)])


def memory(process):
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def test_output_lands_in_group_and_stream(chatty):
    say(chatty, "hello from here")
    events = search(chatty, "/aws/lambda/chatty")
    messages = [event["message"] for event in events]
    at = messages.index('"hello from here"\n')
    assert messages[at - 1].startswith("START RequestId: ") and messages[at + 1].startswith("END RequestId: ")
    assert messages[at + 2].startswith("REPORT RequestId: ")
    stream = chatty.client("logs").describe_log_streams(
        logGroupName="/aws/lambda/chatty", orderBy="LastEventTime", descending=True)["logStreams"][0]
    assert events[at]["logStreamName"] == stream["logStreamName"]
    assert "[$LATEST]" in stream["logStreamName"] and stream["lastEventTimestamp"] >= events[at]["timestamp"]


def test_a_group_that_the_function_names(chatty):
    say(chatty, "into another group", name="other")
    assert any("into another group" in event["message"] for event in search(chatty, "/shared/logs"))


def test_every_line_of_a_chatty_call_arrives_in_order(chatty):
    say(chatty, 1)
    watching = threading.Event()
    peak = [memory(chatty.process.pid)]
    before = peak[0]

    def watch():
        while not watching.wait(0.02):
            peak[0] = max(peak[0], memory(chatty.process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    say(chatty, LINES)
    watching.set()
    watcher.join()
    events = search(chatty, "/aws/lambda/chatty", filterPattern='"line " "much to say"')
    numbers = [int(event["message"].split()[1]) for event in events]
    assert numbers[-LINES:] == list(range(1, LINES + 1))
    assert all(event["message"].endswith("in one call\n") for event in events)
    # 8 MB of lines, each of which has passed through several forms: far less than all of them at once.
    print(f"memory: {before:.0f} MB before, {peak[0]:.0f} MB at most")
    assert peak[0] - before < 100


def test_events_come_back_both_ways(cloud, group):
    logs = cloud.client("logs")
    answer = put(logs, group, "one", *[f"message {number}" for number in range(30)])
    assert answer["nextSequenceToken"] and "rejectedLogEventsInfo" not in answer
    forward, token = [], None
    while True:
        page = logs.get_log_events(
            logGroupName=group, logStreamName="one", startFromHead=True, limit=7,
            **({"nextToken": token} if token else {}))
        forward += [event["message"] for event in page["events"]]
        if page["nextForwardToken"] == token:
            break
        token = page["nextForwardToken"]
    assert forward == [f"message {number}" for number in range(30)]
    last = logs.get_log_events(logGroupName=group, logStreamName="one", limit=3)
    assert [event["message"] for event in last["events"]] == ["message 27", "message 28", "message 29"]
    back = logs.get_log_events(
        logGroupName=group, logStreamName="one", limit=3, nextToken=last["nextBackwardToken"])
    assert [event["message"] for event in back["events"]] == ["message 24", "message 25", "message 26"]


def test_rejections_and_errors(cloud, group):
    logs = cloud.client("logs")
    old = put(logs, group, "one", "too old", ago=15 * 86400)
    assert old["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    new = put(logs, group, "one", "too new", ago=-3 * 3600)
    assert new["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 0}
    for call, options, error in [
        (logs.create_log_group, {"logGroupName": group}, logs.exceptions.ResourceAlreadyExistsException),
        (logs.describe_log_streams, {"logGroupName": "none"}, logs.exceptions.ResourceNotFoundException),
        (logs.filter_log_events, {"logGroupName": group, "filterPattern": "{"},
         logs.exceptions.InvalidParameterException),
        (logs.put_retention_policy, {"logGroupName": group, "retentionInDays": 2},
         logs.exceptions.InvalidParameterException),
    ]:
        with pytest.raises(error):
            call(**options)
    with pytest.raises(ClientError) as unknown:
        logs.start_query(logGroupName=group, startTime=0, endTime=1, queryString="fields @message")
    assert unknown.value.response["Error"]["Code"] == "UnknownOperationException"


def test_groups_tags_and_retention(cloud, group):
    logs = cloud.client("logs")
    described = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
    assert described["arn"] == f"arn:aws:logs:us-east-1:000000000000:log-group:{group}:*"
    assert "retentionInDays" not in described
    logs.put_retention_policy(logGroupName=group, retentionInDays=14)
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"] == 14
    logs.tag_resource(resourceArn=described["logGroupArn"], tags={"more": "tags"})
    tags = {"made": "here", "more": "tags"}
    assert logs.list_tags_for_resource(resourceArn=described["logGroupArn"])["tags"] == tags
    assert logs.list_tags_log_group(logGroupName=group)["tags"] == tags
    logs.delete_log_group(logGroupName=group)
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []


def test_retention_follows_the_turned_clock(start, tmp_path):
    template = tmp_path / "template.json"
    template.write_text(json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}))
    cloud = start("--ephemeral", template=template)
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    logs.put_retention_policy(logGroupName="g", retentionInDays=1)
    put(logs, "g", "s", "soon forgotten")
    assert len(search(cloud, "g")) == 1
    turned = subprocess.run(
        [DARKROOM, "clock", "advance", "2d", "--endpoint", cloud.edge], env=environment(), capture_output=True)
    assert turned.returncode == 0, turned.stderr
    assert search(cloud, "g") == []
    assert logs.describe_log_groups()["logGroups"][0]["storedBytes"] == 0


def test_patterns_over_the_wire(cloud, group):
    logs = cloud.client("logs")
    put(logs, group, "one", '{"level": "error", "code": 500}', '{"level": "info", "code": 200}')
    put(logs, group, "two", "GET /a 200 12", "GET /b 404 5", "ERROR: größe")
    for pattern, found in [
        ('{ $.level = "error" && $.code >= 500 }', ['{"level": "error", "code": 500}']),
        ("[method, path, status = 4*, bytes < 10]", ["GET /b 404 5"]),
        ("%GET /[ab] 2\\d\\d%", ["GET /a 200 12"]),
        ("?ERROR ?info", ['{"level": "info", "code": 200}', "ERROR: größe"]),
    ]:
        assert sorted(event["message"] for event in search(cloud, group, filterPattern=pattern)) == sorted(found)
    tested = logs.test_metric_filter(filterPattern="[a, b = 2*]", logEventMessages=["x 1", "y 20"])
    assert tested["matches"] == [
        {"eventNumber": 2, "eventMessage": "y 20", "extractedValues": {"$a": "y", "$b": "20"}}]


def test_the_cli_searches_in_pages(cloud, group):
    put(cloud.client("logs"), group, "one", *[f"m{number}" for number in range(25)])
    answer = cloud.aws(
        "logs", "filter-log-events", "--log-group-name", group, "--page-size", 10, "--query", "events[].message",
        "--output", "json")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == [f"m{number}" for number in range(25)]
    groups = cloud.aws("logs", "describe-log-groups", "--log-group-name-pattern", group[6:], "--output", "json")
    assert [each["logGroupName"] for each in json.loads(groups.stdout)["logGroups"]] == [group]


def test_tail_follows(cloud, group):
    aws = version_2_of_the_cli()
    if not aws:
        pytest.skip("`aws logs tail` is in version 2 of the AWS CLI only, which is not installed (Debian: awscli)")
    logs = cloud.client("logs")
    put(logs, group, "one", "first", "second", ago=60)
    process = subprocess.Popen(
        [aws, "--endpoint-url", cloud.edge, "logs", "tail", group, "--follow", "--format", "short"],
        env=environment(PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    guard = threading.Timer(60, process.kill)
    guard.start()
    shown = []
    try:
        for line in process.stdout:
            shown.append(line.rstrip("\n").partition(" ")[2])
            if shown[-1] == "second":
                put(logs, group, "two", "third")
            if shown[-1] == "third":
                break
    finally:
        guard.cancel()
        process.kill()
        process.wait()
    assert shown == ["first", "second", "third"]


def test_live_tail(cloud, group):
    # The CLI would look for a host "stream-127.0.0.1".
    logs = cloud.client("logs", config={"inject_host_prefix": False})
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"
    stream = logs.start_live_tail(logGroupIdentifiers=[arn], logEventFilterPattern="wanted")["responseStream"]
    found = None
    for event in stream:
        if "sessionStart" in event:
            assert event["sessionStart"]["logGroupIdentifiers"] == [arn]
            put(logs, group, "one", "wanted line", "another line")
        elif event["sessionUpdate"]["sessionResults"]:
            found = event["sessionUpdate"]["sessionResults"]
            break
    stream.close()
    assert [event["message"] for event in found] == ["wanted line"]
    assert found[0]["logStreamName"] == "one" and found[0]["logGroupIdentifier"] == arn


def test_the_clis_live_tail(cloud, group):
    process = subprocess.Popen(
        ["aws", "--endpoint-url", cloud.edge, "logs", "start-live-tail", "--log-group-identifiers",
         f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"],
        env=environment(AWS_DISABLE_HOST_PREFIX_INJECTION="true", PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    try:
        logs = cloud.client("logs")
        stop = threading.Event()

        def talk():
            while not stop.wait(0.3):
                put(logs, group, "one", "seen by the CLI")

        talker = threading.Thread(target=talk)
        talker.start()
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "seen by the CLI" in line:
                break
        stop.set()
        talker.join()
        assert any("seen by the CLI" in line for line in lines), "".join(lines)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_darkroom_logs(chatty):
    say(chatty, "shown by darkroom")
    shown = chatty.run("logs", "chatty", "--filter", '"shown by"')
    assert shown.returncode == 0, shown.stderr
    time_, stream, message = shown.stdout.strip().split(" ", 2)
    assert message == '"shown by darkroom"' and len(stream) == 8 and time_.endswith("Z")
    assert "\x1b" not in shown.stdout
    as_json = chatty.run("logs", "/aws/lambda/chatty", "--filter", '"shown by"', "--json", "--since", "1h")
    entry = json.loads(as_json.stdout)
    assert entry["group"] == "/aws/lambda/chatty" and entry["message"] == '"shown by darkroom"\n'
    assert "[$LATEST]" in entry["stream"]


def test_darkroom_logs_on_what_is_not_there(chatty):
    unknown = chatty.run("logs", "chaty")
    assert unknown.returncode == 1 and "'chatty'" in unknown.stderr
    assert chatty.run("logs", "chatty", "--since", "soon").returncode == 64
    bad = chatty.run("logs", "chatty", "--filter", "{")
    assert bad.returncode == 1 and "Invalid filter pattern" in bad.stderr


def test_darkroom_logs_follows_until_it_is_told_to_end(chatty):
    process = subprocess.Popen(
        [str(DARKROOM), "logs", "chatty", "--follow", "--json", "--since", "0s", "--data", str(chatty.data)], text=True,
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        word = uuid.uuid4().hex
        stop = threading.Event()

        def talk():
            while not stop.is_set():
                say(chatty, word)
                stop.wait(0.3)

        talker = threading.Thread(target=talk)
        talker.start()
        lines = []
        for line in process.stdout:
            lines.append(line)
            if sum(word in each for each in lines) == 3:
                break
        stop.set()
        talker.join()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        events = [json.loads(line) for line in lines + rest.splitlines()]
        # Three calls at least, in order and each line once.
        assert sum(word in event["message"] for event in events) >= 3
        identifiers = [event["eventId"] for event in events]
        assert identifiers == sorted(set(identifiers))
    finally:
        process.kill()
        process.wait()


def test_lines_survive_the_end_of_the_cloud(start):
    cloud = start()
    answer = cloud.client("lambda").invoke(FunctionName="echo", Payload=b'"x"')
    request = answer["ResponseMetadata"]["RequestId"]
    assert cloud.stop() == 0
    again = start(data=cloud.data)
    messages = [event["message"] for event in search(again, "/aws/lambda/echo")]
    assert any(message.startswith(f"REPORT RequestId: {request}") for message in messages)
