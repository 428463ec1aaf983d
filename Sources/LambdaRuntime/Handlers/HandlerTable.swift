/// The functions that one program holds: a name for each, and how to make its handler at a cold start.
///
///     Lambda.run([
///         "echo": { _ in EchoFunction() },
///         "upload": { environment in try UploadFunction(environment: environment) },
///     ])
public typealias HandlerTable = [String: @Sendable (Environment) async throws -> any ByteHandler]

extension HandlerTable {
    /// Finds the function that `_HANDLER` asks for.
    ///
    /// The setting names an entry outright (`upload`), or behind or before a dot, as file and function do in other
    /// runtimes (`bootstrap.upload`, `upload.handler`); in a program with a single function any setting will do.
    func selection(for setting: String?) throws(HandlerNotFound) -> Value {
        if count == 1, let only = values.first { return only }
        if let setting {
            let parts = setting.split(separator: ".").map(String.init)
            for name in [setting] + parts.suffix(1) + parts.prefix(1) {
                if let found = self[name] { return found }
            }
        }
        throw HandlerNotFound(setting: setting, known: keys.sorted())
    }
}

/// `_HANDLER` names no function of this program.
struct HandlerNotFound: Error, CustomStringConvertible, RuntimeFault {
    let setting: String?
    let known: [String]

    var errorType: String { "Runtime.HandlerNotFound" }

    var description: String {
        let asked = setting.map { "There is no function \"\($0)\" in this program" } ?? "_HANDLER is not set"
        return "\(asked). Set the function's Handler to one of: \(known.joined(separator: ", "))."
    }
}
