import FoundationEssentials

/// The bytes of a whole response, in whichever form they came: turning one into the other would copy up to 6 MB.
enum ResponseBody: Sendable {
    case bytes([UInt8])
    case data(Data)

    static let null = ResponseBody.bytes(Array("null".utf8))

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch self {
        case .bytes(let bytes): try bytes.withUnsafeBytes(body)
        case .data(let data): try data.withUnsafeBytes(body)
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .bytes(let bytes): bytes
        case .data(let data): Array(data)
        }
    }
}
