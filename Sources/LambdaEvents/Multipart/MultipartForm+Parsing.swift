extension MultipartForm {
    /// Takes a body apart. The contents of parts stay where they are.
    ///
    /// - Throws: ``MultipartError``.
    public init(
        parsing body: [UInt8], boundary: String, limits: MultipartLimits = .init()
    ) throws(MultipartError) {
        guard Self.isBoundary(boundary) else { throw .invalidBoundary }
        let layout: Result<[PartLayout], MultipartError> = body.withUnsafeBufferPointer { bytes in
            let scanner = MultipartScanner(search: ByteSearch(bytes: bytes), boundary: boundary, limits: limits)
            do throws(MultipartError) { return .success(try scanner.parts()) } catch { return .failure(error) }
        }
        parts = []
        for (index, part) in try layout.get().enumerated() {
            parts.append(
                try PartHeader(parsing: body[part.header], part: index + 1, limits: limits).part(body[part.body]))
        }
    }

    /// RFC 2046, 5.1.1.
    private static func isBoundary(_ text: String) -> Bool {
        (1...70).contains(text.utf8.count) && text.utf8.last != UInt8(ascii: " ")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "'()+_,-./:=? ".utf8.contains(byte)
                }
            }
    }
}

/// Where a part lies in the body.
struct PartLayout: Equatable {
    var header: Range<Int>
    var body: Range<Int>
}

/// Finds the boundary lines of a body and what lies between them.
struct MultipartScanner {
    private let search: ByteSearch
    private let dashBoundary: [UInt8]
    private let delimiter: [UInt8]
    private let limits: MultipartLimits

    private static let dashes = Array("--".utf8)
    private static let lineEnd: [UInt8] = [0x0D, 0x0A]
    private static let headerEnd: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

    init(search: ByteSearch, boundary: String, limits: MultipartLimits) {
        self.search = search
        dashBoundary = Array("--".utf8) + Array(boundary.utf8)
        delimiter = Self.lineEnd + dashBoundary
        self.limits = limits
    }

    /// A boundary line: where the text before it ends, and where that behind it begins.
    private struct Line {
        var start: Int
        var next: Int
        var isClosing: Bool
    }

    func parts() throws(MultipartError) -> [PartLayout] {
        var parts: [PartLayout] = []
        guard var line = firstLine() else { throw .noParts }
        while !line.isClosing {
            let number = parts.count + 1
            guard number <= limits.parts else { throw .tooManyParts(limit: limits.parts) }
            let header = try header(at: line.next, part: number)
            // The line end before a boundary belongs to the boundary. Of an empty part it is also that of the header.
            guard let end = nextLine(from: header.next - 2) else { throw .missingClosingBoundary }
            let body = header.next..<max(header.next, end.start)
            guard body.count <= limits.partBytes else {
                throw .partTooLarge(part: number, bytes: body.count, limit: limits.partBytes)
            }
            parts.append(PartLayout(header: header.range, body: body))
            line = end
        }
        return parts
    }

    private func firstLine() -> Line? {
        if search.has(dashBoundary, at: 0), let line = line(at: 0, behind: dashBoundary.count) { return line }
        return nextLine(from: 0)
    }

    private func nextLine(from place: Int) -> Line? {
        var place = place
        while let hit = search.first(delimiter, in: place..<search.bytes.count) {
            if let line = line(at: hit, behind: hit + delimiter.count) { return line }
            place = hit + 2
        }
        return nil
    }

    /// The boundary line that ends behind `place`; nil where the line goes on, so that it is contents after all.
    private func line(at start: Int, behind place: Int) -> Line? {
        let bytes = search.bytes
        let isClosing = search.has(Self.dashes, at: place)
        var end = isClosing ? place + 2 : place
        while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
        guard search.has(Self.lineEnd, at: end) || (isClosing && end == bytes.count) else { return nil }
        return Line(start: start, next: end + 2, isClosing: isClosing)
    }

    private func header(at place: Int, part: Int) throws(MultipartError) -> (range: Range<Int>, next: Int) {
        if search.has(Self.lineEnd, at: place) { return (place..<place, place + 2) }
        let bytes = search.bytes
        let window = place..<min(bytes.count, place + limits.headerBytes + Self.headerEnd.count)
        guard let end = search.first(Self.headerEnd, in: window) else {
            throw window.upperBound == bytes.count
                ? .invalidHeader(part: part, reason: "no empty line ends it")
                : .headerTooLarge(part: part, limit: limits.headerBytes)
        }
        return (place..<end, end + Self.headerEnd.count)
    }
}
