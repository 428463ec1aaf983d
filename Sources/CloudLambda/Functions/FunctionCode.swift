import CSpawn
import Foundation

/// A function's code, ready to be run from a folder.
struct FunctionCode: Sendable, Equatable {
    /// The folder that the process starts in.
    var taskRoot: String
    /// The program, and what stands before the handler in what it is called with.
    var executable: String
    var arguments: [String]
    /// The folder of its extensions, whether there is one or not; nil where the code is no more than a program.
    var extensionsFolder: String?
    /// The files whose change means new code.
    var watched: [String]
    /// Bytes, as `CodeSize` says it.
    var size: Int
    /// The SHA-256 of the archive or of the program, in base64.
    var sha256: String

    /// The programs of its external extensions, in order.
    var extensions: [String] {
        guard let extensionsFolder, let names = try? FileManager.default.contentsOfDirectory(atPath: extensionsFolder)
        else { return [] }
        return names.sorted().map { "\(extensionsFolder)/\($0)" }.filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
                && access(path, X_OK) == 0
        }
    }

    /// Lambda's own places for a program that is not there.
    var missingProgramMessage: String { "Couldn't find valid bootstrap(s): [\(executable)]" }

    /// Whether somebody is writing one of the files that are watched.
    var isBeingWritten: Bool { watched.contains { cspawn_is_being_written($0) != 0 } }

    /// Whether what is there now can be run: a build that writes its product in place, and makes it executable at the
    /// end, is left to finish.
    var isWhole: Bool {
        let canRun = !watched.contains(executable) || access(executable, X_OK) == 0
        return canRun && !isBeingWritten
    }
}

/// What can be seen of files without reading them: enough to notice that one was replaced or written anew.
struct CodeFingerprint: Sendable, Hashable {
    private struct File: Sendable, Hashable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private var files: [File?]

    /// Looks at the files.
    init(of paths: [String]) {
        files = paths.map { path in
            var status = stat()
            // An empty file is one that is about to be written.
            guard stat(path, &status) == 0, status.st_size > 0 else { return nil }
            return File(
                device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
                seconds: Int(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec))
        }
    }

    /// Whether every file is there. While a build replaces one, it may be missing or empty for a moment.
    var isComplete: Bool { !files.contains(nil) }
}
