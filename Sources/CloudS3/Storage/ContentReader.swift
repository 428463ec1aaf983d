import CloudCore
import Foundation
import NIOCore

/// Reads the content of an object that may be made of several pieces, in order, without holding much of it.
///
/// While it lives, the content stays as it was, whatever becomes of the object.
final class ContentReader: Sendable {
    /// Bytes that are read at once.
    private static let pieceLength = 256 * 1024

    private struct Segment: Sendable {
        var offset: Int
        var length: Int
        var content: ContentReference
    }

    private let segments: [Segment]
    private let bytes: ByteBuffer?
    private let storage: S3Storage
    private let hold: ContentHold

    /// A reader of an object; nil where its content has gone meanwhile and the object is to be looked up again.
    init?(_ object: LocatedObject, storage: S3Storage) {
        var segments: [Segment] = []
        var offset = 0
        let parts = object.parts.map { ($0.size, $0.content) }
        for (size, content) in object.parts.isEmpty ? [(object.record.size, object.record.content)] : parts {
            segments.append(Segment(offset: offset, length: size, content: content))
            offset += size
        }
        guard let hold = storage.contents.hold(segments.compactMap(\.content.file)) else { return nil }
        self.segments = segments
        self.storage = storage
        self.hold = hold
        bytes = object.bytes
    }

    /// Hands out a stretch piece by piece.
    ///
    /// - Throws: `IOError`; what `body` throws.
    func forEachPiece(in range: ByteRange, _ body: (ByteBuffer) async throws -> Void) async throws {
        for segment in segments where segment.offset < range.end && segment.offset + segment.length > range.offset {
            var at = max(0, range.offset - segment.offset)
            let end = min(segment.length, range.end - segment.offset)
            guard let name = segment.content.file else {
                guard let whole = try bytes ?? storage.bytes(of: segment.content),
                    let piece = whole.getSlice(at: whole.readerIndex + at, length: end - at)
                else { throw IOError(errnoCode: ESTALE, reason: "the content has gone") }
                try await body(piece)
                continue
            }
            let file = try OpenFile(path: storage.contents.path(of: name))
            while at < end {
                let piece = try file.read(at: at, count: min(Self.pieceLength, end - at))
                guard !piece.isEmpty else { throw IOError(errnoCode: EIO, reason: "\(name) is too short") }
                at += piece.count
                try await body(ByteBuffer(bytes: piece))
            }
        }
    }
}

extension S3Storage {
    /// The body of an answer with a stretch of an object; nil where the content has gone meanwhile and the object is to
    /// be looked up again.
    ///
    /// - Throws: `IOError`.
    func body(of object: LocatedObject, _ range: ByteRange) throws -> CloudResponse.Body? {
        if range.length == 0 { return .bytes(ByteBuffer()) }
        if let bytes = object.bytes {
            return bytes.getSlice(at: bytes.readerIndex + range.offset, length: range.length).map { .bytes($0) }
        }
        if object.parts.isEmpty, let name = object.record.content.file {
            guard let file = try contents.open(name) else { return nil }
            return .file(file, offset: Int64(range.offset), length: range.length)
        }
        guard let reader = ContentReader(object, storage: self) else { return nil }
        return .stream(length: range.length) { writer in
            try await reader.forEachPiece(in: range) { try await writer.write($0) }
        }
    }

    /// Copies a stretch of an object into a content of its own.
    ///
    /// - Throws: `IOError`.
    func copy(
        _ reader: ContentReader, _ range: ByteRange, checksum: ChecksumAlgorithm
    ) async throws -> (ContentDigests, StoredContent) {
        var hasher = ContentHasher(checksum: checksum)
        let writer = ContentWriter(contents)
        try await reader.forEachPiece(in: range) { piece in
            hasher.update(piece)
            try writer.write(piece)
        }
        return (hasher.finish(), try await writer.finish())
    }
}
