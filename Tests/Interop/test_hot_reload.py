"""A function's program is replaced while requests run: none fails, and the new one answers."""

import json
import os
import pathlib
import sys
import threading
import time
import urllib.request

import pytest

# A function program in a few lines: asks for an event, answers with its name, and so on.
PROGRAM = """#!{python} -S
import http.client, os
host = os.environ["AWS_LAMBDA_RUNTIME_API"]
connection = http.client.HTTPConnection(host)
while True:
    connection.request("GET", "/2018-06-01/runtime/invocation/next")
    event = connection.getresponse()
    event.read()
    path = "/2018-06-01/runtime/invocation/" + event.getheader("Lambda-Runtime-Aws-Request-Id") + "/response"
    connection.request("POST", path, b'{{"statusCode": 200, "body": "{answer}"}}')
    connection.getresponse().read()
"""


def program(answer):
    return PROGRAM.format(python=sys.executable, answer=answer)


def replace(path, text):
    """As linkers do it that write aside and rename."""
    aside = path.with_suffix(".new")
    aside.write_text(text)
    aside.chmod(0o755)
    os.replace(aside, path)


def rewrite_slowly(path, text):
    """As linkers do it that write in place: empty at first, half written for a while, executable only at the end."""
    descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), 0o644)
        for start in range(0, len(text), 100):
            file.write(text[start : start + 100])
            file.flush()
            time.sleep(0.05)
        os.fchmod(file.fileno(), 0o755)


@pytest.fixture
def template(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    replace(folder / "bootstrap", program("first"))
    path = folder / "template.json"
    path.write_text(
        json.dumps({
            "Transform": "AWS::Serverless-2016-10-31",
            "Metadata": {"Darkroom": {"Bootstrap": "bootstrap"}},
            "Resources": {
                "Greeter": {
                    "Type": "AWS::Serverless::Function",
                    "Properties": {
                        "FunctionName": "greeter", "Runtime": "provided.al2023", "Handler": "greeter",
                        "CodeUri": "nothing.zip", "Timeout": 10,
                        "Events": {"Get": {"Type": "HttpApi", "Properties": {"Method": "GET", "Path": "/"}}},
                    },
                }
            },
        }))
    return path


class Callers:
    """Asks again and again, from several threads, and keeps every answer."""

    def __init__(self, url, count=3):
        self.url = url
        self.answers = []
        self.failures = []
        self._changed = threading.Condition()
        self._ends = False
        self.threads = [threading.Thread(target=self._run) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def _run(self):
        while not self._ends:
            try:
                answer = urllib.request.urlopen(self.url, timeout=30).read().decode()
            except Exception as error:
                self.failures.append(repr(error))
                answer = None
            with self._changed:
                self.answers.append(answer)
                self._changed.notify_all()

    def wait_for(self, answer, since=0):
        """Waits until somebody got this answer; whether that happened."""
        with self._changed:
            return self._changed.wait_for(lambda: answer in self.answers[since:], 30)

    def end(self):
        self._ends = True
        for thread in self.threads:
            thread.join()


@pytest.mark.parametrize("write", [replace, rewrite_slowly])
def test_a_replaced_program_is_taken_up_and_no_request_fails(start, template, write):
    cloud = start(template=template)
    callers = Callers(cloud.gateway + "/")
    try:
        assert callers.wait_for("first")
        for answer in ["second", "third", "fourth"]:
            write(template.parent / "bootstrap", program(answer))
            assert callers.wait_for(answer), callers.answers[-5:]
            before = len(callers.answers)
            assert callers.wait_for(answer, since=before + 10)
    finally:
        callers.end()
    assert callers.failures == []
    # Whoever got a new answer never got an older one after the change had gone through.
    assert callers.answers[-1] == "fourth"


def test_what_is_being_written_does_not_hold_up_requests(start, template):
    cloud = start(template=template)
    bootstrap = template.parent / "bootstrap"
    ask = lambda: urllib.request.urlopen(cloud.gateway + "/", timeout=30).read().decode()
    assert ask() == "first"
    text = program("second")
    with open(bootstrap, "w") as file:
        file.write(text[:150])
        file.flush()
        # Half a program is there, for as long as it likes: the one before goes on.
        for _ in range(20):
            assert ask() == "first"
        file.write(text[150:])
    assert ask() == "second"


def test_watch_builds_what_changes_and_keeps_what_works(start, template):
    source = template.parent / "source.swift"
    source.write_text(program("built at the start"))
    # A compiler that refuses some sources, and writes its product aside.
    build = (
        "if grep -q mistake source.swift; then echo 'source.swift:1:1: error: there is a mistake' >&2; exit 1; fi; "
        "cp source.swift product.new && chmod 755 product.new && mv product.new bootstrap"
    )
    cloud = start("--watch", "--build-command", build, template=template)
    callers = Callers(cloud.gateway + "/", count=2)

    def note(text, since=0):
        seen = lambda entry: entry.get("type") == "note" and text in entry["message"]
        return cloud.wait_for_log(seen, timeout=30)

    try:
        assert callers.wait_for("built at the start")
        source.write_text("mistake")
        assert note("error: there is a mistake")
        assert note("The build failed")
        before = len(callers.answers)
        assert callers.wait_for("built at the start", since=before + 10)
        source.write_text(program("built again"))
        assert callers.wait_for("built again")
    finally:
        callers.end()
    assert callers.failures == []
    assert set(callers.answers) == {"built at the start", "built again"}


def test_watch_takes_up_the_template(start, template):
    cloud = start("--watch", "--build-command", "true", template=template)
    callers = Callers(cloud.gateway + "/", count=2)

    def note(text):
        seen = lambda entry: entry.get("type") == "note" and text in entry["message"]
        return cloud.wait_for_log(seen, timeout=30)

    def write(change):
        document = json.loads(template.read_text())
        change(document["Resources"])
        replace(template, json.dumps(document, indent=2))

    def mistake(resources):
        resources["Greeter"]["Properties"]["Timeout"] = 9999

    def addition(resources):
        resources["Greeter"]["Properties"]["Timeout"] = 20
        resources["Greeter"]["Properties"]["Events"]["More"] = {
            "Type": "HttpApi", "Properties": {"Method": "GET", "Path": "/more"}}
        resources["Work"] = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "work"}}

    try:
        assert callers.wait_for("first")
        write(mistake)
        assert note("must lie between 1 and 900")
        assert note("The cloud goes on as it was.")
        write(addition)
        assert note("The route GET /more is new.")
        assert note("The queue work is new.")
        assert note("is taken up.")
        assert urllib.request.urlopen(cloud.gateway + "/more", timeout=30).read().decode() == "first"
        assert cloud.client("sqs").get_queue_url(QueueName="work")["QueueUrl"]
    finally:
        callers.end()
    assert callers.failures == []
    assert set(callers.answers) == {"first"}
