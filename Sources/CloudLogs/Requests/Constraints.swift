import CloudCore

/// The constraints of a request's shape, checked together: all that are violated are told at once.
struct Constraints {
    private var violations: [String] = []

    /// Notes a violation of a member, by its name and the value it has.
    mutating func violate(_ name: String, _ value: String?, _ rule: String) {
        violations.append(
            "Value \(value.map { "'\($0)'" } ?? "null") at '\(name)' failed to satisfy constraint: \(rule)")
    }

    /// - Throws: ``ServiceError`` `InvalidParameterException` where anything was violated.
    func finish() throws(ServiceError) {
        guard !violations.isEmpty else { return }
        throw .logs(
            .invalidParameter,
            "\(violations.count) validation error\(violations.count == 1 ? "" : "s") detected: "
                + violations.joined(separator: "; "))
    }
}
