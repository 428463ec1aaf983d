"""Measures the local cloud and the runtime, prints tables, and compares with thresholds.json.

    make bench                  everything
    make bench ARGS=cloud       one part alone: start, cloud, environments, testing, runtime, recognition, text

The machine's other work shows in the figures: compare runs of one machine, and ratios rather than absolute numbers. The
exit status says whether every threshold was kept.
"""

import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build" / "release"
THRESHOLDS = json.loads((ROOT / "Benchmarks" / "thresholds.json").read_text())
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
failures = []


def check(name, value, unit="", group="cloud"):
    """A row of a table; compared with its threshold if it has one."""
    bound = THRESHOLDS.get(group, {}).get(name)
    verdict = ""
    if bound:
        kind, limit = next(iter(bound.items()))
        kept = value <= limit if kind == "max" else value >= limit
        verdict = f"{'ok' if kept else 'MISSED'} ({kind} {limit:g})"
        if not kept:
            failures.append(name)
    print(f"  {name:44} {value:12,.2f} {unit:10} {verdict}")


def rss(process):
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


class Cloud:
    def __init__(self, *arguments, template=None):
        self.folder = tempfile.TemporaryDirectory()
        path = template or self.pictures_template()
        self.process = subprocess.Popen(
            [BUILD / "darkroom", "up", "--template", path, "--data", self.folder.name + "/data", "--quiet", "--json",
             "--port", "0", "--gateway-port", "0", *arguments], stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.edge, self.gateway = ready["edge"], ready["gateway"]

    def pictures_template(self):
        template = json.loads((ROOT / "template.json").read_text())
        template["Metadata"]["Darkroom"]["Bootstrap"] = str(BUILD / "bootstrap")
        path = pathlib.Path(self.folder.name) / "template.json"
        path.write_text(json.dumps(template))
        return path

    def load(self, base, **specification):
        host, port = base.removeprefix("http://").split(":")
        specification = {"host": host, "port": int(port), "seconds": SECONDS, **specification}
        path = pathlib.Path(self.folder.name) / "load.json"
        path.write_text(json.dumps(specification))
        return json.loads(subprocess.run([BUILD / "load", path], capture_output=True, text=True, check=True).stdout)

    def request(self, base, path, body=None, method=None, **headers):
        request = urllib.request.Request(base + path, data=body, method=method, headers=headers)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def settle(self):
        """Waits until what was set off is done, such as the recognition of what was uploaded."""
        while not json.loads(self.request(self.edge, "/_darkroom/settled"))["settled"]:
            pass

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self.folder.cleanup()


def report(name, result):
    if result["failures"]:
        failures.append(f"{name}: {result['failures']} failures {result.get('statuses')}")
    check(f"{name} per second", result["perSecond"], "/s")
    check(f"{name} p50", result["p50"], "ms")
    check(f"{name} p99", result["p99"], "ms")


def jpeg():
    """About 100 KB of a real JPEG."""
    import io

    from PIL import Image

    for quality in range(30, 96, 5):
        stream = io.BytesIO()
        Image.effect_noise((420, 420), 80).convert("RGB").save(stream, "JPEG", quality=quality)
        if stream.tell() >= 100_000:
            break
    return stream.getvalue()


def bench_start():
    print("Start")
    times = []
    for _ in range(10):
        before = time.perf_counter()
        cloud = Cloud()
        cloud.request(cloud.edge, "/_darkroom/health")
        times.append((time.perf_counter() - before) * 1000)
        memory = rss(cloud.process.pid)
        cloud.stop()
    check("start to first answered request", statistics.median(times), "ms")
    check("idle RSS", memory, "MB")
    print()


def bench_cloud():
    cloud = Cloud()
    json_headers = {"Content-Type": "application/x-amz-json-1.0"}
    print("Gateway and functions")
    account = json.dumps({"username": "bench", "password": "correct horse battery"}).encode()
    cloud.request(cloud.gateway, "/signup", account)
    token = json.loads(cloud.request(cloud.gateway, "/login", account))["token"]
    session = {"Authorization": f"Bearer {token}"}
    picture = pathlib.Path(cloud.folder.name) / "picture.jpg"
    picture.write_bytes(jpeg())
    for connections in (1, 8):
        cloud.load(cloud.edge, method="POST", path="/2015-03-31/functions/echo/invocations", body='{"a":1}',
                   connections=connections, seconds=1)
        report(f"invoke echo, {connections} connections", cloud.load(
            cloud.edge, method="POST", path="/2015-03-31/functions/echo/invocations", body='{"a":1}',
            connections=connections))
    for connections in (1, 8):
        before = rss(cloud.process.pid)
        result = cloud.load(
            cloud.gateway, method="PUT", path=f"/pictures/c{connections}/{{n}}", bodyFile=str(picture), headers=session,
            connections=connections, expect=201)
        report(f"upload 100 KB, {connections} connections", result)
        print(f"  {'':6}RSS {before:.0f} MB before, {rss(cloud.process.pid):.0f} MB after {result['requests']} uploads")
        cloud.settle()
        report(f"get 100 KB, {connections} connections", cloud.load(
            cloud.gateway, path=f"/pictures/c{connections}/1", headers=session, connections=connections))
        report(f"list, {connections} connections", cloud.load(
            cloud.gateway, path="/pictures?limit=10", headers=session, connections=connections))
    print("\nS3, 100 KB, 8 connections")
    cloud.request(cloud.edge, "/bench", b"", "PUT")
    report("S3 PUT", cloud.load(
        cloud.edge, method="PUT", path="/bench/o{n}", bodyFile=str(picture), connections=8))
    report("S3 GET", cloud.load(cloud.edge, path="/bench/o1", connections=8))
    print("\nDynamoDB, 8 connections")

    def call(operation, body, **more):
        return cloud.load(
            cloud.edge, method="POST", path="/", body=json.dumps(body), connections=8,
            headers={**json_headers, "X-Amz-Target": f"DynamoDB_20120810.{operation}"}, **more)

    cloud.request(
        cloud.edge, "/", json.dumps({
            "TableName": "bench", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
            "AttributeDefinitions": [
                {"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}],
        }).encode(), **{"X-Amz-Target": "DynamoDB_20120810.CreateTable"})
    item = {"p": {"S": "a"}, "s": {"N": "{n}"}, "text": {"S": "x" * 120}, "flag": {"BOOL": True}}
    key = {"p": {"S": "a"}, "s": {"N": "5"}}
    report("DynamoDB PutItem", call("PutItem", {"TableName": "bench", "Item": item}))
    report("DynamoDB GetItem", call("GetItem", {"TableName": "bench", "Key": key}))
    report("DynamoDB UpdateItem", call("UpdateItem", {
        "TableName": "bench", "Key": key, "UpdateExpression": "SET #c = if_not_exists(#c, :z) + :o",
        "ExpressionAttributeNames": {"#c": "count"}, "ExpressionAttributeValues": {":z": {"N": "0"}, ":o": {"N": "1"}}}))
    report("DynamoDB Query", call("Query", {
        "TableName": "bench", "Limit": 10, "KeyConditionExpression": "p = :p AND s > :s",
        "ExpressionAttributeValues": {":p": {"S": "a"}, ":s": {"N": "3"}}}))
    print("\nSQS")
    queue = json.loads(cloud.request(
        cloud.edge, "/", json.dumps({"QueueName": "bench"}).encode(),
        **{"X-Amz-Target": "AmazonSQS.CreateQueue", "Content-Type": "application/x-amz-json-1.0"}))["QueueUrl"]
    for connections in (1, 8):
        for operation, body in (
            ("SendMessage", {"QueueUrl": queue, "MessageBody": "x" * 200}),
            ("ReceiveMessage", {"QueueUrl": queue, "MaxNumberOfMessages": 1})):
            report(f"SQS {operation}, {connections} connections", cloud.load(
                cloud.edge, method="POST", path="/", body=json.dumps(body), connections=connections,
                headers={**json_headers, "X-Amz-Target": f"AmazonSQS.{operation}"}))
    check("RSS at the end", rss(cloud.process.pid), "MB")
    cloud.stop()
    print()


def processor_time(process):
    """Seconds of processor time that a process has used."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bench_environments(count=200):
    """As many functions as environments, each called once: what a new environment takes, and what an idle one costs."""
    folder = pathlib.Path(tempfile.mkdtemp())
    resources = {
        f"Echo{number}": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"FunctionName": f"echo-{number}", "Handler": "echo", "Runtime": "provided.al2023",
                           "CodeUri": "."}}
        for number in range(count)}
    # The program as it is deployed, where it has been made; the other spends most of a start on loading libraries.
    packaged = ROOT / ".build-static" / "stage" / "bootstrap"
    (folder / "bootstrap").symlink_to(packaged if packaged.exists() else BUILD / "bootstrap")
    (folder / "template.json").write_text(json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": resources}))
    cloud = Cloud(template=folder / "template.json")
    kind = "the packaged program" if packaged.exists() else "not the packaged program (make package)"
    print(f"{count} environments, {kind}")
    times = []
    for number in range(count):
        before = time.perf_counter()
        cloud.request(cloud.edge, f"/2015-03-31/functions/echo-{number}/invocations", b"{}", "POST")
        times.append((time.perf_counter() - before) * 1000)
    check("first call, new environment, least", min(times), "ms")
    check("first call, new environment, p50", statistics.median(times), "ms")
    children = [int(child) for child in pathlib.Path(
        f"/proc/{cloud.process.pid}/task/{cloud.process.pid}/children").read_text().split()]
    for thread in pathlib.Path(f"/proc/{cloud.process.pid}/task").iterdir():
        children += [int(child) for child in (thread / "children").read_text().split()]
    children = sorted(set(children))
    if len(children) < count:
        failures.append(f"only {len(children)} of {count} environments are there")
    check("idle environment, largest RSS", max(rss(child) for child in children), "MB")
    used = sum(map(processor_time, children)) + processor_time(cloud.process.pid)
    time.sleep(10)
    idle = sum(map(processor_time, children)) + processor_time(cloud.process.pid) - used
    check("processor, all idle for 10 s", idle * 1000, "ms")
    check("RSS of the cloud beside them", rss(cloud.process.pid), "MB")
    cloud.stop()
    shutil.rmtree(folder)
    print()


def bench_testing():
    """A local cloud inside a Swift test, started and ended: as those who write tests build it, in debug."""
    print("DarkroomTesting, debug")
    bundle = ROOT / ".build" / "debug" / "darkroomPackageTests.xctest"
    if not bundle.exists():
        print("  left out: the tests are not built (swift build --build-tests)\n")
        return
    done = subprocess.run(
        [bundle, "--testing-library", "swift-testing", "--filter", "DarkroomTestingTests.StartBenchmark"],
        cwd=ROOT, env={**os.environ, "DARKROOM_BENCHMARK": "1"}, capture_output=True, text=True, check=True)
    figures = next(line for line in done.stdout.splitlines() if line.startswith("{"))
    for name, value in json.loads(figures).items():
        check(f"testing: {name}", value, "ms")
    print()


def bench_runtime():
    done = subprocess.run([sys.executable, ROOT / "Benchmarks" / "runtime" / "measure.py", "--check"])
    if done.returncode:
        failures.append("runtime")


def bench_recognition():
    from PIL import Image, ImageDraw, ImageFont

    print("Recognition, one thread a picture; times are the shortest of some, and the middle one")
    photographs = ROOT / ".build-models" / "photographs"
    if not photographs.exists():
        print("  left out: the models or the photographs are missing (make test-photographs)\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Image.new("RGB", (900, 480), (250, 248, 242))
        draw = ImageDraw.Draw(page)
        lines = ("Invoice 20417", "Harbour Books, 12 Quay Street", "Two atlases of the northern sea", "Delivered on 4 March",
                 "Total due: 79.98 EUR", "Thank you for your order!")
        for number, line in enumerate(lines):
            draw.text((40, 30 + 72 * number), line, fill=(25, 25, 30), font=ImageFont.load_default(34))
        page.save(folder + "/page.png")
        done = subprocess.run([BUILD / "recognition-figures", photographs, folder + "/page.png"],
                              cwd=ROOT, capture_output=True, text=True, check=True)
    units = {"photographs": "", "top 1": "", "top 5": "", "two at once, of one": "times"}
    for name, value in json.loads(done.stdout).items():
        check(name, value, units.get(name, "MB" if name.startswith("RSS") else "ms"), "recognition")
    print()


def bench_text():
    print("Text: words that come back exactly, and the middle time of a picture")
    photographs = ROOT / ".build-models" / "photographs"
    if not photographs.exists():
        print("  left out: the models or the photographs are missing (make test-photographs)\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(photographs, folder + "/photographs")
        if subprocess.run([sys.executable, ROOT / "Benchmarks" / "text" / "pages.py", folder, BUILD / "text-figures"],
                          cwd=ROOT).returncode:
            failures.append("text")
    print()


MEASURES = {
    "start": bench_start, "cloud": bench_cloud, "environments": bench_environments,
    "testing": bench_testing, "runtime": bench_runtime,
    "recognition": bench_recognition, "text": bench_text}
for name in sys.argv[1:] or MEASURES:
    MEASURES[name]()
if failures:
    print("Not as they should be: " + ", ".join(failures))
    sys.exit(1)
