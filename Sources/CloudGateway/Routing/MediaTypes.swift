/// Which media types are text and which are binary, as API Gateway sees them.
enum MediaTypes {
    /// Whether an HTTP API passes a body of this type on as text. Forms of either kind are binary to it.
    static func isText(_ contentType: String?) -> Bool? {
        guard let contentType else { return nil }
        let type = essence(of: contentType)
        if type.hasPrefix("text/") || type.hasSuffix("+json") || type.hasSuffix("+xml") { return true }
        return ["application/json", "application/javascript", "application/xml"].contains(type)
    }

    /// Whether a type, or one of an `Accept` list, is among patterns such as `image/*` and `*/*`.
    static func matches(_ header: String?, _ patterns: [String]) -> Bool {
        guard let header, !patterns.isEmpty else { return patterns.contains("*/*") }
        // Only the first type of a list counts, as API Gateway documents for `Accept`.
        let type = essence(of: header.split(separator: ",").first.map(String.init) ?? header)
        return patterns.contains { pattern in
            let pattern = pattern.lowercased()
            if pattern == "*/*" || pattern == type { return true }
            return pattern.hasSuffix("/*") && type.hasPrefix(pattern.dropLast())
        }
    }

    /// `text/html` of `Text/HTML; charset=utf-8`.
    static func essence(of contentType: String) -> String {
        let bare = contentType.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        return bare.split(separator: " ").joined().lowercased()
    }
}
