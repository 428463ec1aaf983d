import Foundation

/// Cuts what a process writes into lines, within bounds whatever it writes.
struct OutputLines: Sendable {
    /// The longest event that CloudWatch Logs takes, less what it counts for each (26 bytes).
    static let lineLimit = 256 * 1024 - 26
    /// How much output of one call, or between two, is kept.
    static let outputLimit = 64 * 1024 * 1024

    private var partial: [UInt8] = []
    private var taken = 0
    private let lineLimit: Int
    private let outputLimit: Int

    init(lineLimit: Int = lineLimit, outputLimit: Int = outputLimit) {
        self.lineLimit = lineLimit
        self.outputLimit = outputLimit
    }

    /// Takes in bytes and hands on the lines that they complete. Lines that are too long are cut in pieces; output past
    /// the limit is dropped, which one line says.
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ line: (String) -> Void) {
        guard taken < outputLimit else { return }
        taken += bytes.count
        var rest = bytes
        while let start = rest.baseAddress, rest.count > 0 {
            // The length of the line's rest, where its end is there.
            let length = memchr(start, 0x0A, rest.count).map { UnsafeRawPointer($0) - start }
            let room = lineLimit - partial.count
            if let length, length <= room {
                let piece = UnsafeRawBufferPointer(rebasing: rest[..<length])
                if partial.isEmpty {
                    line(Self.text(piece))
                } else {
                    partial.append(contentsOf: piece)
                    partial.withUnsafeBytes { line(Self.text($0)) }
                    partial.removeAll(keepingCapacity: partial.capacity <= 4096)
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
            } else if rest.count >= room {
                partial.append(contentsOf: rest[..<room])
                partial.withUnsafeBytes { line(Self.text($0)) }
                partial.removeAll(keepingCapacity: true)
                rest = UnsafeRawBufferPointer(rebasing: rest[room...])
            } else {
                partial.append(contentsOf: rest)
                break
            }
        }
        if taken >= outputLimit {
            flush(line)
            line("[more than \(outputLimit) bytes of output: the rest is dropped until the next call]")
        }
    }

    /// Hands on what stands behind the last end of a line.
    mutating func flush(_ line: (String) -> Void) {
        guard !partial.isEmpty else { return }
        partial.withUnsafeBytes { line(Self.text($0)) }
        partial = []
    }

    /// Another call begins, with a limit of its own.
    mutating func beginCall() { taken = 0 }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        let count = bytes.last == 0x0D ? bytes.count - 1 : bytes.count
        return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<count]), as: UTF8.self)
    }
}
