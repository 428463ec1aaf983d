import CloudCore
import CloudS3
import Digests
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// A service on a store of its own, spoken to in process.
struct LocalS3 {
    static let now = Timestamp(year: 2026, month: 3, day: 1, hour: 12)

    let store: Store
    let service: S3Service
    let clock: CloudClock

    /// An ephemeral one, or one in a directory that outlives it.
    init(directory: String? = nil, durability: Durability = .process, bucket: String? = "pictures") async throws {
        store = try directory.map { try Store(directory: $0, durability: durability) } ?? Store.ephemeral()
        clock = CloudClock(startingAt: Self.now, pace: .frozen)
        service = try S3Service(store: store, clock: clock)
        if let bucket { try await service.createBucketIfMissing(bucket) }
    }

    func close() {
        service.stop()
        store.close()
    }

    /// Sends a request with a body that is all at hand.
    func send(
        _ method: String, _ target: String, _ headers: HTTPHeaders = [:], body: [UInt8]? = nil,
        call: ServiceCall = ServiceCall(requestID: "REQUEST")
    ) async -> S3Answer {
        var headers = headers
        if let body, !headers.contains(name: "content-length") {
            headers.add(name: "Content-Length", value: String(body.count))
        }
        let request = CloudRequest(
            method: method, target: target, headers: headers, body: RequestBody(ByteBuffer(bytes: body ?? [])))
        return await S3Answer(service.respond(to: request, call: call))
    }

    func send(
        _ method: String, _ target: String, _ headers: HTTPHeaders = [:], text: String,
        call: ServiceCall = ServiceCall(requestID: "REQUEST")
    ) async -> S3Answer {
        await send(method, target, headers, body: Array(text.utf8), call: call)
    }

    /// Puts an object that has to be taken.
    @discardableResult
    func put(_ target: String, _ text: String, _ headers: HTTPHeaders = [:]) async -> S3Answer {
        let answer = await send("PUT", target, headers, text: text)
        #expect(answer.status == 200, "\(answer.text)")
        return answer
    }

    /// The files of contents, finished and not, without those that wait for another content.
    var files: [String] {
        let root = store.directory + "/s3"
        return (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? []).filter { path in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isDirectory)
                && !isDirectory.boolValue && !path.hasPrefix("spare/")
        }
    }
}

/// An answer, with its body read.
struct S3Answer {
    var status: Int
    var headers: HTTPHeaders
    var bytes: [UInt8]

    init(_ response: CloudResponse) async {
        status = response.status
        headers = response.headers
        switch response.body {
        case .bytes(let buffer): bytes = Array(buffer.readableBytesView)
        case .file(let file, let offset, let length):
            bytes = (try? file.read(at: Int(offset), count: length)) ?? []
        case .stream(_, let produce):
            let (stream, pieces) = AsyncStream<ByteBuffer>.makeStream()
            try? await produce(ResponseWriter(write: { pieces.yield($0) }))
            pieces.finish()
            bytes = await stream.reduce(into: []) { $0 += Array($1.readableBytesView) }
        }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    subscript(name: String) -> String? { headers.first(name: name) }

    /// The body as a document.
    var document: XMLElement? { try? XMLReader.parse(bytes) }

    /// The code of an error.
    var code: String? { document?.text(of: "Code") }

    /// The keys of a listing.
    var keys: [String] { document?.all("Contents").compactMap { $0.text(of: "Key") } ?? [] }

    /// The common prefixes of a listing.
    var prefixes: [String] { document?.all("CommonPrefixes").compactMap { $0.text(of: "Prefix") } ?? [] }
}

/// Bytes that look like nothing in particular, the same each time.
func patternBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}
