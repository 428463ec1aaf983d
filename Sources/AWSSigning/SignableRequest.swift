/// The parts of an HTTP request that a signature covers.
public struct SignableRequest: Sendable {
    /// A header as it stands in the request.
    public typealias Header = (name: String, value: String)

    /// `GET`, `PUT`, …
    public var method: String
    /// The path as it stands in the request line, percent-encoded.
    public var path: String
    /// What follows the `?` in the request line, percent-encoded; empty when there is none.
    public var query: String
    /// The headers in their order, `Host` among them.
    public var headers: [Header]

    /// A request from its parts.
    public init(method: String, path: String, query: String = "", headers: [Header]) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
    }

    /// The values of a header of this name (in lower case), in order.
    func values(of name: String) -> [String] {
        headers.lazy.filter { $0.name.isEqualIgnoringCase(to: name) }.map(\.value)
    }

    /// The first value of a header.
    func value(of name: String) -> String? {
        headers.first { $0.name.isEqualIgnoringCase(to: name) }?.value
    }
}

extension String {
    /// Whether two texts are the same but for the case of ASCII letters.
    func isEqualIgnoringCase(to other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// With ASCII letters in lower case. (`lowercased()` goes through Unicode's tables.)
    var asciiLowercased: String { String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self) }

    /// Without white space at its ends, and with one space for each run of white space inside.
    var withSpacesFolded: String {
        var output: [UInt8] = []
        output.reserveCapacity(utf8.count)
        var pending = false
        for byte in utf8 {
            if byte == 0x20 || (0x09...0x0D).contains(byte) {
                pending = !output.isEmpty
            } else {
                if pending { output.append(0x20) }
                pending = false
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension UInt8 {
    var asciiLowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}
