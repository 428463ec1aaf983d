/// What came back on a call. libcurl's callbacks fill it in.
final class Reply {
    private(set) var headers = InvocationHeaders()
    private(set) var body: [UInt8] = []
    /// Whether there was more than was kept.
    private(set) var isTruncated = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func take(header line: UnsafeRawBufferPointer) {
        // A status line begins a new answer: what an interim one (100 Continue) said does not count.
        if line.starts(with: "HTTP/".utf8) {
            headers = InvocationHeaders()
        } else {
            headers.read(line: line)
        }
    }

    func take(body bytes: UnsafeRawBufferPointer) {
        guard body.count + bytes.count <= limit else {
            // Read to its end, so that the connection stays usable, but not kept.
            isTruncated = true
            body = []
            return
        }
        guard !isTruncated else { return }
        if body.isEmpty, let announced = headers.contentLength, announced > bytes.count {
            body.reserveCapacity(min(announced, limit))
        }
        body.append(contentsOf: bytes)
    }

    /// Hands the body over; none stays behind, so that whoever has it may change it in place.
    func takeBody() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &body)
        return taken
    }
}
