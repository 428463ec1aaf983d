import JSONValue

extension TemplateReader {
    /// Names that Lambda sets itself and lets nobody change.
    static let reservedVariables: Set<String> = [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "AWS_LAMBDA_MAX_CONCURRENCY",
    ]

    /// Lambda's limit on all variables together, as JSON.
    private static let sizeLimit = 4096

    func environment(_ reader: PropertyReader) -> [String: String] {
        guard let environment = reader.object("Environment", schema: "Function.Environment"),
            let variables = environment.stringMap("Variables")
        else { return [:] }
        let all = environment.raw("Variables")
        for (name, _) in variables {
            let path = all?[name]?.path ?? environment.path
            if Self.reservedVariables.contains(name) {
                diagnostics.error(
                    path, "Lambda reserves the environment variable '\(name)': it cannot be set (\(reader.subject)).")
            } else if !Self.isVariableName(name) {
                diagnostics.error(
                    path,
                    "'\(name)' cannot be an environment variable of a function: two or more letters, digits and '_', "
                        + "the first of them a letter.")
            }
        }
        let size = JSONValue.object(JSONObject(variables.map { ($0.key, .string($0.value)) })).encoded().count
        if size > Self.sizeLimit {
            environment.fault(
                "Variables",
                "The environment variables of \(reader.subject) exceed the 4 KB limit: they take \(size) bytes.")
        }
        return Dictionary(variables.map { ($0.key, $0.value) }) { $1 }
    }

    private static func isVariableName(_ name: String) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & ~0x20) }
        guard let first = name.utf8.first, isLetter(first), name.utf8.count >= 2 else { return false }
        return name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
