import Foundation

/// Programs that speak the Runtime API.
enum Scripts {
    /// What every program begins with: a connection, and the calls as functions.
    static let head = """
        #!/usr/bin/env python3
        import os, sys, socket
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        base = "/2018-06-01/runtime/"
        connection = None
        def call(method, path, body=b"", headers=()):
            global connection
            if connection is None:
                connection = socket.create_connection((host, int(port)))
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            text = f"{method} {base}{path} HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: {len(body)}\\r\\n"
            for name, value in headers: text += f"{name}: {value}\\r\\n"
            connection.sendall(text.encode() + b"\\r\\n" + body)
            return answer()
        def answer():
            data = b""
            while b"\\r\\n\\r\\n" not in data:
                piece = connection.recv(65536)
                if not piece: sys.exit(9)
                data += piece
            head, data = data.split(b"\\r\\n\\r\\n", 1)
            lines = head.decode().split("\\r\\n")
            fields = {l.split(":", 1)[0].lower(): l.split(":", 1)[1].strip() for l in lines[1:]}
            length = int(fields.get("content-length", 0))
            while len(data) < length: data += connection.recv(65536)
            return int(lines[0].split()[1]), fields, data
        def next_event():
            status, fields, body = call("GET", "invocation/next")
            if status != 200: sys.exit(8)
            return fields["lambda-runtime-aws-request-id"], fields, body
        def respond(id, body, headers=()): return call("POST", f"invocation/{id}/response", body, headers)
        def fail(id, body, headers=()): return call("POST", f"invocation/{id}/error", body, headers)

        """

    /// Answers with the event.
    static let echo =
        head + """
            while True:
                id, fields, body = next_event()
                respond(id, body)
            """

    /// Does what the event says.
    static let obedient =
        head + """
            import json, time, signal
            count = 0
            while True:
                id, fields, body = next_event()
                count += 1
                event = json.loads(body)
                what = event.get("do") if isinstance(event, dict) else None
                if what == "exit": os._exit(event["status"])
                elif what == "signal": os.kill(os.getpid(), event["number"]); time.sleep(5)
                elif what == "sleep":
                    time.sleep(event["seconds"]); respond(id, b'"slept"')
                elif what == "print":
                    sys.stdout.write(event["text"]); sys.stdout.flush(); respond(id, b"null")
                elif what == "flood":
                    line = b"x" * 1023 + b"\\n"
                    for _ in range(event["kilobytes"]): os.write(1, line)
                    respond(id, b'"done"')
                elif what == "large": respond(id, b'"' + b"a" * (event["bytes"] - 2) + b'"')
                elif what == "fail":
                    fail(id, json.dumps({"errorMessage": "no", "errorType": "Sad", "stackTrace": []}).encode(),
                         [("Lambda-Runtime-Function-Error-Type", "Function.Sad")])
                elif what == "environment": respond(id, json.dumps(dict(os.environ)).encode())
                elif what == "headers": respond(id, json.dumps(fields).encode())
                elif what == "process": respond(id, json.dumps({"pid": os.getpid(), "count": count, "cwd": os.getcwd(),
                    "group": os.getpgid(0), "session": os.getsid(0), "files": sorted(os.listdir("/proc/self/fd")),
                    "input": os.readlink("/proc/self/fd/0")}).encode())
                elif what == "touch":
                    name = os.environ["TMPDIR"] + "/kept"
                    there = os.path.exists(name); open(name, "w").close()
                    respond(id, json.dumps({"there": there, "count": count}).encode())
                elif what == "child":
                    if os.fork() == 0:
                        time.sleep(60); os._exit(0)
                    respond(id, b"null")
                else: respond(id, body)
            """

    /// Waits at a gate before it answers.
    static func gated(folder: String) -> String {
        head + """
            import time
            while True:
                id, fields, body = next_event()
                open("\(folder)/reached", "w").close()
                while not os.path.exists("\(folder)/open"): time.sleep(0.005)
                respond(id, b"null")
            """
    }

    static func gateIsReached(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/reached") }

    static func openGate(_ folder: String) throws { try Data().write(to: URL(fileURLWithPath: folder + "/open")) }
}
