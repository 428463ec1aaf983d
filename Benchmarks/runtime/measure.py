#!/usr/bin/env python3
"""Measures the runtime: warm invocations, payloads, memory, threads, cold start; against AWS's own Python client.

    measure.py [--program PATH] [--package ZIP] [--check]

The program is the one in the package, which is the one that Lambda starts; where there is none, the release build of
`bootstrap`. Its function is echo; "apart" is on two processors, whose waking counts too. Each case is measured several
times: the machine's other work only ever adds, so that the least of the rounds is the one to compare; their median stands
beside it. With --check, the figures are compared with Benchmarks/thresholds.json and the exit status says whether they hold.
The Python client (awslambdaric) is measured in the same run if it is installed for this interpreter.
"""
import argparse, importlib.util, json, os, pathlib, statistics, subprocess, sys, tempfile, zipfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = {  # name: (warm-up, count, bytes)
    "echo_1kb": ("--together", 2000, 20000, 1024),
    "echo_1kb_apart": (2000, 20000, 1024),
    "echo_1mb": (50, 500, 1 << 20),
    "echo_6mb": (10, 100, 6 << 20),
}
ROUNDS = 5
PYTHON_HANDLER = "def handler(event, context):\n    return event\n"


def probe(binary, case, command, env):
    done = subprocess.run([binary, *map(str, case), *command], env=env, capture_output=True, text=True, timeout=300)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(binary, command, env, starts):
    """Of each case the round with the least p50, which also has the rounds' median as "median_us"."""
    figures = {}
    for name, case in CASES.items():
        rounds = [probe(binary, case, command, env) for _ in range(ROUNDS)]
        figures[name] = min(rounds, key=lambda row: row["p50_us"])
        figures[name]["median_us"] = statistics.median(row["p50_us"] for row in rounds)
        figures[name]["cpu_us"] = min(row["cpu_us"] for row in rounds)
    first = [probe(binary, (0, 1, 64), command, env)["start_ms"] for _ in range(starts)]
    figures["start_ms"], figures["start_least_ms"] = statistics.median(first), min(first)
    return figures


def table(name, figures):
    print(f"{name}: start to first /next {figures['start_ms']:.2f} ms (median; the least {figures['start_least_ms']:.2f})")
    for case in CASES:
        row = figures[case]
        print(f"  {case:14} p50 {row['p50_us']:9.1f} µs (median of rounds {row['median_us']:9.1f})   p99 {row['p99_us']:9.1f} µs"
              f"   CPU {row['cpu_us']:9.1f} µs   RSS {row['rss_mb']:6.1f} MB   threads {row['threads']}")


def packaged(package, scratch):
    """The program in a package; None where there is no package."""
    if not os.path.exists(package):
        return None
    program = zipfile.ZipFile(package).extract("bootstrap", scratch)
    os.chmod(program, 0o755)
    return program


def check(figures, is_packaged):
    limits = json.loads((HERE.parent / "thresholds.json").read_text())["runtime"]
    failed = False
    for path, limit in limits.items():
        if path == "start_ms" and not is_packaged:
            print(f"  {path:20} is not checked: there is no package; make one with 'make package'")
            continue
        value = figures
        for part in path.split("."):
            value = value[part]
        verdict = "ok" if value <= limit else "TOO MUCH"
        failed |= value > limit
        print(f"  {path:20} {value:9.2f}  at most {limit:9.2f}  {verdict}")
    return failed


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--program", default=str(HERE.parent.parent / ".build/release/bootstrap"))
    options.add_argument("--package", default=str(HERE.parent.parent / "dist/bootstrap.zip"))
    options.add_argument("--check", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        binary = f"{scratch}/probe"
        subprocess.run(["cc", "-O2", "-o", binary, str(HERE / "probe.c")], check=True)
        env = os.environ | {"_HANDLER": "echo", "AWS_LAMBDA_FUNCTION_NAME": "echo", "AWS_REGION": "us-east-1"}
        package = packaged(chosen.package, scratch)
        ours = measure(binary, [package or chosen.program], env, starts=21)
        table("darkroom, packaged" if package else "darkroom, the release build", ours)
        if importlib.util.find_spec("awslambdaric"):
            pathlib.Path(scratch, "echo.py").write_text(PYTHON_HANDLER)
            env = env | {"PYTHONPATH": scratch + os.pathsep + os.environ.get("PYTHONPATH", ""), "_HANDLER": "echo.handler",
                         "LAMBDA_TASK_ROOT": scratch, "AWS_LAMBDA_FUNCTION_VERSION": "1",
                         "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_LAMBDA_LOG_GROUP_NAME": "g",
                         "AWS_LAMBDA_LOG_STREAM_NAME": "s"}
            python = measure(binary, [sys.executable, "-m", "awslambdaric", "echo.handler"], env, starts=5)
            table("awslambdaric", python)
            for case in CASES:
                print(f"  {case}: {python[case]['p50_us'] / ours[case]['p50_us']:.1f} times as long as darkroom,"
                      f" {python[case]['cpu_us'] / ours[case]['cpu_us']:.1f} times the processor")
        else:
            print("awslambdaric is not installed: no comparison")
        if chosen.check and check(ours, package is not None):
            sys.exit(1)


if __name__ == "__main__":
    main()
