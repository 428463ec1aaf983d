import JSONValue
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The files of the repository that the tests look at.
enum Repository {
    static let root = String(
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/"))

    static func bytes(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen("\(root)/\(path)", "rb"), "\(path) is missing")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return bytes
    }

    static func json(_ path: String) throws -> JSONValue { try JSONValue(parsing: bytes(path)) }

    /// The names of the files in a folder, sorted.
    static func files(in folder: String) throws -> [String] {
        let directory = try #require(opendir("\(root)/\(folder)"))
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
