import Foundation

/// How functions of AWS's Python runtimes are started: `python3 -m awslambdaric <handler>`, from whichever Python of this
/// machine fits, with AWS's own runtime client as it is installed there or packed with the function.
enum PythonLauncher {
    /// Runs the client as `-m` would, and says what to do where it is missing.
    static let program = """
        import sys, runpy
        try:
            import awslambdaric
        except ModuleNotFoundError:
            import http.client, json, os
            message = ("AWS's Python runtime client is not installed for " + sys.executable + ". Install it there: "
                       + sys.executable + " -m pip install awslambdaric")
            body = json.dumps({"errorMessage": message, "errorType": "Runtime.InvalidEntrypoint", "stackTrace": []})
            print(message, file=sys.stderr)
            connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
            connection.request("POST", "/2018-06-01/runtime/init/error", body,
                               {"Lambda-Runtime-Function-Error-Type": "Runtime.InvalidEntrypoint"})
            connection.getresponse().read()
            sys.exit(1)
        sys.argv[0] = "awslambdaric"
        runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
        """

    /// The interpreter for a runtime such as `python3.12`: of that version where there is one, else any Python 3.
    static func interpreter(for runtime: String, configured: String?, path: String?) -> String {
        if let configured { return configured }
        let folders = (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        for name in [runtime, "python3"] {
            for folder in folders {
                let candidate = "\(folder)/\(name)"
                if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            }
        }
        return "/usr/bin/python3"
    }
}
