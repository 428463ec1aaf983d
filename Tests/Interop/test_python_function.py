"""Functions of other origins beside those in Swift: Python with AWS's own runtime client, a shell script, a plain zip."""

import base64
import json
import sys
import zipfile

import pytest

from conftest import BUILD, Cloud

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"

PYTHON_CODE = '''
import os

calls = 0


def describe(event, context):
    global calls
    calls += 1
    print("seen", event.get("word"))
    return {
        "event": event, "calls": calls, "requestId": context.aws_request_id, "name": context.function_name,
        "version": context.function_version, "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb,
        "left": context.get_remaining_time_in_millis(), "group": context.log_group_name,
        "client": context.client_context and context.client_context.custom, "setting": os.environ["SETTING"],
        "trace": os.environ.get("_X_AMZN_TRACE_ID"), "root": os.environ["LAMBDA_TASK_ROOT"]}


def fail(event, context):
    raise ValueError(event["text"])


def descend(event, context):
    return descend(event, context)


def leave(event, context):
    os._exit(event["status"])
'''

SHELL_CODE = '''#!/bin/sh
set -eu
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
    event=$(curl -sS --noproxy "*" -D headers.$$ "$api/next")
    id=$(tr -d '\\r' <headers.$$ | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: *//p')
    rm headers.$$
    echo "shell has $event"
    if [ "$event" = '"fail"' ]; then
        curl -sS --noproxy "*" -o /dev/null -H "Lambda-Runtime-Function-Error-Type: Function.Told" \\
            -d '{"errorMessage": "as told", "errorType": "Told"}' "$api/$id/error"
    else
        curl -sS --noproxy "*" -o /dev/null -d "{\\"handler\\": \\"$_HANDLER\\", \\"event\\": $event}" "$api/$id/response"
    fi
done
'''


def function(code, handler, runtime, **more):
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {"CodeUri": code, "Handler": handler, "Runtime": runtime, "Timeout": 20, **more}}


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    """A Lambda client of a cloud with functions of three origins."""
    folder = tmp_path_factory.mktemp("functions")
    (folder / "python").mkdir()
    (folder / "python" / "app.py").write_text(PYTHON_CODE)
    (folder / "shell").mkdir()
    bootstrap = folder / "shell" / "bootstrap"
    bootstrap.write_text(SHELL_CODE)
    bootstrap.chmod(0o755)
    with zipfile.ZipFile(folder / "swift.zip", "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, (BUILD / "probe").read_bytes())
    environment = {"Environment": {"Variables": {"SETTING": "a=b ü"}}}
    resources = {
        "Python": function("python", "app.describe", PYTHON, FunctionName="python", MemorySize=256,
                           EphemeralStorage={"Size": 1024}, **environment),
        "PythonFails": function("python", "app.fail", PYTHON, FunctionName="python-fails"),
        "PythonDescends": function("python", "app.descend", PYTHON, FunctionName="python-descends"),
        "PythonLeaves": function("python", "app.leave", PYTHON, FunctionName="python-leaves"),
        "PythonMissing": function("python", "nowhere.describe", PYTHON, FunctionName="python-missing"),
        "Shell": function("shell", "in.shell", "provided.al2023", FunctionName="shell"),
        "Swift": function("swift.zip", "echo", "provided.al2023", FunctionName="swift"),
    }
    template = folder / "template.json"
    template.write_text(json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": resources}))
    cloud = Cloud(folder, template=template)
    yield cloud.client("lambda")
    assert cloud.stop() == 0


def call(functions, name, event, **options):
    payload = event if isinstance(event, bytes) else json.dumps(event).encode()
    answer = functions.invoke(FunctionName=name, Payload=payload, LogType="Tail", **options)
    return answer, json.loads(answer["Payload"].read())


def log(answer):
    return base64.b64decode(answer["LogResult"]).decode()


def test_python_is_told_what_lambda_tells_it(functions):
    client = base64.b64encode(json.dumps({"custom": {"a": "ü"}}).encode()).decode()
    answer, told = call(functions, "python", {"word": "Grüße \U0001f600"}, ClientContext=client)
    assert "FunctionError" not in answer, told
    assert told["event"] == {"word": "Grüße \U0001f600"}
    assert (told["name"], told["version"], told["memory"]) == ("python", "$LATEST", "256")
    assert told["arn"].endswith(":function:python") and told["group"] == "/aws/lambda/python"
    assert told["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert 0 < told["left"] <= 20_000
    assert (told["client"], told["setting"]) == ({"a": "ü"}, "a=b ü")
    assert told["trace"].startswith("Root=1-")
    assert "seen Grüße \U0001f600\n" in log(answer)


def test_a_python_process_serves_many_calls(functions):
    first = call(functions, "python", {})[1]["calls"]
    assert [call(functions, "python", {})[1]["calls"] for _ in range(20)] == list(range(first + 1, first + 21))


def test_python_takes_large_events(functions):
    event = {"text": "x" * 2_000_000}
    assert call(functions, "python", event)[1]["event"] == event


def test_an_exception_in_python(functions):
    answer, error = call(functions, "python-fails", {"text": 'no "such"\nthing'})
    assert answer["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", 'no "such"\nthing')
    assert "raise ValueError" in "".join(error["stackTrace"])
    assert "ValueError" in log(answer)


def test_an_exception_of_many_frames(functions):
    for _ in range(2):
        answer, error = call(functions, "python-descends", {})
        assert answer["FunctionError"] == "Unhandled"
        assert error["errorType"] == "RecursionError", error
        assert "in descend" in "".join(error["stackTrace"])


def test_a_python_process_that_ends_is_replaced(functions):
    for status in (3, 4):
        _, error = call(functions, "python-leaves", {"status": status})
        assert error["errorType"] == "Runtime.ExitError"
        assert error["errorMessage"].endswith(f"Runtime exited with error: exit status {status}")


def test_a_python_module_that_is_not_there(functions):
    answer, error = call(functions, "python-missing", {})
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "No module named 'nowhere'" in error["errorMessage"]


def test_a_shell_script_is_a_function(functions):
    for number in range(3):
        answer, told = call(functions, "shell", {"number": number})
        assert told == {"handler": "in.shell", "event": {"number": number}}
        assert f'shell has {{"number": {number}}}\n' in log(answer)


def test_a_shell_script_fails_as_told(functions):
    answer, error = call(functions, "shell", b'"fail"')
    assert answer["FunctionError"] == "Unhandled"
    assert error == {"errorMessage": "as told", "errorType": "Told"}
    assert call(functions, "shell", b"1")[1]["event"] == 1


def test_a_zip_with_a_program_beside_them(functions):
    assert call(functions, "swift", {"hello": "world"})[1] == {"hello": "world"}


def test_versions_and_aliases(functions):
    version = functions.publish_version(FunctionName="python", Description="as it was")
    assert version["Version"] == "1" and version["FunctionArn"].endswith(":python:1")
    alias = functions.create_alias(FunctionName="python", Name="stable", FunctionVersion="1")
    assert alias["AliasArn"].endswith(":python:stable")
    answer = functions.invoke(FunctionName="python", Qualifier="stable", Payload=b"{}")
    assert answer["ExecutedVersion"] == "1"
    seen = json.loads(answer["Payload"].read())
    assert seen["version"] == "1" and seen["arn"].endswith(":python:stable")
    names = [entry["Version"] for entry in functions.list_versions_by_function(FunctionName="python")["Versions"]]
    assert names == ["$LATEST", "1"]
    functions.get_waiter("published_version_active").wait(FunctionName="python", Qualifier="1")


def test_a_function_is_there_at_once(functions):
    for waiter in ("function_exists", "function_active_v2", "function_active", "function_updated_v2"):
        functions.get_waiter(waiter).wait(FunctionName="python", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    assert functions.get_function_configuration(FunctionName="python")["EphemeralStorage"] == {"Size": 1024}
    assert functions.get_function_configuration(FunctionName="shell")["EphemeralStorage"] == {"Size": 512}


def test_a_share_of_the_concurrency(functions):
    def share():
        return functions.get_function_concurrency(FunctionName="shell").get("ReservedConcurrentExecutions")

    assert share() is None
    functions.put_function_concurrency(FunctionName="shell", ReservedConcurrentExecutions=0)
    assert share() == 0
    assert functions.get_function(FunctionName="shell")["Concurrency"] == {"ReservedConcurrentExecutions": 0}
    with pytest.raises(functions.exceptions.TooManyRequestsException):
        call(functions, "shell", 1)
    accepted = functions.invoke(FunctionName="shell", InvocationType="Event", Payload=b"1")
    assert accepted["StatusCode"] == 202
    functions.delete_function_concurrency(FunctionName="shell")
    assert share() is None
    assert call(functions, "shell", 1)[1]["event"] == 1
