"""Every kind of timer on one clock that is turned to and fro: none is lost, none doubled, none left waiting."""

import collections
import datetime
import json
import random
import sys

import pytest
import requests

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
CODE = '''
import json, os

def work(event, context):
    for record in event["Records"]:
        with open(os.environ["NOTES"], "a") as notes:
            notes.write(json.dumps(record["body"]) + "\\n")
        if "poison" in record["body"]:
            raise ValueError("poison")
'''


def minutes(number):
    return datetime.timedelta(minutes=number)


def seconds(number):
    return datetime.timedelta(seconds=number)


def arn(name):
    return f"arn:aws:sqs:us-east-1:000000000000:{name}"


def template(folder):
    def queue(name, **more):
        return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, "MessageRetentionPeriod": 1209600, **more}}

    (folder / "code").mkdir()
    (folder / "code" / "app.py").write_text(CODE)
    path = folder / "template.json"
    path.write_text(json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": {
        "Ticks": queue("ticks"), "Fives": queue("fives"), "Later": queue("later"), "Hidden": queue("hidden"),
        "Dead": queue("dead"),
        "Jobs": queue("jobs", VisibilityTimeout=30, RedrivePolicy={
            "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}),
        "Minutely": {"Type": "AWS::Events::Rule", "Properties": {
            "Name": "minutely", "ScheduleExpression": "cron(* * * * ? *)",
            "Targets": [{"Id": "q", "Arn": {"Fn::GetAtt": ["Ticks", "Arn"]}}]}},
        "Work": {"Type": "AWS::Serverless::Function", "Properties": {
            "FunctionName": "work", "CodeUri": "code", "Handler": "app.work", "Runtime": PYTHON, "Timeout": 10,
            "Environment": {"Variables": {"NOTES": str(folder / "notes")}},
            "Events": {"Jobs": {"Type": "SQS", "Properties": {
                "Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}, "BatchSize": 1}}}}},
    }}))
    return path


class Turned:
    def __init__(self, start, folder):
        self.cloud = start("--clock-start", "2026-03-01T12:00:00Z", template=template(folder))
        self.sqs = self.cloud.client("sqs")
        self.notes = folder / "notes"
        self.now = NOON

    def turn(self, to):
        answer = requests.post(
            self.cloud.edge + "/_darkroom/clock", json={"set": to.strftime("%Y-%m-%dT%H:%M:%SZ")}, timeout=120)
        assert answer.status_code == 200, answer.text
        self.now = to

    def url(self, name):
        return self.sqs.get_queue_url(QueueName=name)["QueueUrl"]

    def drain(self, name):
        """The bodies that can be received now, taken out of the queue."""
        bodies = []
        while messages := self.sqs.receive_message(QueueUrl=self.url(name), MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=self.url(name), ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def worked(self):
        return [json.loads(line) for line in self.notes.read_text().splitlines()] if self.notes.exists() else []

    def left(self, name):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
                 "ApproximateNumberOfMessagesDelayed"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url(name), AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))


def test_a_poison_message_ends_in_its_dead_letter_queue_within_one_turn(start, tmp_path):
    turned = Turned(start, tmp_path)
    turned.sqs.send_message(QueueUrl=turned.url("jobs"), MessageBody="poison", DelaySeconds=60)
    turned.sqs.send_message(QueueUrl=turned.url("jobs"), MessageBody="good", DelaySeconds=61)
    turned.turn(NOON + seconds(59))
    assert turned.worked() == []
    turned.turn(NOON + seconds(60))
    assert turned.worked() == ["poison"] and turned.left("dead") == 0
    turned.turn(NOON + minutes(60))
    assert turned.worked() == ["poison", "good", "poison", "poison"]
    assert turned.left("jobs") == 0 and turned.drain("dead") == ["poison"]


@pytest.mark.parametrize("seed", range(2))
def test_turning_to_and_fro_loses_doubles_and_starves_nothing(start, tmp_path, seed):
    chance = random.Random(seed)
    turned = Turned(start, tmp_path)
    turned.cloud.client("scheduler").create_schedule(
        Name="fives", ScheduleExpression="cron(0/5 * * * ? *)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn("fives"), "RoleArn": "arn:aws:iam::000000000000:role/r",
                "Input": "<aws.scheduler.scheduled-time>"})
    lived, later, hidden, jobs = [], {}, {}, []
    reached = NOON
    for step in range(16):
        # Work of every kind, whose time comes sooner or later.
        delay = chance.randrange(1, 900)
        turned.sqs.send_message(QueueUrl=turned.url("later"), MessageBody=f"later-{step}", DelaySeconds=delay)
        later[f"later-{step}"] = turned.now + seconds(delay)
        turned.sqs.send_message(QueueUrl=turned.url("hidden"), MessageBody=f"hidden-{step}")
        timeout = chance.randrange(60, 1200)
        received = turned.sqs.receive_message(
            QueueUrl=turned.url("hidden"), VisibilityTimeout=timeout, MaxNumberOfMessages=10)["Messages"]
        for message in received:
            # What has come back once stays there, also where the clock is turned back.
            assert hidden.get(message["Body"], turned.now) <= reached
            hidden[message["Body"]] = turned.now + seconds(timeout)
        job = f"{'poison' if step % 5 == 2 else 'job'}-{step}"
        turned.sqs.send_message(QueueUrl=turned.url("jobs"), MessageBody=job, DelaySeconds=chance.randrange(0, 600))
        jobs.append(job)
        # Two steps forward, one back: but never before the beginning.
        before = turned.now
        if step % 3 == 2:
            turned.turn(max(NOON, before - seconds(chance.randrange(1, 1500))))
        else:
            turned.turn(before + seconds(chance.randrange(1, 1500)))
            lived.append((before, turned.now))
        reached = max(reached, turned.now)
        # What is in the future of this moment is not there yet, whatever the clock has shown before.
        seen = turned.drain("later")
        assert all(later.pop(body) <= turned.now for body in seen)
        assert not later or min(later.values()) > turned.now
    before, end = turned.now, max([turned.now, *later.values(), *hidden.values()]) + minutes(60)
    turned.turn(end)
    lived.append((before, end))

    def moments(every):
        """The moments of a rhythm, once for each time that they were lived through."""
        found = collections.Counter()
        for begin, end in lived:
            moment = NOON
            while moment <= end:
                if moment > begin:
                    found[moment.strftime("%Y-%m-%dT%H:%M:%SZ")] += 1
                moment += minutes(every)
        return found

    assert collections.Counter(json.loads(body)["time"] for body in turned.drain("ticks")) == moments(1)
    assert collections.Counter(turned.drain("fives")) == moments(5)
    assert sorted(turned.drain("later")) == sorted(later)
    assert sorted(turned.drain("hidden")) == sorted(hidden)
    poisons = [job for job in jobs if job.startswith("poison")]
    assert sorted(turned.drain("dead")) == sorted(poisons)
    assert collections.Counter(turned.worked()) == {job: 3 if job in poisons else 1 for job in jobs}
    assert [turned.left(name) for name in ("jobs", "later", "hidden", "dead")] == [0, 0, 0, 0]
