import Glibc

/// What the sources of a package look like at one time: enough to notice every change.
struct SourceSnapshot: Equatable {
    private struct File: Equatable {
        var size: Int
        var seconds: Int
        var nanoseconds: Int
        var inode: UInt
    }

    private static let extensions: Set<String> = [
        "swift", "c", "h", "cc", "cpp", "hpp", "cxx", "m", "mm", "s", "S", "modulemap", "resolved",
    ]

    private var files: [String: File] = [:]

    /// Looks at all sources below a folder. What is hidden, such as `.build`, is passed over, and so are the tests, which
    /// no function is built from.
    init(of root: String) {
        scan(root)
        files = files.filter { !$0.key.hasPrefix(root + "/Tests/") }
    }

    /// How many files there are.
    var count: Int { files.count }

    /// The files that are not in this snapshot as they are in another.
    func changes(since other: SourceSnapshot) -> [String] {
        let paths = Set(files.keys).union(other.files.keys)
        return paths.filter { files[$0] != other.files[$0] }.sorted()
    }

    private mutating func scan(_ folder: String) {
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            let path = folder + "/" + name
            if Int(entry.pointee.d_type) == Int(DT_DIR) {
                scan(path)
            } else if let dot = name.lastIndex(of: "."),
                Self.extensions.contains(String(name[name.index(after: dot)...]))
            {
                var status = stat()
                guard stat(path, &status) == 0 else { continue }
                files[path] = File(
                    size: Int(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec,
                    inode: UInt(status.st_ino))
            }
        }
    }
}
