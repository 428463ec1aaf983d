import JSONValue

/// One exchange of a recorded session: a line of its file.
public struct RecordedExchange: Sendable {
    /// Which service a request was signed for, with the credentials of the caller; a replay signs it anew.
    struct Signing: Sendable, Hashable {
        var service: String
        var region: String
    }

    /// A header field.
    typealias Field = (name: String, value: RecordedText)

    /// The number by which later lines refer to it, from 1.
    public internal(set) var number: Int
    /// The door that the request came in by.
    public internal(set) var entrance: ObservedExchange.Entrance
    /// Milliseconds from the session's start.
    public internal(set) var offset: Int
    /// The request's method.
    public internal(set) var method: String
    var target: RecordedText
    var requestHeaders: [Field]
    var requestBody: RecordedBody
    var signing: Signing?
    /// The status of the answer.
    public internal(set) var status: Int
    var responseHeaders: [Field]
    var responseBody: RecordedBody
    /// The function that was called.
    public internal(set) var function: String?
    /// Milliseconds to the end of the answer.
    public internal(set) var duration: Double
    /// Whether everything was done, when the request came in, that earlier ones had set off. Only then a replay can see to
    /// it that it meets the same.
    public internal(set) var isSettled: Bool
    /// The line of the file; 0 for one that was not read from a file.
    public internal(set) var line = 0

    /// The method and the path, for people; secrets stand as references.
    public var title: String { "\(method) \(target.text.prefix { $0 != "?" })" }

    /// The line, without its end.
    public var value: JSONValue {
        var request: JSONObject = ["method": .string(method), "target": .string(target.text)]
        request["headers"] = Self.value(of: requestHeaders)
        request["body"] = requestBody.value
        if let signing {
            request["signed"] = ["service": .string(signing.service), "region": .string(signing.region)]
        }
        var response: JSONObject = ["status": JSONValue(status), "headers": Self.value(of: responseHeaders)]
        response["body"] = responseBody.value
        var line: JSONObject = [
            "number": JSONValue(number), "offset": JSONValue(offset), "entrance": .string(entrance.rawValue),
        ]
        line["function"] = function.map { .string($0) }
        line["duration"] = JSONValue(duration)
        if !isSettled { line["settled"] = false }
        line["request"] = .object(request)
        line["response"] = .object(response)
        return .object(line)
    }

    private static func value(of fields: [Field]) -> JSONValue {
        .array(fields.map { .array([.string($0.name), .string($0.value.text)]) })
    }

    /// Reads a line.
    ///
    /// - Throws: ``SessionFault``.
    init(_ value: JSONValue, line: Int) throws(SessionFault) {
        func member<Value>(_ value: Value?, _ name: String) throws(SessionFault) -> Value {
            guard let value else { throw SessionFault("'\(name)' is missing, or not what it should be") }
            return value
        }
        self.line = line
        number = try member(value["number"]?.int, "number")
        offset = try member(value["offset"]?.int, "offset")
        entrance = try member(
            value["entrance"]?.string.flatMap(ObservedExchange.Entrance.init(rawValue:)), "entrance")
        function = value["function"]?.string
        duration = value["duration"]?.double ?? 0
        isSettled = value["settled"]?.bool ?? true
        let request = try member(value["request"], "request")
        method = try member(request["method"]?.string, "request.method")
        target = try RecordedText(parsing: try member(request["target"]?.string, "request.target"))
        guard request["target"]?.string?.hasPrefix("/") == true else {
            throw SessionFault("'request.target' is no path")
        }
        requestHeaders = try Self.fields(try member(request["headers"]?.array, "request.headers"))
        requestBody = try RecordedBody(request["body"])
        if let signed = request["signed"] {
            signing = Signing(
                service: try member(signed["service"]?.string, "request.signed.service"),
                region: try member(signed["region"]?.string, "request.signed.region"))
        }
        let response = try member(value["response"], "response")
        status = try member(response["status"]?.int, "response.status")
        responseHeaders = try Self.fields(try member(response["headers"]?.array, "response.headers"))
        responseBody = try RecordedBody(response["body"])
    }

    private static func fields(_ values: [JSONValue]) throws(SessionFault) -> [Field] {
        var fields: [Field] = []
        for value in values {
            guard let name = value[0]?.string, let text = value[1]?.string, !name.isEmpty else {
                throw SessionFault("a header field is an array of a name and a value")
            }
            fields.append((name, try RecordedText(parsing: text)))
        }
        return fields
    }

    init(
        number: Int, _ observed: ObservedExchange, target: RecordedText, requestHeaders: [Field],
        requestBody: RecordedBody, signing: Signing?, responseHeaders: [Field], responseBody: RecordedBody
    ) {
        self.number = number
        entrance = observed.entrance
        offset = observed.offset
        method = observed.method
        self.target = target
        self.requestHeaders = requestHeaders
        self.requestBody = requestBody
        self.signing = signing
        status = observed.status
        self.responseHeaders = responseHeaders
        self.responseBody = responseBody
        function = observed.function
        duration = observed.duration
        isSettled = observed.isSettled
    }
}

/// What is wrong with a line, before it is known which.
struct SessionFault: Error, Sendable, Equatable {
    var reason: String

    init(_ reason: String) { self.reason = reason }
}
