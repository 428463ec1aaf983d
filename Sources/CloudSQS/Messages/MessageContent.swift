/// What a message carries; it never changes.
struct MessageContent: Sendable {
    var messageID: String
    var body: String
    /// The MD5 of the body, in hexadecimal digits.
    var digest: String
    /// Who sent it.
    var sender: String
    /// The attributes as ``MessageAttribute/stored(_:)`` reads them; nil for none.
    var attributes: String?
    var group: String?
    var deduplicationID: String?
    /// The value of the system attribute `AWSTraceHeader`.
    var trace: String?
}
