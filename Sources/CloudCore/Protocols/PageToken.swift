import Digests

/// The tokens of lists that go on behind a name.
public enum PageToken {
    /// The token of what comes behind a name.
    public static func text(after last: String) -> String { Base64.encode(Array(last.utf8)) }

    /// The name in a token; nil where it is none of these.
    public static func position(in token: String) -> String? {
        Base64.decode(token).flatMap { String(validating: $0, as: UTF8.self) }
    }
}

extension InputMembers {
    /// A page of a list that is in the order of its elements' names, behind what `NextToken` says, and the token of the
    /// next one.
    ///
    /// - Parameters:
    ///   - limit: the member that says how many elements a page has: 1 to 100, which it is without it.
    ///   - invalidToken: what a token that this cloud never gave is refused with.
    /// - Throws: `ValidationException`, `SerializationException`, `invalidToken`.
    public func page<Element>(
        of elements: [Element], limit: String, invalidToken: ServiceError, name: (Element) -> String
    ) throws(ServiceError) -> (elements: [Element], next: String?) {
        let limit = try integer(limit, in: 1...100) ?? 100
        var rest = elements[...]
        if let token = try text("NextToken", length: 1...2048) {
            guard let last = PageToken.position(in: token) else { throw invalidToken }
            rest = rest.drop { name($0) <= last }
        }
        let page = Array(rest.prefix(limit))
        return (page, rest.count > limit ? page.last.map { PageToken.text(after: name($0)) } : nil)
    }
}
