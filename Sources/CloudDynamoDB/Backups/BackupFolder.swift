import CloudCore
import Digests
import Foundation

/// The files that backups' items are in: one a backup, written aside and renamed, so that a file is whole or not there.
///
/// A file is a line that tells its form, then the items one behind another, each as its length in four bytes and its
/// JSON. How many there are, and the CRC-32 of the file, stand in the backup's record.
struct BackupFolder: Sendable {
    static let head = Array("darkroom backup 1\n".utf8)

    let path: String
    let durability: Durability

    func path(of identifier: String) -> String { "\(path)/\(identifier).items" }

    /// Starts a file.
    func writer(_ identifier: String) throws -> BackupFileWriter {
        try BackupFileWriter(temporary: "\(path)/\(identifier).part", final: path(of: identifier), durability)
    }

    func remove(_ identifier: String) {
        // A file that stays is removed at the next start: no record names it any more.
        try? FileManager.default.removeItem(atPath: path(of: identifier))
    }

    /// Removes what belongs to no backup: the work of a process that ended in the middle.
    func removeAll(except identifiers: Set<String>) {
        for file in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            let isKept = file.hasSuffix(".items") && identifiers.contains(String(file.dropLast(".items".count)))
            if !isKept { try? FileManager.default.removeItem(atPath: "\(path)/\(file)") }
        }
    }
}

/// Writes one file of a backup; used on one thread.
final class BackupFileWriter {
    private static let pieceSize = 256 * 1024

    private let temporary: String
    private let final: String
    private let durability: Durability
    private let handle: FileHandle
    private var piece: [UInt8]
    private var check = CyclicRedundancyCheck.crc32

    fileprivate init(temporary: String, final: String, _ durability: Durability) throws {
        self.temporary = temporary
        self.final = final
        self.durability = durability
        guard FileManager.default.createFile(atPath: temporary, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: temporary)
        else { throw BackupFileFault(path: temporary, reason: "it cannot be made") }
        self.handle = handle
        piece = BackupFolder.head
    }

    func append(_ item: UnsafeRawBufferPointer) throws {
        withUnsafeBytes(of: UInt32(item.count).bigEndian) { piece.append(contentsOf: $0) }
        piece.append(contentsOf: item)
        if piece.count >= Self.pieceSize { try flush() }
    }

    /// Ends the file and puts it in its place.
    ///
    /// - Returns: its checksum.
    func finish() throws -> UInt64 {
        try flush()
        if durability == .full { try handle.synchronize() }
        try handle.close()
        guard rename(temporary, final) == 0 else {
            throw BackupFileFault(path: final, reason: String(cString: strerror(errno)))
        }
        if durability == .full { try synchronizeFolder() }
        return UInt64(check.value)
    }

    /// Gives the file up.
    func discard() {
        try? handle.close()
        unlink(temporary)
    }

    private func flush() throws {
        check.update(piece)
        try handle.write(contentsOf: Data(piece))
        piece.removeAll(keepingCapacity: true)
    }

    private func synchronizeFolder() throws {
        let folder = (final as NSString).deletingLastPathComponent
        let descriptor = open(folder, O_RDONLY)
        guard descriptor >= 0 else { throw BackupFileFault(path: folder, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw BackupFileFault(path: folder, reason: String(cString: strerror(errno)))
        }
    }
}

/// A file of a backup that cannot be written or is not what was written.
struct BackupFileFault: Error, CustomStringConvertible {
    var path: String
    var reason: String

    var description: String { "The backup's file \(path) cannot be used: \(reason)." }
}
