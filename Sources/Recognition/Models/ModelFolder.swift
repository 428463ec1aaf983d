import Digests

#if canImport(Glibc)
    import Glibc
#endif

/// The folder that `make models` fills: ONNX Runtime, the models and what they are called.
public struct ModelFolder: Sendable, Equatable {
    /// The version of the contents that this program reads.
    public static let version = "1"
    /// The environment variable that names the folder.
    public static let variable = "DARKROOM_MODELS"
    /// The folder's name in a project.
    public static let name = ".models"

    /// Where it is.
    public let path: String

    /// The folder at a path.
    public init(path: String) { self.path = path }

    /// The folder that `DARKROOM_MODELS` names; otherwise `.models` in the working directory, or in the nearest directory
    /// above the program that has one.
    public static func standard(environment: [String: String], program: String? = nil) -> ModelFolder {
        if let named = environment[variable], !named.isEmpty { return ModelFolder(path: named) }
        let here = ModelFolder(path: name)
        if here.isPresent { return here }
        var directory = (program ?? ownProgram)[...]
        while let slash = directory.lastIndex(of: "/") {
            directory = directory[..<slash]
            let folder = ModelFolder(path: "\(directory)/\(name)")
            if folder.isPresent { return folder }
        }
        return here
    }

    /// Whether `make models` has been there. Says nothing of the files.
    public var isPresent: Bool { access("\(path)/\(Self.manifest)", R_OK) == 0 }

    /// The path of a file that is as `make models` made it. Reads it as a whole.
    public func path(of file: ModelFile) throws(RecognitionError) -> String {
        let manifest = try readManifest()
        let path = "\(self.path)/\(file.rawValue)"
        guard let entry = manifest.files[file.rawValue] else {
            throw .modelDamaged(path: "\(self.path)/\(Self.manifest)", reason: "it does not name \(file.rawValue)")
        }
        guard let size = Self.size(of: path) else { throw .modelMissing(path: path) }
        guard size == entry.bytes else {
            throw .modelDamaged(path: path, reason: "it has \(size) bytes instead of \(entry.bytes)")
        }
        let digest = Digest(.sha256)
        guard Self.read(path, { digest.update($0) }) else { throw .modelMissing(path: path) }
        guard Hex.encode(digest.finalize()) == entry.sha256 else {
            throw .modelDamaged(path: path, reason: "its SHA-256 is not the one that manifest.json gives")
        }
        return path
    }

    /// The contents of a file that is as `make models` made it.
    public func contents(of file: ModelFile) throws(RecognitionError) -> [UInt8] {
        let path = try path(of: file)
        var bytes: [UInt8] = []
        guard Self.read(path, { bytes.append(contentsOf: $0) }) else { throw .modelMissing(path: path) }
        return bytes
    }

    private static let manifest = "manifest.json"

    private func readManifest() throws(RecognitionError) -> ModelManifest {
        guard isPresent else { throw .modelsMissing(folder: path) }
        var bytes: [UInt8] = []
        let file = "\(path)/\(Self.manifest)"
        guard Self.read(file, { bytes.append(contentsOf: $0) }), let manifest = ModelManifest(parsing: bytes) else {
            throw .modelDamaged(path: file, reason: "it is no manifest")
        }
        guard manifest.version == Self.version else {
            throw .modelsOfAnotherVersion(folder: path, found: manifest.version, expected: Self.version)
        }
        return manifest
    }

    /// The length of a regular file.
    private static func size(of path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Reads a file piece by piece; false when it cannot be read to its end.
    private static func read(_ path: String, _ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        guard let file = fopen(path, "rb") else { return false }
        defer { fclose(file) }
        let size = 1 << 18
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { piece.deallocate() }
        while let base = piece.baseAddress {
            let count = fread(base, 1, size, file)
            guard count > 0 else { return ferror(file) == 0 }
            body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
        return false
    }

    /// The path of the running program.
    private static var ownProgram: String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { readlink("/proc/self/exe", $0, buffer.count) } ?? 0
        }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : ""
    }
}
