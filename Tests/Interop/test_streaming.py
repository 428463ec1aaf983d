"""Answers in pieces, through boto3's own reader of event streams."""

import http.client
import json
import sys
from urllib.parse import urlsplit

import pytest

from conftest import BUILD, Cloud


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("streams")
    (folder / "bootstrap").symlink_to(BUILD / "probe")
    resources = {
        name.title(): {
            "Type": "AWS::Serverless::Function",
            "Properties": {"FunctionName": name, "Handler": name, "Runtime": "provided.al2023", "CodeUri": ".",
                           "Timeout": 10}}
        for name in ["stream", "echo", "fail", "leave"]}
    template = folder / "template.json"
    template.write_text(json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": resources}))
    cloud = Cloud(folder, template=template)
    yield cloud.client("lambda")
    assert cloud.stop() == 0


def pieces(functions, name, event, **options):
    """The bytes that came, and how it ended."""
    answer = functions.invoke_with_response_stream(FunctionName=name, Payload=json.dumps(event), **options)
    assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST"
    assert answer["ResponseStreamContentType"] == "application/vnd.amazon.eventstream"
    body, end = b"", None
    for event in answer["EventStream"]:
        assert end is None, "something came after the end"
        body += event.get("PayloadChunk", {}).get("Payload", b"")
        end = event.get("InvokeComplete")
    return body, end


def test_a_stream_comes_whole(functions):
    body, end = pieces(functions, "stream", {"pieces": 5, "bytes": 100_000}, LogType="Tail")
    assert body == b"".join(bytes([97 + number]) * 100_000 for number in range(5))
    assert "ErrorCode" not in end and end["LogResult"]


def test_what_answers_at_once_is_a_stream_of_one_piece(functions):
    body, end = pieces(functions, "echo", {"a": 1})
    assert json.loads(body) == {"a": 1} and "ErrorCode" not in end


def test_a_stream_that_breaks_off_says_so(functions):
    body, end = pieces(functions, "stream", {"pieces": 5, "bytes": 1000, "failAfter": 2})
    assert body == b"a" * 1000 + b"b" * 1000
    assert end["ErrorCode"]
    assert "the stream broke off" in end["ErrorDetails"]
    # The function is as good as before.
    body, end = pieces(functions, "stream", {"pieces": 1, "bytes": 3})
    assert body == b"aaa" and "ErrorCode" not in end


def test_an_error_before_the_first_piece(functions):
    body, end = pieces(functions, "fail", {"text": "no"})
    assert body == b"" and end["ErrorCode"] == "Unhandled"


def test_a_process_that_ends_in_the_middle(functions):
    body, end = pieces(functions, "leave", {"status": 3})
    assert body == b"" and "exit status 3" in end["ErrorDetails"]


# Writes the beginning of an answer, and then nothing any more.
STALLS = '''#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
id=$(curl -sS --noproxy "*" -D - -o /dev/null "$api/next" | tr -d '\\r' |
    sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: *//p')
(printf '{"statusCode":201}\\0\\0\\0\\0\\0\\0\\0\\0one'; sleep 600) | curl -sS --noproxy "*" -o /dev/null -X POST -T - \\
    -H "Content-Type: application/vnd.awslambda.http-integration-response" \\
    -H "Transfer-Encoding: chunked" -H "Lambda-Runtime-Function-Response-Mode: streaming" "$api/$id/response"
'''


def test_time_that_runs_out_in_the_middle_of_a_stream(start, tmp_path):
    (tmp_path / "stalls").mkdir()
    bootstrap = tmp_path / "stalls" / "bootstrap"
    bootstrap.write_text(STALLS)
    bootstrap.chmod(0o755)
    template = tmp_path / "template.json"
    template.write_text(json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": {
            "Stalls": {"Type": "AWS::Serverless::Function", "Properties": {
                "FunctionName": "stalls", "Handler": "h", "Runtime": "provided.al2023", "CodeUri": "stalls",
                "Timeout": 2, "FunctionUrlConfig": {"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM"},
                "Events": {"Api": {"Type": "HttpApi", "Properties": {"Path": "/stalls", "Method": "get"}}}}},
            "Knows": {"Type": "AWS::Serverless::Function", "Properties": {
                "FunctionName": "knows", "Handler": "h", "Runtime": "provided.al2023", "CodeUri": "stalls",
                "Environment": {"Variables": {"URL": {"Fn::GetAtt": ["StallsUrl", "FunctionUrl"]}}}}}}}))
    cloud = start(template=template)
    client = cloud.client("lambda")
    known = client.get_function_configuration(FunctionName="knows")["Environment"]["Variables"]["URL"]
    address = urlsplit(cloud.gateway)

    def get(path, host):
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse()

    # What the function had written is with the caller; the rest is broken off, not ended as if it were whole.
    answer = get("/", urlsplit(known).netloc)
    assert answer.status == 201
    with pytest.raises(http.client.IncompleteRead) as broken:
        answer.read()
    assert broken.value.partial == b"one"
    # An HTTP API has not begun to answer yet.
    answer = get("/stalls", address.netloc)
    assert (answer.status, json.loads(answer.read())) == (500, {"message": "Internal Server Error"})
    body, end = pieces(client, "stalls", {})
    assert body.endswith(b"one") and "Task timed out after 2.00 seconds" in end["ErrorDetails"]


# Writes the pieces that it is asked for under the type that it is asked for; the last one once it is let.
WRITER = f"""#!{sys.executable}
import http.client, json, os, time

BASE = "/2018-06-01/runtime/invocation/"


def pieces(order):
    for piece in order["pieces"][:-1]:
        yield piece.encode()
    while not os.path.exists(order["gate"]):
        time.sleep(0.005)
    yield order["pieces"][-1].encode()


api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", BASE + "next")
    answer = api.getresponse()
    order = json.loads(json.loads(answer.read())["body"])
    headers = {{"Transfer-Encoding": "chunked"}}
    if order["type"]:
        headers["Content-Type"] = order["type"]
    if order["streams"]:
        headers["Lambda-Runtime-Function-Response-Mode"] = "streaming"
    path = BASE + answer.headers["Lambda-Runtime-Aws-Request-Id"] + "/response"
    api.request("POST", path, pieces(order), headers, encode_chunked=True)
    api.getresponse().read()
"""
PRELUDE = "application/vnd.awslambda.http-integration-response"


def test_a_function_url_goes_by_the_content_type(start, tmp_path):
    (tmp_path / "writer").mkdir()
    bootstrap = tmp_path / "writer" / "bootstrap"
    bootstrap.write_text(WRITER)
    bootstrap.chmod(0o755)
    function = {"Handler": "h", "Runtime": "provided.al2023", "CodeUri": "writer", "Timeout": 30}
    template = tmp_path / "template.json"
    template.write_text(json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": {
            "Writer": {"Type": "AWS::Serverless::Function", "Properties": {
                **function, "FunctionName": "writer",
                "FunctionUrlConfig": {"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM"}}},
            "Knows": {"Type": "AWS::Serverless::Function", "Properties": {
                **function, "FunctionName": "knows",
                "Environment": {"Variables": {"URL": {"Fn::GetAtt": ["WriterUrl", "FunctionUrl"]}}}}}}}))
    cloud = start(template=template)
    known = cloud.client("lambda").get_function_configuration(FunctionName="knows")["Environment"]["Variables"]["URL"]
    address = urlsplit(cloud.gateway)
    gates = iter(tmp_path / f"gate-{number}" for number in range(100))

    def ask(content_type, *pieces, streams=True):
        """The answer, and what lets the function write its last piece."""
        gate = next(gates)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        connection.request(
            "POST", "/", json.dumps({"type": content_type, "pieces": pieces, "gate": str(gate), "streams": streams}),
            {"Host": urlsplit(known).netloc, "Content-Type": "application/json"})
        if len(pieces) == 1:
            gate.touch()
        return connection.getresponse(), gate.touch

    # Lines come as they are written, whatever they look like.
    for content_type in ["application/x-ndjson", "application/json", None]:
        answer, let = ask(content_type, '{"statusCode": 404}\n', '{"n": 2}\n')
        assert (answer.status, answer.headers["Content-Type"]) == (200, content_type or "application/octet-stream")
        assert answer.readline() == b'{"statusCode": 404}\n'
        let()
        assert answer.read() == b'{"n": 2}\n'

    # One JSON text is not read as what a function that does not stream would have answered.
    for content_type in ["application/json", None]:
        answer, _ = ask(content_type, '{"statusCode": 404, "body": "x"}')
        assert (answer.status, answer.read()) == (200, b'{"statusCode": 404, "body": "x"}')
    answer, _ = ask("application/json", '{"statusCode": 404, "body": "x"}', streams=False)
    assert (answer.status, answer.read()) == (404, b"x")

    # Under its own type a prelude is one, over as many pieces as it takes, and the head does not wait for the body.
    answer, let = ask(PRELUDE, '{"statusCode": 418, "headers": {"X-', 'A": "b"}}\0\0\0', "\0\0\0\0\0", "{}")
    assert (answer.status, answer.headers["X-A"]) == (418, "b")
    let()
    assert answer.read() == b"{}"
    # Under any other, and under none, it is bytes.
    for content_type in ["text/plain", None]:
        answer, _ = ask(content_type, '{"statusCode": 418}\0\0\0\0\0\0\0\0rest')
        assert (answer.status, answer.read()) == (200, b'{"statusCode": 418}\0\0\0\0\0\0\0\0rest')
    # One that breaks off is a bad answer.
    answer, _ = ask(PRELUDE, '{"statusCode": 418}')
    assert answer.status == 502
