import Foundation

extension ZipArchive {
    /// The most that a function's code may take once unpacked: 250 MB.
    static let unpackedLimit = 262_144_000

    /// Writes every member below a folder, which exists and is empty.
    ///
    /// - Throws: ``ZipArchiveError``, before anything is written where a path leads out of the folder.
    func unpack(into folder: String) throws {
        var total = 0
        for entry in entries {
            guard Self.isSafe(entry.path) else { throw ZipArchiveError.unsafePath(entry.path) }
            total += entry.size
            guard total <= Self.unpackedLimit else { throw ZipArchiveError.tooLarge(limit: Self.unpackedLimit) }
        }
        let files = FileManager.default
        // Links come last: no member can then be written through one.
        for entry in entries where !entry.isSymbolicLink {
            let path = folder + "/" + entry.path
            if entry.isDirectory {
                try files.createDirectory(atPath: path, withIntermediateDirectories: true)
                continue
            }
            let parent = (path as NSString).deletingLastPathComponent
            try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try content(of: entry).write(to: URL(fileURLWithPath: path))
            try files.setAttributes([.posixPermissions: Int(entry.mode ?? 0o644)], ofItemAtPath: path)
        }
        for entry in entries where entry.isSymbolicLink {
            let target = String(decoding: try content(of: entry), as: UTF8.self)
            let folderOfLink = (entry.path as NSString).deletingLastPathComponent
            guard !target.hasPrefix("/"), Self.isSafe(folderOfLink.isEmpty ? target : folderOfLink + "/" + target)
            else {
                throw ZipArchiveError.unsafePath("\(entry.path) -> \(target)")
            }
            try files.createSymbolicLink(atPath: folder + "/" + entry.path, withDestinationPath: target)
        }
    }

    /// Whether a path stays below the folder that it is relative to, all the way.
    private static func isSafe(_ path: String) -> Bool {
        guard !path.isEmpty, !path.hasPrefix("/"), !path.utf8.contains(0), !path.utf8.contains(UInt8(ascii: "\\"))
        else { return false }
        var depth = 0
        for part in path.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return false }
        }
        return true
    }
}
