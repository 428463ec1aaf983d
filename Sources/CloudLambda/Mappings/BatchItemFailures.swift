import JSONValue

/// Reads the answer of a function that names the messages which failed (`ReportBatchItemFailures`).
///
/// Source: "Handling errors for an SQS event source in Lambda", success and failure conditions.
enum BatchItemFailures {
    /// What an answer says of a batch.
    ///
    /// - Parameters:
    ///   - payload: the function's answer.
    ///   - batch: the identifiers of the messages in the event.
    static func verdict(of payload: some Collection<UInt8>, batch: Set<String>) -> BatchVerdict {
        let unreadable = BatchVerdict.failedWholly(.functionFailed)
        guard payload.contains(where: { !isSpace($0) }) else { return .succeeded }
        guard let answer = try? JSONValue(parsing: payload) else { return unreadable }
        switch answer {
        case .null, .string(""): return .succeeded
        case .object(let members):
            switch members["batchItemFailures"] {
            case nil, .null: return .succeeded
            case .array(let items):
                var failed: Set<String> = []
                for item in items {
                    // A name that is wrong or empty, or of another batch: who knows which messages are meant.
                    guard let id = item["itemIdentifier"]?.string, batch.contains(id) else { return unreadable }
                    failed.insert(id)
                }
                return failed.isEmpty ? .succeeded : .failed(failed)
            default: return unreadable
            }
        default: return unreadable
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
