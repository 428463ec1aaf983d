/// The number of a message in a FIFO queue: 20 digits, growing, far apart, as SQS writes them.
enum SequenceNumber {
    static func text(_ ordinal: Int64) -> String {
        let number = String(880_000_000_000_000_000 &+ ordinal &* 256)
        return "18" + String(repeating: "0", count: max(0, 18 - number.utf8.count)) + number
    }
}
