import CloudCore
import Foundation

/// A place for a test's own data. Nothing is there until somebody makes it; the test removes it at its end.
public struct TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// A place that no other test has.
    ///
    /// - Parameter name: what a person who finds it there knows it by.
    public init(_ name: String) {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-\(UUID().uuidString)").path
    }

    /// What a process that is killed now would leave of an open store: the files of one service's database, but for
    /// those that only say who has it open.
    ///
    /// - Parameter database: the service, as the store names its file.
    public init(afterCrashOf store: Store, database: String) throws {
        self.init(database)
        let files = FileManager.default
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        for file in [".sqlite", ".sqlite-wal"].map({ database + $0 })
        where files.fileExists(atPath: "\(store.directory)/\(file)") {
            try files.copyItem(atPath: "\(store.directory)/\(file)", toPath: "\(path)/\(file)")
        }
    }

    /// Removes what is there.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
