import URLEncoding

/// The path of a request: taken apart before it is decoded, and never resolved.
enum RequestPath {
    /// The decoded segments of a path.
    ///
    /// A path that means something else to whoever resolves `.` and `..`, or that holds control characters, is refused:
    /// in whichever encoding it comes, no route and no key is ever one of those.
    ///
    /// - Throws: ``HTTPError`` 400 `InvalidPath`.
    static func segments(of path: String) throws(HTTPError) -> [String] {
        guard path.utf8.first == UInt8(ascii: "/") else { throw invalid("The path does not begin with a slash.") }
        var segments: [String] = []
        for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decodeStrictly(Substring(part)) else {
                throw invalid("The path is not valid percent-encoded UTF-8.")
            }
            guard segment != ".", segment != ".." else { throw invalid("The path holds a dot segment.") }
            guard !segment.unicodeScalars.contains(where: isControl) else {
                throw invalid("The path holds a control character.")
            }
            segments.append(segment)
        }
        if segments.last?.isEmpty == true { segments.removeLast() }
        return segments
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    private static func invalid(_ message: String) -> HTTPError { HTTPError(400, "InvalidPath", message) }
}
