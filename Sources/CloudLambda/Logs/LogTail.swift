/// The last 4 KB of what is logged during a call, as `X-Amz-Log-Result` gives it back.
struct LogTail: Sendable {
    /// Bytes that are given back.
    static let limit = 4096

    private var kept: [UInt8] = []

    /// Takes in a line; its end is added.
    mutating func append(_ line: String) {
        let bytes = line.utf8
        kept.append(contentsOf: bytes.count > Self.limit ? bytes.suffix(Self.limit) : bytes[...])
        kept.append(0x0A)
        // Cut rarely, so that many short lines do not move the whole each time.
        if kept.count > Self.limit * 3 { kept.removeFirst(kept.count - Self.limit) }
    }

    /// What is given back.
    var bytes: [UInt8] { Array(kept.suffix(Self.limit)) }
}
