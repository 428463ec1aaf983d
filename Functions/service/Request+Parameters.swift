import LambdaEvents

extension Request {
    /// Lets only the query parameters pass that the operation has, each once.
    ///
    /// - Throws: `HTTPError` 400.
    func refuseParameters(unknownTo operation: Operation) throws(HTTPError) {
        let known = operation.parameters.filter { $0.place == .query }.map(\.name)
        var seen: Set<String> = []
        for item in queryItems.items {
            guard known.contains(item.name) else {
                throw HTTPError(
                    400, "UnknownParameter",
                    "The query parameter '\(item.name)' is not known; possible are \(known.joined(separator: ", ")).")
            }
            guard seen.insert(item.name).inserted else {
                throw HTTPError(400, "InvalidParameter", "The query parameter '\(item.name)' is there twice.")
            }
        }
    }

    /// A query parameter that is one of several words; nil where it is absent.
    ///
    /// - Throws: `HTTPError` 400.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, of type: Value.Type
    ) throws(HTTPError) -> Value? where Value.RawValue == String {
        guard let text = query(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            throw HTTPError(
                400, "InvalidParameter",
                "The query parameter '\(name)' must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))."
            )
        }
        return value
    }

    /// The query parameter `limit`.
    ///
    /// - Throws: `HTTPError` 400.
    func limit(_ standard: Int, maximum: Int) throws(HTTPError) -> Int {
        let limit = try query("limit", as: Int.self) ?? standard
        guard (1...maximum).contains(limit) else {
            throw HTTPError(400, "InvalidParameter", "The query parameter 'limit' must be from 1 to \(maximum).")
        }
        return limit
    }
}
