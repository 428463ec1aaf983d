import CloudCore
import Foundation
import NIOCore

/// A content that is complete, and that no row names yet.
enum StoredContent: Sendable {
    /// Short enough for the row.
    case inline(ByteBuffer)
    /// A file of the content folder.
    case file(String)

    static let empty = StoredContent.inline(ByteBuffer())
}

/// Takes in a content piece by piece: a short one is kept in memory, a longer one goes into a file as it comes.
///
/// What is not finished is gone with the writer.
final class ContentWriter {
    /// Contents up to this length live in the database.
    static let inlineLimit = 16 * 1024

    private let folder: ContentFolder
    private var buffer = ByteBuffer()
    private var file: (name: String, descriptor: CInt, isNew: Bool)?
    private var size = 0

    init(_ folder: ContentFolder) { self.folder = folder }

    deinit {
        guard let file else { return }
        close(file.descriptor)
        unlink(folder.temporaryPath(of: file.name))
    }

    /// Takes in the next piece.
    ///
    /// - Throws: `IOError`.
    func write(_ bytes: ByteBuffer) throws {
        size += bytes.readableBytes
        if file == nil, buffer.readableBytes + bytes.readableBytes <= Self.inlineLimit {
            if buffer.readableBytes == 0 { buffer = bytes } else { buffer.writeImmutableBuffer(bytes) }
            return
        }
        let descriptor = try file?.descriptor ?? openFile()
        try Self.write(bytes, to: descriptor)
    }

    private func openFile() throws -> CInt {
        let name = folder.newName()
        let (descriptor, isNew) = try folder.createTemporary(name)
        file = (name, descriptor, isNew)
        try Self.write(buffer, to: descriptor)
        buffer = ByteBuffer()
        return descriptor
    }

    private static func write(_ bytes: ByteBuffer, to descriptor: CInt) throws {
        try bytes.withUnsafeReadableBytes { bytes in
            var written = 0
            while written < bytes.count, let start = bytes.baseAddress {
                let step = Glibc.write(descriptor, start + written, bytes.count - written)
                if step < 0, errno == EINTR { continue }
                guard step > 0 else { throw IOError(errnoCode: step < 0 ? errno : EIO, reason: "write") }
                written += step
            }
        }
    }

    /// Ends the content. A file has its place, and with full durability is on the disk, when this returns.
    ///
    /// - Throws: `IOError`.
    func finish() async throws -> StoredContent {
        guard let file else { return .inline(buffer) }
        if !file.isNew, ftruncate(file.descriptor, off_t(size)) != 0 {
            throw IOError(errnoCode: errno, reason: "truncate")
        }
        try await folder.install(file.name, descriptor: file.descriptor)
        close(file.descriptor)
        self.file = nil
        return .file(file.name)
    }
}
