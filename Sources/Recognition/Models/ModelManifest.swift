import JSONValue

/// What `make models` says of the folder that it made: `manifest.json`.
struct ModelManifest: Sendable, Equatable {
    /// A file as it was made.
    struct Entry: Sendable, Equatable {
        /// Its length in bytes.
        var bytes: Int
        /// Its SHA-256, in hexadecimal digits.
        var sha256: String
    }

    /// The version of the folder's contents.
    var version: String
    /// The files by name.
    var files: [String: Entry]

    /// Reads a manifest; nil when it is none.
    init?(parsing bytes: [UInt8]) {
        guard let json = try? JSONDocument(parsing: bytes).value, let version = json["version"]?.string,
            let files = json["files"]?.object
        else { return nil }
        self.version = version
        self.files = [:]
        for (name, entry) in files {
            guard let bytes = entry["bytes"]?.int, let sha256 = entry["sha256"]?.string else { return nil }
            self.files[name] = Entry(bytes: bytes, sha256: sha256)
        }
    }
}
