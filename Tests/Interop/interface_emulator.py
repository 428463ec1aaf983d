"""AWS's own Runtime Interface Emulator: a Lambda service for one function, as AWS builds it into its images."""

import hashlib
import os
import pathlib
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import zipfile

from conftest import eventually

# The program ships inside AWS's command line for serverless applications, which is fetched without being installed.
PACKAGE = "aws-sam-cli==1.170.0"
PROGRAMS = {
    "x86_64": ("aws-lambda-rie-x86_64", "6b1e686e62ab2baf5759c412c4864276ef2a88b094fca53ec070637ccba9b9a5"),
    "aarch64": ("aws-lambda-rie-arm64", "ec2e5d09633d853834c008b1ef264bf834b258a94d551d2b2074966494b39a21"),
}


def program(cache):
    """The emulator's program, from the cache or from PyPI, and no other than the one that was looked at."""
    name, digest = PROGRAMS[platform.machine()]
    path = pathlib.Path(cache) / name
    if not (path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                 "--only-binary", ":all:", "--dest", folder, PACKAGE], check=True, timeout=300)
            (wheel,) = pathlib.Path(folder).glob("*.whl")
            content = zipfile.ZipFile(wheel).read(f"samcli/local/rapid/{name}")
        found = hashlib.sha256(content).hexdigest()
        assert found == digest, f"{name} of {PACKAGE} has SHA-256 {found} instead of {digest}"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(content)
        partial.chmod(0o755)
        partial.rename(path)
    return path


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class InterfaceEmulator:
    """The emulator with one function in it. Its log and the function's are in one file."""

    def __init__(self, cache, function, handler, directory, **settings):
        port, runtime_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        self._log = pathlib.Path(directory) / f"{handler}-{port}.log"
        command = [
            program(cache), "--runtime-interface-emulator-address", f"127.0.0.1:{port}",
            "--runtime-api-address", f"127.0.0.1:{runtime_port}", function, handler]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command], stdout=log, stderr=subprocess.STDOUT, cwd=directory,
                env={**environment, "_HANDLER": handler, **settings}, start_new_session=True)

        def has_begun():
            assert self.process.poll() is None, self.log()
            return self._listens(port)

        eventually(has_begun, otherwise=self.log)

    @staticmethod
    def _listens(port):
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", port)) == 0

    def log(self):
        return self._log.read_text(errors="replace")

    def stop(self):
        """Ends the emulator as Docker would. Returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        finally:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
