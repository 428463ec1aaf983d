import Digests
import JSONValue
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that a test writes for somebody else to read.
struct TemporaryFile: Sendable {
    let path: String

    init(_ content: JSONValue) throws {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        path = "\(folder)/darkroom-test-\(Hex.encode(randomBytes(8))).json"
        let file = try #require(fopen(path, "wb"))
        defer { fclose(file) }
        let bytes = content.encoded()
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    func remove() { unlink(path) }
}
