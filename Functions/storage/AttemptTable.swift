import AWSClient
import Pictures

/// The table that counts log-ins which failed or have not ended yet. Its rows go away by themselves.
struct AttemptTable: Sendable {
    let database: DynamoDBClient
    let name: String

    /// Something that attempts are counted for, with how many there may be.
    struct Subject: Sendable, Hashable {
        var text: String
        var limit: Int
    }

    static func subjects(_ username: String, address: String, _ limits: AttemptLimits) -> [Subject] {
        [
            Subject(text: "pair#\(username)#\(address)", limit: limits.perUserAndAddress),
            Subject(text: "user#\(username)", limit: limits.perUser),
            Subject(text: "address#\(address)", limit: limits.perAddress),
        ]
    }

    /// Counts an attempt before it is made, so that many at once cannot be more than the limit.
    ///
    /// - Returns: seconds to wait, where there have been too many; nil where this one may go ahead.
    func begin(
        _ subjects: [Subject], window: Int64, now: Timestamp, _ options: CallOptions
    ) async throws -> Int64? {
        let start = now.seconds - now.seconds % window
        var counted: [Subject] = []
        for subject in subjects {
            do {
                try await add(
                    1, to: subject, start, expires: start + 2 * window,
                    condition: "attribute_not_exists(#attempts) OR #attempts < :limit",
                    values: [":limit": .number(subject.limit)], options)
                counted.append(subject)
            } catch AWSError.Code.conditionalCheckFailed {
                try await end(counted, window: window, now: now, options)
                return start + window - now.seconds
            }
        }
        return nil
    }

    /// Takes attempts back that were no failures.
    func end(_ subjects: [Subject], window: Int64, now: Timestamp, _ options: CallOptions) async throws {
        let start = now.seconds - now.seconds % window
        for subject in subjects {
            try await add(
                -1, to: subject, start, expires: start + 2 * window, condition: nil, values: [:], options)
        }
    }

    private func add(
        _ count: Int, to subject: Subject, _ start: Int64, expires: Int64, condition: String?, values: Item,
        _ options: CallOptions
    ) async throws {
        var values = values
        values[":count"] = .number(count)
        values[":expires"] = .number(expires)
        try await database.updateItem(
            table: name, key: ["subject": .string("\(subject.text)#\(start)")],
            update: "SET #expires = :expires ADD #attempts :count", condition: condition,
            names: ["#expires": "expiresAt", "#attempts": "attempts"], values: values, options: options)
    }
}
