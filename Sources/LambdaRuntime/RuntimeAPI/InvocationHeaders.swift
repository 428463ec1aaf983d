/// The headers of `/next` that describe an invocation.
struct InvocationHeaders: Sendable, Hashable {
    var requestID: String?
    var deadline: Int64?
    var invokedFunctionARN: String?
    var traceID: String?
    var clientContext: String?
    var cognitoIdentity: String?
    var tenantID: String?
    var contentLength: Int?

    private enum Field: String, CaseIterable {
        case requestID = "lambda-runtime-aws-request-id"
        case deadline = "lambda-runtime-deadline-ms"
        case invokedFunctionARN = "lambda-runtime-invoked-function-arn"
        case traceID = "lambda-runtime-trace-id"
        case clientContext = "lambda-runtime-client-context"
        case cognitoIdentity = "lambda-runtime-cognito-identity"
        case tenantID = "lambda-runtime-aws-tenant-id"
        case contentLength = "content-length"
    }

    private static let names = Field.allCases.map { (field: $0, name: Array($0.rawValue.utf8)) }

    /// Takes in one header line, with or without its line break. Lines that are none, and headers that are empty or not
    /// asked for, change nothing.
    mutating func read(line: UnsafeRawBufferPointer) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = line[..<colon]
        guard let field = Self.names.first(where: { Self.matches(name, $0.name) })?.field else { return }
        let value = Self.trimmed(line[(colon + 1)...])
        guard !value.isEmpty else { return }
        switch field {
        case .requestID: requestID = String(decoding: value, as: UTF8.self)
        case .deadline: deadline = Int64(String(decoding: value, as: UTF8.self))
        case .invokedFunctionARN: invokedFunctionARN = String(decoding: value, as: UTF8.self)
        case .traceID: traceID = String(decoding: value, as: UTF8.self)
        case .clientContext: clientContext = String(decoding: value, as: UTF8.self)
        case .cognitoIdentity: cognitoIdentity = String(decoding: value, as: UTF8.self)
        case .tenantID: tenantID = String(decoding: value, as: UTF8.self)
        case .contentLength: contentLength = Int(String(decoding: value, as: UTF8.self))
        }
    }

    private static func matches(_ name: Slice<UnsafeRawBufferPointer>, _ lowercased: [UInt8]) -> Bool {
        guard name.count == lowercased.count else { return false }
        for (byte, expected) in zip(name, lowercased) {
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            if (isUpper ? byte | 0x20 : byte) != expected { return false }
        }
        return true
    }

    private static func trimmed(_ value: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var value = value
        while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
        while let last = value.last, last <= 0x20 { value = value.dropLast() }
        return value
    }
}
