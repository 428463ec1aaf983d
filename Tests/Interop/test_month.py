"""Days of the picture service on a turned clock, with damage planted every day, and the cloud and its functions killed.

A day by default; `DARKROOM_MONTH_DAYS=31` makes it the whole month, `DARKROOM_MONTH_SEED` other moments."""

import collections
import datetime
import json
import os
import random
import signal
import subprocess
import threading
import time
import uuid

import requests

from test_pictures import Person, picture

DAYS = int(os.environ.get("DARKROOM_MONTH_DAYS", "1"))
SEED = int(os.environ.get("DARKROOM_MONTH_SEED", "4"))
FIRST = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
BUCKET = "pictures-000000000000-us-east-1"
TABLES = ("UserAuth", "UserInfo")
TICKS = datetime.timedelta(minutes=30)
SWEEPS = datetime.timedelta(minutes=3)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def text(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


class Planted:
    """What a crash left behind, or a picture with which nothing is amiss."""

    def __init__(self, kind, month, key):
        self.kind, self.month, self.key = kind, month, key
        self.object = f"{'uploads' if kind == 'directUpload' else 'pictures'}/{month.owner}/{uuid.UUID(int=month.chance.getrandbits(128)).hex}"
        if kind == "multipart":
            self.upload = month.s3.create_multipart_upload(Bucket=BUCKET, Key=self.object)["UploadId"]
            month.s3.upload_part(
                Bucket=BUCKET, Key=self.object, UploadId=self.upload, PartNumber=1, Body=b"half")
        elif kind in ("objectWithoutRow", "directUpload"):
            month.s3.put_object(Bucket=BUCKET, Key=self.object, Body=b"half")
        else:
            answer = month.person.call("PUT", f"/pictures/{key}", data=month.new_picture())
            assert answer.status_code == 201, answer.text
            month.settle()
            self.object = self.row()["object"]["S"]
            if kind == "rowWithoutObject":
                month.s3.delete_object(Bucket=BUCKET, Key=self.object)
            state = {"running": "running", "queued": "queued"}.get(kind, "done")
            month.dynamodb.update_item(
                TableName="Pictures", Key=self.row_key, UpdateExpression="SET #s = :s",
                ExpressionAttributeNames={"#s": "state"}, ExpressionAttributeValues={":s": {"S": state}})
            self.before = self.row()

    @property
    def row_key(self):
        return {"userId": {"S": self.month.owner}, "key": {"S": self.key}}

    def row(self):
        """The row without the sweeper's marks."""
        row = self.month.dynamodb.get_item(TableName="Pictures", Key=self.row_key, ConsistentRead=True).get("Item")
        return row and {name: value for name, value in row.items() if not name.startswith("sweepMark")}

    def is_stored(self):
        listed = self.month.s3.list_objects_v2(Bucket=BUCKET, Prefix=self.object)
        return listed["KeyCount"] == 1

    def is_under_way(self):
        uploads = self.month.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        return self.upload in [upload["UploadId"] for upload in uploads]

    def is_mended(self):
        if self.kind == "multipart":
            return not self.is_under_way()
        if self.kind in ("objectWithoutRow", "directUpload"):
            return not self.is_stored()
        row = self.row()
        if self.kind == "rowWithoutObject":
            return row is None
        return row is not None and row["state"]["S"] == "failed" and "failure" in row and self.is_stored()

    def is_untouched(self):
        if self.kind == "multipart":
            return self.is_under_way()
        if self.kind in ("objectWithoutRow", "directUpload"):
            return self.is_stored()
        return self.row() == self.before and self.is_stored() == (self.kind != "rowWithoutObject")


KINDS = ("objectWithoutRow", "rowWithoutObject", "running", "queued", "directUpload", "multipart")


class Month:
    """A cloud that is killed again and again, and goes on with its clock where it was."""

    def __init__(self, start, folder):
        rules = folder / "rules.json"
        rules.write_text(json.dumps({"rules": [{"object": "*", "DetectLabels": {}, "DetectText": {}}]}))
        self.start, self.chance = start, random.Random(SEED)
        self.options = ["--recognition-rules", rules, "--models", folder / "none"]
        self.counts = collections.Counter()
        self.missed = []
        self.connect(start("--clock-start", text(FIRST), *self.options))
        self.person = Person(self.cloud, "ada")
        self.people = [self.person]
        self.owner = self.person.call("GET", "/me").json()["userId"]
        events, sqs = self.cloud.client("events"), self.cloud.client("sqs")
        sqs.create_queue(QueueName="ticks", Attributes={"MessageRetentionPeriod": "1209600"})
        events.put_rule(Name="ticks", ScheduleExpression="rate(30 minutes)")
        events.put_targets(Rule="ticks", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:000000000000:ticks"}])

    def connect(self, cloud):
        self.cloud = cloud
        self.s3, self.dynamodb = cloud.client("s3"), cloud.client("dynamodb")
        for person in getattr(self, "people", []):
            person.cloud = cloud

    def clock(self, order=None):
        answer = requests.request(
            "POST" if order else "GET", self.cloud.edge + "/_darkroom/clock", json=order, timeout=600)
        assert answer.status_code == 200, answer.text
        return moment(answer.json()["now"])

    def settle(self):
        """Waits for what belongs to this moment."""
        self.clock({"advanceSeconds": 0})

    def new_picture(self):
        return picture(tuple(self.chance.randrange(256) for _ in range(3)), size=(32, 24), form="PNG")

    def new_person(self, name):
        person = Person(self.cloud, name)
        self.people.append(person)

    def revive(self, downtime=datetime.timedelta()):
        """Starts the cloud that was killed: where its clock was, or some hours later."""
        data = self.cloud.data
        # A file that is always whole says where the clock was.
        was = moment(json.loads((data / "clock.json").read_text())["moment"])
        begin = text(was + downtime) if downtime else "last"
        self.connect(self.start("--clock-start", begin, *self.options, data=data))
        now = self.clock()
        assert now == was + downtime
        if downtime:
            # The moments of the rhythm that lie in the downtime; what was due when it began, or ends, is not missed.
            note = self.cloud.wait_for_log(
                lambda entry: entry.get("type") == "note" and "SweeperSchedule was due" in entry["message"])
            assert note and "while the cloud was not running" in note["message"]
            self.missed.append((was, now))
            self.counts["missed and said"] += 1

    def turn(self, to, killed=None, function_killed=False, downtime=datetime.timedelta()):
        """Turns the clock to a moment; the cloud, or a function's process, is killed after so many runs on the way."""
        # A thread of its own: the answer comes when the turn is over, or never.
        failures, over = [], threading.Event()

        def post():
            try:
                self.clock({"set": text(to)})
            except requests.RequestException as failure:
                failures.append(failure)
            over.set()
            self.cloud.look_again()

        turning = threading.Thread(target=post)
        seen = len(self.cloud.log)
        turning.start()
        if killed is not None:
            self.cloud.wait_for_lines(
                lambda lines: sum('"event"' in line for line in lines) >= killed or over.is_set(), seen)
            # A moment of chance, anywhere in the run that comes now.
            time.sleep(self.chance.uniform(0, 0.03))
            if function_killed:
                self.kill_functions()
            else:
                self.cloud.kill()
                self.counts["kills of the cloud"] += 1
                turning.join()
                return self.revive(downtime)
        turning.join()
        assert not failures, failures
        assert self.clock() == to

    def kill_functions(self):
        children = subprocess.run(
            ["pgrep", "-P", str(self.cloud.process.pid)], capture_output=True, text=True).stdout.split()
        for child in children:
            try:
                os.kill(int(child), signal.SIGKILL)
                self.counts["kills of functions"] += 1
            except ProcessLookupError:
                pass

    def live_until(self, to):
        """Turns the clock until it shows a moment, with deaths on the way."""
        span = (to - self.clock()) / SWEEPS
        if span >= 4:
            self.turn(to, killed=self.chance.randrange(int(span)), function_killed=True)
        while (now := self.clock()) < to:
            self.turn(to)
        assert now == to

    def die_on_the_way(self, to, downtime=datetime.timedelta()):
        span = int((to - self.clock()) / SWEEPS)
        self.turn(to, killed=self.chance.randrange(1, max(2, span)), downtime=downtime)

    def backups(self):
        pages = self.dynamodb.get_paginator("list_backups").paginate()
        found = collections.defaultdict(list)
        for page in pages:
            for backup in page["BackupSummaries"]:
                found[backup["TableName"]].append(backup)
        return found

    def untouched(self, planted):
        return [thing.key for thing in planted if not thing.is_untouched()]

    def mended(self, planted):
        return [thing.key for thing in planted if not thing.is_mended()]


def items(dynamodb, table):
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def test_days_with_deaths_in_between(start, tmp_path):
    month = Month(start, tmp_path)
    healthy, yesterday, ticks = [], [], collections.Counter()
    for day in range(DAYS):
        midnight = FIRST + datetime.timedelta(days=day)
        if day % 4 == 0:
            month.new_person(f"user{day}")
        # Somebody comes after hours in which the cloud dies; on some days it stays down for hours.
        morning = midnight + datetime.timedelta(hours=8)
        downtime = datetime.timedelta(hours=month.chance.randrange(1, 4), seconds=77)
        month.die_on_the_way(midnight + datetime.timedelta(hours=4), downtime if day % 3 == 0 else datetime.timedelta())
        month.live_until(morning)
        month.person.log_in()
        healthy.append(Planted("healthy", month, f"day-{day}"))
        today = [Planted(kind, month, f"day-{day}-{kind}") for kind in KINDS]
        month.counts["damages planted"] += len(today)
        # All of it is fresh: a crash just now would have left it.
        month.turn(morning + datetime.timedelta(minutes=9))
        assert month.untouched(today) == [], f"fresh on day {day}"
        month.die_on_the_way(morning + datetime.timedelta(hours=6))
        month.live_until(morning + datetime.timedelta(hours=12))
        assert month.mended([thing for thing in today if thing.kind != "multipart"]) == [], f"day {day}"
        # Its day is not over yet.
        assert month.untouched([thing for thing in today if thing.kind == "multipart"]) == [], f"day {day}"
        assert month.mended(yesterday) == [], f"of yesterday on day {day}"
        assert month.untouched(healthy) == [], f"day {day}"
        yesterday = today
        month.live_until(midnight + datetime.timedelta(days=1))
        month.settle()
        # Before the queue forgets them, after 14 days.
        ticks.update(each_tick(month))
        backups = month.backups()
        for table in TABLES:
            assert 1 <= len(backups[table]) <= 3, (day, backups)
            assert {backup["BackupStatus"] for backup in backups[table]} == {"AVAILABLE"}
        newest = {table: max(backups[table], key=lambda backup: backup["BackupName"]) for table in TABLES}
        assert len({backup["BackupName"] for backup in newest.values()}) == 1
        assert newest["UserAuth"]["BackupCreationDateTime"] >= midnight

    month.live_until(month.clock() + datetime.timedelta(hours=12))
    assert month.mended(yesterday) == []
    assert month.untouched(healthy) == []
    for thing in healthy:
        assert month.person.call("GET", f"/pictures/{thing.key}").status_code == 200
    stored = month.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    stored = sorted(entry["Key"] for page in stored for entry in page.get("Contents", []))
    assert stored == sorted(row["object"]["S"] for row in items(month.dynamodb, "Pictures"))

    ticks.update(each_tick(month))
    due = {FIRST + TICKS * number for number in range(1, int((month.clock() - FIRST) / TICKS) + 1)}
    missed = {tick for tick in due for down, up in month.missed if down <= tick < up}
    lost, doubled = due - missed - set(ticks), [tick for tick, count in ticks.items() if count > 1]
    assert not lost and not doubled and set(ticks) <= due, (lost, doubled, set(ticks) - due)

    restore_everybody(month)
    print(json.dumps({
        "days": DAYS, "seed": SEED, **month.counts, "firings due": len(due), "missed while down": len(missed),
        "lost": len(lost), "doubled": len(doubled), "users": len(month.people), "pictures": len(healthy)}))


def each_tick(month):
    """The moments of the firings that reached the queue."""
    sqs = month.cloud.client("sqs")
    url = sqs.get_queue_url(QueueName="ticks")["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            yield moment(json.loads(message["Body"])["time"])


def restore_everybody(month):
    """Loses every account, and has the newest backup bring them back, with a death in the middle."""
    function = month.cloud.client("lambda", config={"read_timeout": 120})
    taken = json.load(function.invoke(FunctionName="backup", Payload='{"backup": true}')["Payload"])
    name = taken["name"]
    for table in TABLES:
        for item in items(month.dynamodb, table):
            month.dynamodb.delete_item(TableName=table, Key={"userId": item["userId"]})
    assert requests.post(month.cloud.gateway + "/login", json={
        "username": "ada", "password": month.person.password}).status_code == 401
    order = json.dumps({"restore": name, "confirm": f"restore backup {name}"})

    def restore():
        try:
            function.invoke(FunctionName="backup", Payload=order)
        except Exception:  # noqa: BLE001: the cloud dies under it
            pass

    restoring = threading.Thread(target=restore)
    restoring.start()
    restoring.join(month.chance.uniform(0.02, 0.15))
    month.cloud.kill()
    restoring.join()
    month.revive()
    function = month.cloud.client("lambda", config={"read_timeout": 120})
    assert json.load(function.invoke(FunctionName="backup", Payload=order)["Payload"])["phase"] == "done"
    for person in month.people:
        person.log_in()
