"""The command line: invoke and replay on a running cloud and on one of their own, and what it says when it cannot."""

import json
import subprocess

import pytest

from conftest import DARKROOM, ROOT, environment, pictures_template


def darkroom(*arguments, cwd, stdin=None):
    return subprocess.run(
        [str(DARKROOM), *map(str, arguments)], env=environment(), cwd=cwd, input=stdin, capture_output=True, text=True,
        timeout=120)


def test_invoke_and_replay_on_a_running_cloud(cloud):
    answer = cloud.run("invoke", "upload", "--event", ROOT / "Events" / "upload.json")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["statusCode"] in (200, 201)
    assert "REPORT RequestId" in answer.stderr
    # Twice: expectations hold on a fresh cloud and on a used one.
    for _ in range(2):
        replay = cloud.run("replay", ROOT / "Events")
        assert replay.returncode == 0, replay.stdout + replay.stderr
        assert "0 not as expected" in replay.stdout


def test_invoke_on_a_cloud_of_its_own(tmp_path):
    pictures_template(tmp_path)
    answer = darkroom("invoke", "echo", "--payload", '{"a": [1, "ü"]}', cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == '{"a": [1, "ü"]}'
    from_input = darkroom("invoke", "echo", "--event", "-", "--ephemeral", cwd=tmp_path, stdin="[]")
    assert from_input.stdout == "[]"


def test_replay_shows_a_difference_as_one(tmp_path):
    pictures_template(tmp_path)
    events = tmp_path / "events"
    events.mkdir()
    (events / "echo.json").write_text('{"colour": "red"}')
    (events / "echo.expected.json").write_text('{"function": "echo", "answer": {"colour": "blue"}}')
    replay = darkroom("replay", events, "--ephemeral", cwd=tmp_path)
    assert replay.returncode == 1
    assert '/colour: "blue" expected, "red" there' in replay.stdout
    told = darkroom("replay", events / "echo.json", "--ephemeral", "--json", cwd=tmp_path)
    assert json.loads(told.stdout)[0]["asExpected"] is False


def test_unknown_functions_files_and_options(cloud, tmp_path):
    missing = cloud.run("invoke", "nobody")
    assert missing.returncode == 1 and "Function not found" in missing.stderr
    no_file = cloud.run("invoke", "echo", "--event", tmp_path / "none.json")
    assert no_file.returncode != 0 and "none.json" in no_file.stderr
    not_json = tmp_path / "bad.json"
    not_json.write_text("{")
    assert cloud.run("replay", not_json).returncode == 1
    assert darkroom("up", "--port", "99999", cwd=tmp_path).returncode == 64
    assert darkroom("clock", "show", cwd=tmp_path).returncode == 1


def broken_templates():
    """Templates that cannot be deployed, each with what must be said of it."""
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"Handler": "echo", "Runtime": "provided.al2023", "CodeUri": "nowhere.zip"}}
    route = {"Type": "HttpApi", "Properties": {"Method": "GET", "Path": "/x"}}
    routed = {**function, "Properties": {**function["Properties"], "Events": {"Route": route}}}
    sam = {"Transform": "AWS::Serverless-2016-10-31"}
    yield "{\n  \"Resources\": nope\n}", ["template.json:2", "not JSON"]
    yield json.dumps({**sam, "Resources": {"One": function}}), ["nowhere.zip"]
    yield json.dumps({**sam, "Resources": {"One": routed, "Two": routed}}, indent=1), ["GET /x"]
    yield json.dumps({**sam, "Resources": {"One": {**function, "Properties": {"Handler": {"Ref": "Gone"}}}}}), ["Gone"]
    scheduled = {**function, "Properties": {**function["Properties"], "Events": {
        "Often": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minutes)"}}}}}
    yield json.dumps({**sam, "Resources": {"One": scheduled}}), ["rate(1 minutes)"]


@pytest.mark.parametrize("text, said", list(broken_templates()))
def test_templates_that_cannot_be_deployed(tmp_path, text, said):
    (tmp_path / "template.json").write_text(text)
    done = darkroom("up", "--ephemeral", "--port", 0, "--gateway-port", 0, cwd=tmp_path)
    assert done.returncode == 1
    for words in said:
        assert words in done.stderr


def test_the_cli_calls_functions(cloud, tmp_path):
    output = tmp_path / "answer"
    answer = cloud.aws(
        "lambda", "invoke", "--function-name", "echo", "--payload", '{"x": 1}', "--log-type", "Tail", "--output", "json",
        output)
    assert answer.returncode == 0, answer.stderr
    assert output.read_text() == '{"x": 1}'
    assert json.loads(answer.stdout)["StatusCode"] == 200 and "LogResult" in json.loads(answer.stdout)
    listed = cloud.aws("lambda", "list-functions", "--output", "json")
    assert {function["FunctionName"] for function in json.loads(listed.stdout)["Functions"]} >= {"echo", "upload"}
