import CZlib
import Foundation

/// Why an archive cannot be unpacked.
enum ZipArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
    case notAnArchive
    case damaged(String)
    case unsupported(String)
    case unsafePath(String)
    case tooLarge(limit: Int)

    var description: String {
        switch self {
        case .notAnArchive: "it is not a zip archive"
        case .damaged(let what): "it is damaged: \(what)"
        case .unsupported(let what): "it uses what cannot be read here: \(what)"
        case .unsafePath(let path): "it holds \(path), which would lie outside of the function's folder"
        case .tooLarge(let limit): "unpacked, it is larger than \(limit) bytes"
        }
    }
}

/// A zip archive that is all in memory.
struct ZipArchive {
    /// A member.
    struct Entry: Sendable, Equatable {
        var path: String
        /// The permissions, where the archive was made on a system that has them.
        var mode: UInt16?
        var isDirectory: Bool
        var isSymbolicLink: Bool
        fileprivate var method: UInt16
        fileprivate var checksum: UInt32
        fileprivate var packed: Int
        var size: Int
        fileprivate var headerOffset: Int
    }

    private let bytes: Data
    /// The members, in the order of the directory.
    let entries: [Entry]

    private static let endSignature: UInt32 = 0x0605_4B50
    private static let directorySignature: UInt32 = 0x0201_4B50
    private static let memberSignature: UInt32 = 0x0403_4B50

    /// Reads an archive's directory.
    init(_ bytes: Data) throws(ZipArchiveError) {
        let bytes = bytes.startIndex == 0 ? bytes : Data(bytes)
        self.bytes = bytes
        // The end record is 22 bytes and a comment of up to 65,535.
        guard bytes.count >= 22 else { throw .notAnArchive }
        var end = bytes.count - 22
        let last = max(0, bytes.count - 22 - 65535)
        while Self.number(bytes, end, 4) != Self.endSignature {
            guard end > last else { throw .notAnArchive }
            end -= 1
        }
        let count = Int(Self.number(bytes, end + 10, 2))
        var at = Int(Self.number(bytes, end + 16, 4))
        guard count != 0xFFFF, at != 0xFFFF_FFFF else { throw .unsupported("the zip64 format") }
        var entries: [Entry] = []
        for _ in 0..<count {
            guard at + 46 <= bytes.count, Self.number(bytes, at, 4) == Self.directorySignature else {
                throw .damaged("its directory is not whole")
            }
            let nameLength = Int(Self.number(bytes, at + 28, 2))
            let next = at + 46 + nameLength + Int(Self.number(bytes, at + 30, 2) + Self.number(bytes, at + 32, 2))
            guard next <= bytes.count else { throw .damaged("its directory is not whole") }
            guard Self.number(bytes, at + 8, 2) & 1 == 0 else { throw .unsupported("encryption") }
            let path = String(decoding: bytes[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self)
            let madeOnUnix = Self.number(bytes, at + 5, 1) == 3
            let attributes = Self.number(bytes, at + 38, 4) >> 16
            let kind = madeOnUnix ? attributes & 0o170000 : 0
            entries.append(
                Entry(
                    path: path, mode: madeOnUnix && attributes & 0o777 != 0 ? UInt16(attributes & 0o777) : nil,
                    isDirectory: path.hasSuffix("/") || kind == 0o040000, isSymbolicLink: kind == 0o120000,
                    method: UInt16(Self.number(bytes, at + 10, 2)), checksum: Self.number(bytes, at + 16, 4),
                    packed: Int(Self.number(bytes, at + 20, 4)), size: Int(Self.number(bytes, at + 24, 4)),
                    headerOffset: Int(Self.number(bytes, at + 42, 4))))
            at = next
        }
        self.entries = entries
    }

    private static func number(_ bytes: Data, _ at: Int, _ count: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in (0..<count).reversed() { value = value << 8 | UInt32(bytes[at + index]) }
        return value
    }

    /// The content of a member.
    func content(of entry: Entry) throws(ZipArchiveError) -> Data {
        let header = entry.headerOffset
        guard header + 30 <= bytes.count, Self.number(bytes, header, 4) == Self.memberSignature else {
            throw .damaged("\(entry.path) is not where the directory says")
        }
        let start =
            header + 30 + Int(Self.number(bytes, header + 26, 2)) + Int(Self.number(bytes, header + 28, 2))
        guard start + entry.packed <= bytes.count else { throw .damaged("\(entry.path) is cut off") }
        let packed = bytes[start..<(start + entry.packed)]
        let content: Data
        switch entry.method {
        case 0: content = Data(packed)
        case 8: content = try Self.inflate(packed, to: entry.size, path: entry.path)
        default: throw .unsupported("compression method \(entry.method) of \(entry.path)")
        }
        let checksum = content.withUnsafeBytes { raw in
            crc32(0, raw.bindMemory(to: UInt8.self).baseAddress, UInt32(raw.count))
        }
        guard content.count == entry.size, content.isEmpty || UInt32(checksum) == entry.checksum else {
            throw .damaged("the checksum of \(entry.path) is wrong")
        }
        return content
    }

    private static func inflate(_ packed: Data, to size: Int, path: String) throws(ZipArchiveError) -> Data {
        guard size > 0 else { return Data() }
        var stream = z_stream()
        guard czlib_start_inflating(&stream) == Z_OK else { throw .damaged("\(path) cannot be unpacked") }
        defer { inflateEnd(&stream) }
        var content = Data(count: size)
        // The directory says how long the content is: what is longer does not fit, and is refused.
        let status = packed.withUnsafeBytes { input in
            content.withUnsafeMutableBytes { output in
                stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(output.count)
                return CZlib.inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END, Int(stream.total_out) == size else {
            throw .damaged("\(path) cannot be unpacked")
        }
        return content
    }
}
