"""A span of schedules, fired by turning a clock over it: in order, twice with the same result, and told."""

import json
import subprocess

import pytest
import requests

from conftest import BUILD, DARKROOM, environment
from test_pictures import Person, picture


def function(name, handler, events, **more):
    return {"Type": "AWS::Serverless::Function", "Properties": {
        "FunctionName": name, "Handler": handler, "Runtime": "provided.al2023", "CodeUri": "code.zip",
        "Events": events, **more}}


def schedule(expression):
    return {"Timer": {"Type": "Schedule", "Properties": {"Schedule": expression}}}


@pytest.fixture
def folder(tmp_path):
    """A folder with the template of a sweeper, a backup, and a function that the backup's answers go to."""

    def write(**more):
        template = {
            "Transform": "AWS::Serverless-2016-10-31",
            "Metadata": {"Darkroom": {"Bootstrap": str(BUILD / "probe")}},
            "Resources": {
                "Sweeper": function("sweeper", "echo", schedule("rate(3 minutes)")),
                "Backup": function(
                    "backup", "echo", {"Daily": {"Type": "ScheduleV2", "Properties": {
                        "ScheduleExpression": "cron(0 3 * * ? *)", "Input": '{"backup": "daily"}'}}},
                    EventInvokeConfig={"DestinationConfig": {"OnSuccess": {
                        "Type": "Lambda", "Destination": {"Fn::GetAtt": ["Keeper", "Arn"]}}}}),
                "Keeper": function("keeper", "echo", {}),
                **more,
            }}
        (tmp_path / "template.json").write_text(json.dumps(template))
        return tmp_path

    return write


def replay(folder, *arguments):
    return subprocess.run(
        [str(DARKROOM), "replay", "--schedules", *map(str, arguments)], env=environment(), cwd=folder, text=True,
        capture_output=True, timeout=300)


def test_a_day_runs_in_order_twice_with_the_same_result(folder):
    folder = folder()
    done = replay(folder, "--from", "2026-03-01", "--to", "2026-03-02", "--twice", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["identical"] is True and told["differences"] == []
    runs = told["runs"]
    assert [run["at"] for run in runs] == sorted(run["at"] for run in runs)
    sweeps = [run for run in runs if run["function"] == "sweeper"]
    assert len(sweeps) == 480
    assert (sweeps[0]["at"], sweeps[-1]["at"]) == ("2026-03-01T00:03:00.000Z", "2026-03-02T00:00:00.000Z")
    assert all(run["answer"]["detail-type"] == "Scheduled Event" for run in sweeps)
    assert [run["event"]["time"] + run["at"][19:] for run in sweeps] == [
        run["at"][:19] + "Z" + run["at"][19:] for run in sweeps]
    [backup] = [run for run in runs if run["function"] == "backup"]
    assert backup["at"] == "2026-03-01T03:00:00.000Z" and backup["answer"] == {"backup": "daily"}
    # What a run sets off belongs to the run.
    [kept] = [run for run in runs if run["function"] == "keeper"]
    assert kept["at"] == backup["at"] and kept["event"]["responsePayload"] == {"backup": "daily"}
    assert told["summary"]["runs"] == 482 and told["summary"]["failed"] == 0
    assert told["second"]["fingerprint"] == told["summary"]["fingerprint"]


def test_lines_for_people_and_a_result_to_compare_with(folder):
    folder = folder()
    span = ["--from", "2026-03-01T02:50:00Z", "--to", "2026-03-01T03:00:00Z"]
    done = replay(folder, *span)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line[:20] for line in lines[:-2]] == [
        "2026-03-01T02:53:00Z", "2026-03-01T02:56:00Z", "2026-03-01T02:59:00Z", "2026-03-01T03:00:00Z",
        "2026-03-01T03:00:00Z"]
    assert "→ sweeper" in lines[0] and "→ backup" in lines[3] and "→ keeper" in lines[4]
    assert lines[-1].startswith("5 events fired in ") and lines[-1].endswith(": 5 runs, none failed.")
    earlier = folder / "earlier.json"
    earlier.write_text(replay(folder, *span, "--json").stdout)
    same = replay(folder, *span, "--expect", earlier)
    assert same.returncode == 0 and "the same, byte for byte" in same.stdout
    expected = json.loads(earlier.read_text())
    expected["runs"][3]["answer"]["backup"] = "weekly"
    earlier.write_text(json.dumps(expected))
    other = replay(folder, *span, "--expect", earlier)
    assert other.returncode == 1
    assert "answer/backup\n      expected  weekly\n      got       daily" in other.stdout
    earlier.write_text("{")
    assert "is not JSON" in replay(folder, *span, "--expect", earlier).stderr


def test_a_function_that_fails_is_tried_again_and_said(folder):
    folder = folder(Broken=function("broken", "no-such-handler", schedule("cron(30 0 1 3 ? *)")))
    done = replay(folder, "--from", "2026-03-01", "--to", "2026-03-01T01:00:00Z", "--json")
    assert done.returncode == 1
    broken = [run for run in json.loads(done.stdout)["runs"] if run["function"] == "broken"]
    assert [(run["at"][11:19], run["attempt"]) for run in broken] == [
        ("00:30:00", 1), ("00:31:00", 2), ("00:33:00", 3)]
    assert len({run["requestId"] for run in broken}) == 1
    assert all(run["failure"] for run in broken)


def test_a_data_directory_is_gone_on_with(folder):
    folder = folder()
    data = folder / "data"
    first = replay(folder, "--from", "2026-03-01", "--to", "2026-03-01T00:10:00Z", "--data", data, "--json")
    again = replay(
        folder, "--from", "2026-03-01T00:10:00Z", "--to", "2026-03-01T00:20:00Z", "--data", data, "--twice", "--json")
    assert first.returncode == 0 and again.returncode == 0, again.stdout + again.stderr
    runs = [json.loads(done.stdout)["runs"] for done in (first, again)]
    assert json.loads(again.stdout)["identical"] is True
    identifiers = {run["requestId"] for part in runs for run in part}
    assert len(identifiers) == len(runs[0]) + len(runs[1])


def test_the_picture_services_own_schedules_come_out_the_same(start):
    cloud = start("--clock-start", "2026-03-01T23:00:00Z", "--models", "/nonexistent")
    person = Person(cloud, "ada")
    for number in range(5):
        assert person.call("PUT", f"/pictures/p{number}", data=picture((number, 9, 9), (32, 24))).status_code == 201
    assert requests.post(cloud.edge + "/_darkroom/clock", json={"advanceSeconds": 0}).status_code == 200
    cloud.stop()
    done = replay(
        cloud.template.parent, "--from", "2026-03-01T23:00:00Z", "--to", "2026-03-02T00:00:00Z", "--twice", "--json",
        "--data", cloud.data, "--models", "/nonexistent")
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["identical"] is True, (told["differences"], done.stderr)
    runs = told["runs"]
    assert [run["answer"]["objects"]["seen"] for run in runs if run["function"] == "sweeper"] == [5] * 20
    [backup] = [run["answer"] for run in runs if run["function"] == "backup"]
    assert backup["taken"]["whole"] and backup["taken"]["name"] == "20260302T000000Z"


@pytest.mark.parametrize("arguments, sentence", [
    (["--from", "2026-03-01"], "--schedules needs --to"),
    (["--from", "soon", "--to", "2026-03-01"], "--from takes a moment such as 2026-03-01"),
    (["--from", "2026-03-02", "--to", "2026-03-01"], "--from must be before --to"),
    (["--from", "2026-03-01", "--to", "2026-03-02", "Events"], "--schedules takes no files"),
    (["--from", "2026-03-01", "--to", "2026-03-02", "--expect", "none.json"], "no file or folder 'none.json'"),
])
def test_what_cannot_be_replayed_is_said(folder, arguments, sentence):
    done = replay(folder(), *arguments)
    assert done.returncode != 0 and sentence in done.stderr, done.stderr
