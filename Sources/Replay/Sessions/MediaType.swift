/// A `Content-Type`, as far as a body is read by it.
struct MediaType: Sendable, Equatable {
    /// Type and subtype in lower case.
    var essence: String
    /// What stands between the parts of a multipart body.
    var boundary: String?

    init(_ value: String) {
        let parts = value.split(separator: ";")
        essence = parts.first.map { $0.filter { $0 != " " }.lowercased() } ?? ""
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == "boundary" else { continue }
            boundary = pair[1].filter { $0 != "\"" && $0 != " " }
        }
    }

    /// Whether a body of this type is a form that is written as a query.
    var isForm: Bool { essence == "application/x-www-form-urlencoded" }
}
