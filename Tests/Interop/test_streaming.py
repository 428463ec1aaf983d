"""Answers in pieces, through boto3's own reader of event streams."""

import json

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
