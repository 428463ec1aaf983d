"""External extensions beside a function in Swift: programs in `extensions/`, told of calls and of the end."""

import json
import sys

import pytest

from conftest import BUILD, eventually

WATCH = '''#!%s
import http.client, json, os, sys

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def ask(method, path, body=None, **headers):
    api.request(method, "/2020-01-01/extension/" + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = api.getresponse()
    return answer, json.loads(answer.read())


answer, function = ask(
    "POST", "register", json.dumps({"events": ["INVOKE", "SHUTDOWN"]}), Lambda_Extension_Name=os.path.basename(__file__))
me = answer.headers["Lambda-Extension-Identifier"]
print("watch of", function["functionName"], "_HANDLER" in os.environ, flush=True)
while True:
    answer, event = ask("GET", "event/next", Lambda_Extension_Identifier=me)
    print("watch", event["eventType"], event.get("requestId", event.get("shutdownReason")), flush=True)
    if event["eventType"] == "SHUTDOWN":
        sys.exit(0)
    if os.environ.get("CRASH"):
        sys.exit(3)
''' % sys.executable


@pytest.fixture
def cloud(start, tmp_path):
    code = tmp_path / "code"
    (code / "extensions").mkdir(parents=True)
    (code / "bootstrap").symlink_to(BUILD / "probe")
    watch = code / "extensions" / "watch"
    watch.write_text(WATCH)
    watch.chmod(0o755)
    (code / "extensions" / "notes.txt").write_text("no program")

    def function(name, **variables):
        return {"Type": "AWS::Serverless::Function", "Properties": {
            "FunctionName": name, "Handler": "closing", "Runtime": "provided.al2023", "CodeUri": "code", "Timeout": 20,
            "Environment": {"Variables": variables}}}

    template = tmp_path / "template.json"
    template.write_text(json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Watched": function("watched"), "Crashes": function("crashes", CRASH="1")}}))
    return start(template=template)


def said(cloud, name):
    """What the function, its extension and the platform have logged so far."""
    entries = [json.loads(line) for line in cloud.log if line.startswith("{")]
    return [entry["line"] for entry in entries if entry.get("type") == "function" and entry["function"] == name]


def test_an_extension_is_told_of_each_call_and_of_the_end(cloud):
    client = cloud.client("lambda")
    answers = [client.invoke(FunctionName="watched", Payload="{}") for _ in range(2)]
    assert not any("FunctionError" in answer for answer in answers)
    assert cloud.stop() == 0
    lines = eventually(lambda: (lines := said(cloud, "watched")) and "watch SHUTDOWN spindown" in lines and lines)
    assert [line for line in lines if line.startswith("watch")] == [
        "watch of watched False", *[f"watch INVOKE {answer['ResponseMetadata']['RequestId']}" for answer in answers],
        "watch SHUTDOWN spindown"]
    assert "EXTENSION\tName: watch\tState: Ready\tEvents: [INVOKE,SHUTDOWN]" in lines
    # The runtime is told first, and what its handler does at the end has its time.
    assert lines.index("closed") < lines.index("watch SHUTDOWN spindown")


def test_an_extension_that_crashes_takes_the_function_with_it(cloud):
    client = cloud.client("lambda")
    answer = client.invoke(FunctionName="crashes", Payload='{"milliseconds": 10000}')
    error = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Extension.Crash" and error["errorMessage"].endswith("Error: exit status 3")
