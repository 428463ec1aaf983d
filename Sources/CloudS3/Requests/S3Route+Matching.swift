import CloudCore
import NIOHTTP1

extension S3Route {
    /// The operation that a request asks for; nil where there is none of this method and scope.
    static func operation(
        method: String, scope: Scope, query: QueryItems, headers: HTTPHeaders
    ) -> S3Operation? {
        table.first { route in
            route.scope == scope && route.method == method
                && route.query.allSatisfy { $0.isPresent(in: query) }
                && route.headers.allSatisfy { headers.contains(name: $0) }
        }?.operation
    }
}

extension String {
    /// Whether a query has the parameter that this marker means.
    fileprivate func isPresent(in query: QueryItems) -> Bool {
        if query.isEmpty { return false }
        guard let equals = firstIndex(of: "=") else { return query.contains(self) }
        return query[String(self[..<equals])] == String(self[index(after: equals)...])
    }
}
