import CloudCore
import Digests
import Foundation

/// Reads a backup's items, some at a time; used by one task. The file is closed with the reader.
final class BackupFileReader {
    /// Bytes of items that are given at once: what one transaction of a restore writes.
    static let batchSize = 256 * 1024

    private let path: String
    private let handle: FileHandle
    private let expected: BackupRecord
    private var buffer: [UInt8] = []
    private var position = 0
    private var count = 0
    private var check = CyclicRedundancyCheck.crc32
    private var isAtEnd = false

    init(_ backup: BackupRecord, in folder: BackupFolder) throws {
        path = folder.path(of: backup.identifier)
        expected = backup
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw BackupFileFault(path: path, reason: "it is not there")
        }
        self.handle = handle
        guard try take(BackupFolder.head.count) == BackupFolder.head[...] else { throw fault("it is no backup") }
    }

    /// The next items; nil at the end of a file that was whole.
    ///
    /// - Throws: ``BackupFileFault`` where the file is not the one that was written.
    func next() throws -> [[UInt8]]? {
        var items: [[UInt8]] = []
        var size = 0
        while size < Self.batchSize, let head = try take(4) {
            let length = head.reduce(0) { $0 << 8 | Int($1) }
            // An item of DynamoDB has at most 400 KB; as JSON, some times that.
            guard length < 16 * 1024 * 1024, let item = try take(length) else { throw fault("it ends in an item") }
            items.append(Array(item))
            size += length
        }
        count += items.count
        guard items.isEmpty else { return items }
        guard position == buffer.count, count == expected.size.items, UInt64(check.value) == expected.checksum else {
            throw fault("it is damaged")
        }
        return nil
    }

    private func fault(_ reason: String) -> BackupFileFault { BackupFileFault(path: path, reason: reason) }

    /// So many bytes; nil where there are fewer.
    private func take(_ length: Int) throws -> ArraySlice<UInt8>? {
        while buffer.count - position < length, !isAtEnd {
            buffer.removeFirst(position)
            position = 0
            let piece = try handle.read(upToCount: 256 * 1024) ?? Data()
            isAtEnd = piece.isEmpty
            check.update(piece)
            buffer.append(contentsOf: piece)
        }
        guard buffer.count - position >= length else { return nil }
        defer { position += length }
        return buffer[position..<(position + length)]
    }
}
