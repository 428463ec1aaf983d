import CloudCore

/// Which pages of other origins may use a bucket.
struct CORSConfiguration: Sendable, Equatable {
    struct Rule: Sendable, Equatable {
        var allowedOrigins: [String]
        var allowedMethods: [String]
        var allowedHeaders: [String]
        var exposedHeaders: [String]
        var maxAge: Int?
    }

    static let ruleLimit = 100
    private static let methods: Set<String> = ["GET", "PUT", "POST", "DELETE", "HEAD"]

    var rules: [Rule]

    /// Reads a `CORSConfiguration` document.
    ///
    /// - Throws: `MalformedXML`, `InvalidRequest`.
    init(document: XMLElement) throws(ServiceError) {
        guard document.name == "CORSConfiguration" else { throw .s3(.malformedXML) }
        rules = []
        for element in document.all("CORSRule") {
            let rule = Rule(
                allowedOrigins: element.all("AllowedOrigin").map(\.text),
                allowedMethods: element.all("AllowedMethod").map(\.text),
                allowedHeaders: element.all("AllowedHeader").map(\.text),
                exposedHeaders: element.all("ExposeHeader").map(\.text),
                maxAge: try element.text(of: "MaxAgeSeconds").map { text throws(ServiceError) in
                    guard let seconds = Int(text.trimmingSpaces) else { throw .s3(.malformedXML) }
                    return seconds
                })
            guard !rule.allowedOrigins.isEmpty, !rule.allowedMethods.isEmpty else { throw .s3(.malformedXML) }
            if let method = rule.allowedMethods.first(where: { !Self.methods.contains($0) }) {
                throw .s3(
                    .invalidRequest, "Found unsupported HTTP method in CORS config. Unsupported method is \(method)")
            }
            for pattern in rule.allowedOrigins + rule.allowedHeaders
            where pattern.utf8.count(where: { $0 == UInt8(ascii: "*") }) > 1 {
                throw .s3(.invalidRequest, "AllowedOrigin \"\(pattern)\" can not have more than one wildcard.")
            }
            rules.append(rule)
        }
        guard (1...Self.ruleLimit).contains(rules.count) else { throw .s3(.malformedXML) }
    }

    /// The first rule that allows a request.
    ///
    /// - Parameter headers: the names of the fields that the page wants to send.
    func rule(origin: String, method: String, headers: [String] = []) -> Rule? {
        rules.first { rule in
            rule.allowedMethods.contains(method) && rule.allowedOrigins.contains { Self.matches($0, origin) }
                && headers.allSatisfy { header in
                    rule.allowedHeaders.contains { Self.matches($0.lowercased(), header.lowercased()) }
                }
        }
    }

    /// Whether a text fits a pattern with at most one `*`, which stands for anything.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return pattern == text }
        let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
        return text.utf8.count >= head.utf8.count + tail.utf8.count && text.hasPrefix(head) && text.hasSuffix(tail)
    }
}
