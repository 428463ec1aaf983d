import CloudCore
import JSONValue

/// The input of an operation, whichever protocol it came in.
struct SQSInput: Sendable {
    var members: JSONObject
    /// The caller's access key, which stands for the sender.
    var accessKeyID: String?
    /// The host and port that the caller spoke to.
    var host: String?
    /// The URL's path, which names the queue where the members do not.
    var path: String
    /// The connection that waits for the answer.
    var connection: ConnectionState

    init(
        _ members: JSONObject, accessKeyID: String? = nil, host: String? = nil, path: String = "/",
        connection: ConnectionState = ConnectionState()
    ) {
        self.members = members
        self.accessKeyID = accessKeyID
        self.host = host
        self.path = path
        self.connection = connection
    }

    init(_ members: JSONObject, _ request: CloudRequest, _ call: ServiceCall) {
        self.init(
            members, accessKeyID: call.accessKeyID, host: request.headers.first(name: "host"), path: request.path,
            connection: request.connection)
    }

    /// A text; nil where it is missing.
    func text(_ name: String) throws(ServiceError) -> String? { try Self.text(name, in: members) }

    static func text(_ name: String, in members: JSONObject) throws(ServiceError) -> String? {
        switch members[name] {
        case .string(let text)?: return text
        case nil, .null?: return nil
        case let other?: throw wrongType(name, "a string", other)
        }
    }

    /// A text that has to be there and to be something.
    func requiredText(_ name: String) throws(ServiceError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw .missingParameter(name) }
        return text
    }

    /// A whole number; nil where it is missing.
    func integer(_ name: String) throws(ServiceError) -> Int? { try Self.integer(name, in: members) }

    static func integer(_ name: String, in members: JSONObject) throws(ServiceError) -> Int? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let number = value.int ?? value.string.flatMap({ Int($0) }) else {
            throw wrongType(name, "an integer", value)
        }
        return number
    }

    /// A list of texts; empty where it is missing.
    func texts(_ name: String) throws(ServiceError) -> [String] {
        switch members[name] {
        case nil, .null?: return []
        case .array(let elements)?:
            var texts: [String] = []
            for element in elements {
                guard let text = element.string else { throw Self.wrongType(name, "a list of strings", element) }
                texts.append(text)
            }
            return texts
        case let other?: throw Self.wrongType(name, "a list", other)
        }
    }

    /// A map of texts; nil where it is missing.
    func map(_ name: String) throws(ServiceError) -> [String: String]? {
        switch members[name] {
        case nil, .null?: return nil
        case .object(let members)?:
            var map: [String: String] = [:]
            for (key, value) in members {
                guard let text = value.string else { throw Self.wrongType("\(name).\(key)", "a string", value) }
                map[key] = text
            }
            return map
        case let other?: throw Self.wrongType(name, "a map", other)
        }
    }

    static func wrongType(_ name: String, _ expected: String, _ value: JSONValue) -> ServiceError {
        ServiceError("SerializationException", "\(name) must be \(expected), not a \(value.kind).")
    }
}
