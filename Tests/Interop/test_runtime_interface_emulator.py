"""LambdaRuntime under AWS's own Runtime Interface Emulator and under this package's cloud, with the same assertions."""

import base64
import json
import os
import re
import signal
import time
import typing

import pytest
import requests

from conftest import BOOTSTRAP, BUILD, ROOT, Cloud, eventually
from interface_emulator import InterfaceEmulator

PROBE = BUILD / "probe"
CACHE = ROOT / ".venv" / "rie"
HANDLERS = ["echo", "describe", "typed", "fail", "fill", "stream", "sleep", "leave", "print", "background",
            "refuse-start", "leave-at-start", "unknown"]
TIMEOUTS = {"sleep": 1}
# A proxy that is meant for the function's own traffic, and that is not there: no call of the Runtime API may go by it.
PROXY = {"http_proxy": "http://127.0.0.1:1", "all_proxy": "http://127.0.0.1:1"}
LONGEST_RESPONSE = 6 * 1024 * 1024 + 100
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


class Answer(typing.NamedTuple):
    payload: bytes
    failed: typing.Optional[bool]  # None from a service that does not say
    log: str

    @property
    def json(self):
        return json.loads(self.payload)

    @property
    def error(self):
        """The error document of a function that failed."""
        assert self.failed is not False, self.payload
        return self.json


def encoded(payload):
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()


class UnderInterfaceEmulator:
    """Each function in an emulator of its own, started when it is first called."""

    name = "rie"

    def __init__(self, directory):
        self.directory = directory
        self.emulators = {}

    def emulator(self, function, program=PROBE):
        key = (function, program)
        if key not in self.emulators:
            settings = {"AWS_LAMBDA_FUNCTION_NAME": function, "AWS_REGION": "us-east-1", **PROXY}
            settings["AWS_LAMBDA_FUNCTION_TIMEOUT"] = str(TIMEOUTS.get(function, 20))
            self.emulators[key] = InterfaceEmulator(CACHE, program, function, self.directory, **settings)
        return self.emulators[key]

    def invoke(self, function, payload, headers=None, program=PROBE):
        emulator = self.emulator(function, program)
        answer = requests.post(emulator.url, data=encoded(payload), headers=headers, timeout=60)
        return Answer(answer.content, True if answer.status_code == 502 else None, emulator.log())

    def stop(self):
        assert {emulator.stop() for emulator in self.emulators.values()} <= {0}


class UnderDarkroom:
    """All functions in one cloud."""

    name = "darkroom"

    def __init__(self, directory):
        resources = {
            re.sub("[^a-z]", "", handler).title(): {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "FunctionName": handler, "Handler": handler, "Runtime": "provided.al2023",
                    "CodeUri": "bootstrap.zip", "Timeout": TIMEOUTS.get(handler, 20),
                    "Environment": {"Variables": PROXY}}}
            for handler in HANDLERS}
        template = directory / "template.json"
        template.write_text(json.dumps({
            "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31",
            "Metadata": {"Darkroom": {"Bootstrap": str(PROBE)}}, "Resources": resources}))
        self.cloud = Cloud(directory, template=template)

    def invoke(self, function, payload, headers=None):
        answer = requests.post(
            f"{self.cloud.edge}/2015-03-31/functions/{function}/invocations", data=encoded(payload),
            headers={"X-Amz-Log-Type": "Tail", **(headers or {})}, timeout=60)
        assert answer.status_code == 200, answer.text
        log = base64.b64decode(answer.headers.get("X-Amz-Log-Result", "")).decode(errors="replace")
        return Answer(answer.content, "X-Amz-Function-Error" in answer.headers, log)

    def stop(self):
        assert self.cloud.stop() == 0


@pytest.fixture(scope="module", params=[UnderInterfaceEmulator, UnderDarkroom], ids=lambda kind: kind.name)
def service(request, tmp_path_factory):
    running = request.param(tmp_path_factory.mktemp(request.param.name))
    yield running
    running.stop()


def is_running(process):
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# Payloads

@pytest.mark.parametrize("event", [
    b'{"a": 1.0,  "b":"\xc3\xbc \\u0000 \xf0\x9f\x98\x80",\n "n": 12345678901234567890, "a": 2}', b"[]", b'"text"', b"null",
    b" 7 "])
def test_an_event_comes_back_byte_for_byte(service, event):
    assert service.invoke("echo", event).payload == event


@pytest.mark.parametrize("count", [100_000, 1_000_000, 6 * 1024 * 1024])
def test_large_events_come_back(service, count):
    event = b'"' + os.urandom(count)[: (count - 2) // 2].hex().encode().ljust(count - 2, b"x") + b'"'
    assert len(event) == count
    assert service.invoke("echo", event).payload == event


def test_typed_events_and_answers(service):
    assert service.invoke("typed", {"item": "tea", "count": 2}).json == {"total": 6}


def test_a_response_may_be_as_long_as_lambda_allows_and_one_that_is_longer_harms_nothing(service):
    assert len(service.invoke("fill", {"bytes": LONGEST_RESPONSE}).payload) == LONGEST_RESPONSE
    for count in (LONGEST_RESPONSE + 1, 9_000_000):
        error = service.invoke("fill", {"bytes": count}).error
        assert error["errorType"] == "Function.ResponseSizeTooLarge"
        assert error["errorMessage"] == (
            "Response payload size exceeded maximum allowed payload size (6291556 bytes).")
        assert service.invoke("fill", {"bytes": 10}).payload == b'"xxxxxxxx"'


def test_a_response_in_pieces_arrives_whole_where_nobody_asked_for_pieces(service):
    assert service.invoke("stream", {"pieces": 3, "bytes": 4}).payload == b"aaaabbbbcccc"
    long = service.invoke("stream", {"pieces": 8, "bytes": 300_000}).payload
    assert long == b"".join(bytes([letter]) * 300_000 for letter in b"abcdefgh")


# What the function is told

def test_the_context(service):
    before = time.time() * 1000
    client = {"client": {"app_title": "probe \u00fc"}, "custom": {"a": "b"}}
    context = base64.b64encode(json.dumps(client).encode()).decode()
    told = service.invoke("describe", {}, {"X-Amz-Client-Context": context, "X-Amzn-Trace-Id": TRACE}).json
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told["requestId"])
    assert told["clientContext"] == client
    assert re.fullmatch(r"arn:aws:lambda:us-east-1:\d{12}:function:describe", told["invokedFunctionArn"])
    assert (told["functionName"], told["functionVersion"]) == ("describe", "$LATEST")
    assert before < told["deadline"] <= time.time() * 1000 + 20_000
    assert 0 < told["remainingMilliseconds"] <= 20_000
    again = service.invoke("describe", {}).json
    assert again["clientContext"] is None
    assert again["requestId"] != told["requestId"]
    assert again["process"] == told["process"] and again["invocation"] == told["invocation"] + 1


def test_a_proxy_is_the_function_s_own_business(service):
    assert PROXY.items() <= service.invoke("describe", {}).json["environment"].items()


def test_the_trace(service):
    told = service.invoke("describe", {}, {"X-Amzn-Trace-Id": TRACE}).json
    if service.name == "rie":
        # AWS's emulator passes no trace on; then the variable that names it must not be there either.
        assert told["traceId"] is None and "_X_AMZN_TRACE_ID" not in told["environment"]
    else:
        assert told["traceId"].startswith("Root=1-5759e988-bd862e3fe1be46a994272793")
        assert told["environment"]["_X_AMZN_TRACE_ID"] == told["traceId"]


# Failures

@pytest.mark.parametrize("text", [
    "no such thing", 'say "no"\n\tand \\ go', "\u0001\u001f\u007f\u0000", "\U0001f600 \u2028 \u00fc", "", "x" * 30_000,
    '{"errorMessage": "not this one"}'])
def test_a_failure_keeps_its_words(service, text):
    error = service.invoke("fail", {"text": text}).error
    assert error == {"errorMessage": text, "errorType": "Failure", "stackTrace": []}


def test_an_event_of_the_wrong_form_is_named(service):
    error = service.invoke("typed", {"item": "tea", "count": "x"}).error
    assert error["errorType"] == "InvalidEvent"
    assert error["errorMessage"].startswith("The event is not a valid Purchase at count:")


def test_a_function_that_cannot_start_says_why_each_time(service):
    for _ in range(2):
        error = service.invoke("refuse-start", {}).error
        assert error["errorType"] == "StartRefused"
        assert error["errorMessage"] == 'not "ready":\n\tthe configuration is missing'


def test_an_unknown_handler_is_named_with_those_that_exist(service):
    error = service.invoke("unknown", {}).error
    assert error["errorType"] == "Runtime.HandlerNotFound"
    assert 'There is no function "unknown" in this program' in error["errorMessage"]
    assert "Set the function's Handler to one of: background, " in error["errorMessage"]
    assert ", describe, echo, " in error["errorMessage"]


@pytest.mark.parametrize("order, words", [
    ({"status": 7}, "Runtime exited with error: exit status 7"),
    ({"status": 0}, "Runtime exited without providing a reason"),
    ({"signal": int(signal.SIGKILL)}, "Runtime exited with error: signal: killed")])
def test_a_process_that_ends_in_the_middle_is_replaced(service, order, words):
    error = service.invoke("leave", order).error
    assert error["errorType"] == "Runtime.ExitError"
    assert re.fullmatch(f"RequestId: [0-9a-f-]{{36}} Error: {words}", error["errorMessage"])
    assert service.invoke("leave", {}).payload == b"null"


def test_a_process_that_ends_before_its_first_event(service):
    # AWS's emulator says nothing at all about it.
    answer = service.invoke("leave-at-start", {})
    assert answer.failed
    assert answer.payload == b"" if service.name == "rie" else b"exit status 9" in answer.payload


def test_time_runs_out_and_the_next_call_works(service):
    assert b"Task timed out after 1.00 seconds" in service.invoke("sleep", {"milliseconds": 30_000}).payload
    assert service.invoke("sleep", {"milliseconds": 1}).json == {"slept": 1}


# Around the invocation

def test_work_after_the_response_is_done_before_the_next_event(service):
    # A service may start another process in the meantime, as Lambda does; whichever answers has finished its earlier work.
    end = time.monotonic() + 20
    taken = 0
    while taken < 2:
        assert time.monotonic() < end
        answer = service.invoke("background", {"milliseconds": 30}).json
        taken = answer["taken"]
        assert answer["finished"] == taken


def test_what_a_function_prints_is_logged(service):
    words = {"output": "to the output", "error": "to the errors", "log": "through the logger"}
    log = service.invoke("print", words).log
    for text in words.values():
        assert log.count(text) == 1, log
    assert re.search(r"\d{4}-\d\d-\d\dT[0-9:.]+Z [0-9a-f-]{36} INFO through the logger\n", log)


def test_an_idle_function_ends_when_it_is_told_to(service):
    process = service.invoke("describe", {}).json["process"]
    os.kill(process, signal.SIGTERM)
    eventually(lambda: not is_running(process))


# What only AWS's emulator can do

@pytest.fixture
def emulated(tmp_path):
    running = UnderInterfaceEmulator(tmp_path)
    yield running
    running.stop()


def test_the_picture_service_s_own_program(emulated):
    event = (ROOT / "Events" / "echo.json").read_bytes()
    assert emulated.invoke("echo", event, program=BOOTSTRAP).payload == event
    assert emulated.invoke("nothing", {}, program=BOOTSTRAP).error["errorType"] == "Runtime.HandlerNotFound"


def test_the_caller_s_cognito_identity(emulated):
    # Its own header for it; callers of Lambda prove who they are.
    identity = json.dumps({"cognitoIdentityId": "us-east-1:1", "cognitoIdentityPoolId": "us-east-1:2"})
    told = emulated.invoke("describe", {}, {"X-Amz-Cognito-Identity": identity}).json
    assert told["identityId"] == "us-east-1:1"


def test_nothing_is_left_when_the_service_ends(emulated):
    process = emulated.invoke("describe", {}).json["process"]
    emulated.stop()
    eventually(lambda: not is_running(process))
