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
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 0x0A)
            let room = lineLimit - partial.count
            if let end, end - rest.startIndex <= room {
                if partial.isEmpty {
                    line(Self.text(rest[..<end]))
                } else {
                    partial.append(contentsOf: rest[..<end])
                    line(Self.text(partial))
                    partial.removeAll(keepingCapacity: partial.capacity <= 4096)
                }
                rest = rest[(end + 1)...]
            } else if rest.count >= room {
                partial.append(contentsOf: rest.prefix(room))
                line(Self.text(partial))
                partial.removeAll(keepingCapacity: true)
                rest = rest.dropFirst(room)
            } else {
                partial.append(contentsOf: rest)
                rest = rest[rest.endIndex...]
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
        line(Self.text(partial))
        partial = []
    }

    /// Another call begins, with a limit of its own.
    mutating func beginCall() { taken = 0 }

    private static func text(_ bytes: some BidirectionalCollection<UInt8>) -> String {
        String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
}
