import JSONValue
import LambdaRuntime

extension Context {
    /// Logs, with the request's id, an error that the caller is not told about.
    func logUnexpected(_ error: any Error, _ what: String) {
        logger.error(
            "\(what): \(error)",
            ["errorType": .string(String(reflecting: type(of: error))), "errorMessage": .string("\(error)")])
    }
}
