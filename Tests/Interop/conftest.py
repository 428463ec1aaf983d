"""Runs the real programs for the tests: a local cloud of its own for each module, on free ports, with its own data."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import boto3
import pytest
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("DARKROOM_BUILD", ROOT / ".build" / "debug"))
DARKROOM = BUILD / "darkroom"
BOOTSTRAP = BUILD / "bootstrap"
# The Python that runs the tests, which need not be on the caller's path, has what they call and what functions import:
# the AWS CLI, cfn-lint, AWS's runtime client, boto3.
PATH = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
CFN_LINT = shutil.which("cfn-lint", path=PATH)
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


def environment(**more):
    """The caller's environment without its own AWS settings, with the tests' credentials and programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, **CREDENTIALS, "PATH": PATH, "AWS_PAGER": "", "AWS_CONFIG_FILE": "/dev/null", **more}


def eventually(ask, seconds=60, otherwise="it did not come true"):
    """Asks until the answer is true, and gives that answer. What comes about by itself in another process is told to
    nobody: to ask again is the only way to see it."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < end, otherwise() if callable(otherwise) else otherwise
        time.sleep(0.01)
    return answer


def version_2_of_the_cli():
    """The AWS CLI's second version, which is not distributed as a Python package but is one of Debian's; or None."""
    for folder in os.environ["PATH"].split(os.pathsep) + ["/usr/bin"]:
        program = shutil.which("aws", path=folder)
        if program and subprocess.run([program, "--version"], capture_output=True, text=True).stdout.startswith("aws-cli/2"):
            return program
    return None


class Cloud:
    """A running `darkroom up`. Its log is kept, for failures to show."""

    def __init__(self, directory, *arguments, template=None, data=None, env=None):
        self.data = pathlib.Path(data or directory / "data")
        self.template = template or pictures_template(directory)
        command = [DARKROOM, "up", "--json", "--port", "0", "--gateway-port", "0"]
        command += ["--template", self.template, "--data", self.data, *arguments]
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(**(env or {})), cwd=directory)
        self.log = []
        self.errors = []
        self._changed = threading.Condition()
        for stream, lines in ((self.process.stdout, self.log), (self.process.stderr, self.errors)):
            threading.Thread(target=self._drain, args=(stream, lines), daemon=True).start()
        ready = self.wait_for_log(lambda entry: entry.get("type") == "ready")
        assert ready, f"the cloud did not start: {''.join(self.errors)}"
        self.edge, self.gateway = ready["edge"], ready["gateway"]

    def _drain(self, stream, lines):
        for line in stream:
            with self._changed:
                lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_for_log(self, matches, timeout=60):
        """The first log entry that matches; None when the cloud ends before there is one."""
        seen = 0

        def found():
            nonlocal seen
            while seen < len(self.log):
                seen += 1
                try:
                    entry = json.loads(self.log[seen - 1])
                except json.JSONDecodeError:
                    continue
                if matches(entry):
                    return entry
            return self.process.poll() is not None and "ended"

        with self._changed:
            entry = self._changed.wait_for(found, timeout)
        return None if entry in (None, False, "ended") else entry

    def wait_for_lines(self, holds, since, timeout=60):
        """Waits until something holds of the log's lines since one of them; looks again at each new one, and when told."""
        with self._changed:
            self._changed.wait_for(lambda: holds(self.log[since:]), timeout)

    def look_again(self):
        """Tells whoever waits for the log that something else has changed."""
        with self._changed:
            self._changed.notify_all()

    def client(self, service, **options):
        config = Config(retries={"total_max_attempts": 1}, **options.pop("config", {}))
        return boto3.client(
            service, endpoint_url=self.edge, region_name="us-east-1", aws_access_key_id="test",
            aws_secret_access_key="test", config=config, **options)

    def aws(self, *arguments, **options):
        """Runs the AWS CLI against the cloud."""
        return subprocess.run(
            ["aws", "--endpoint-url", self.edge, *map(str, arguments)], env=environment(), text=True,
            capture_output=True, timeout=120, **options)

    def run(self, *arguments, **options):
        """Runs `darkroom` in the same folder and with the same data directory."""
        return subprocess.run(
            [str(DARKROOM), *map(str, arguments), "--data", str(self.data)], env=environment(),
            cwd=self.template.parent, text=True, capture_output=True, timeout=120, **options)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the cloud did not end when it was told to")
        return self.process.returncode


def pictures_template(directory):
    """The picture service's template, for the bootstrap that the tests are built with."""
    template = json.loads((ROOT / "template.json").read_text())
    template["Metadata"]["Darkroom"]["Bootstrap"] = str(BOOTSTRAP)
    path = pathlib.Path(directory) / "template.json"
    path.write_text(json.dumps(template))
    return path


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """The picture service, shared by the tests of one module."""
    running = Cloud(tmp_path_factory.mktemp("cloud"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def start(tmp_path):
    """Starts clouds that a test wants to itself, and ends what it leaves running."""
    started = []

    def start(*arguments, **options):
        cloud = Cloud(tmp_path, *arguments, **options)
        started.append(cloud)
        return cloud

    yield start
    for cloud in started:
        cloud.stop()
