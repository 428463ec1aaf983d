import Digests

/// The name of one receipt of a message: opaque to callers, bound to the queue, and signed, so that a forged handle is
/// told from an outdated one without anything being kept of receipts that are past.
struct ReceiptHandle: Sendable, Equatable {
    var queue: Int64
    var row: Int64
    var receipt: Int64

    private static let signatureLength = 16

    /// The handle as callers get it.
    func text(key: [UInt8]) -> String {
        let content = content
        return Base64.encode(content + HMAC.sha256(content, key: key).prefix(Self.signatureLength))
    }

    /// Reads a handle; nil for what this cloud did not write.
    init?(_ text: String, key: [UInt8]) {
        guard let bytes = Base64.decode(text), bytes.count == 24 + Self.signatureLength else { return nil }
        let content = Array(bytes.prefix(24))
        let signature = Array(HMAC.sha256(content, key: key).prefix(Self.signatureLength))
        guard equalInConstantTime(signature, Array(bytes.suffix(Self.signatureLength))) else { return nil }
        func number(at offset: Int) -> Int64 { content[offset..<(offset + 8)].reduce(0) { $0 << 8 | Int64($1) } }
        self.init(queue: number(at: 0), row: number(at: 8), receipt: number(at: 16))
    }

    init(queue: Int64, row: Int64, receipt: Int64) {
        self.queue = queue
        self.row = row
        self.receipt = receipt
    }

    private var content: [UInt8] {
        [queue, row, receipt].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - $0 * 8)) }
        }
    }
}
