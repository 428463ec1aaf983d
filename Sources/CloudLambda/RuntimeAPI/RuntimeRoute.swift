/// What a request to the Runtime API, or to the Extensions API beside it, asks for.
enum RuntimeRoute: Sendable, Equatable {
    case next
    case response(requestID: String)
    case error(requestID: String)
    case initError
    case restoreNext
    case restoreError
    case ping
    case registerExtension
    case nextExtensionEvent
    case extensionInitError
    case extensionExitError
    /// The path is known, with another method.
    case methodNotAllowed
    case notFound

    private static let prefix: String = "/2018-06-01"
    private static let extensionPrefix: String = "/2020-01-01/extension"

    /// Every route, as method, path and meaning; `{id}` stands for one part of a path.
    static let table: [(method: String, path: String, route: @Sendable (String) -> RuntimeRoute)] = [
        ("GET", "\(prefix)/runtime/invocation/next", { _ in .next }),
        ("POST", "\(prefix)/runtime/invocation/{id}/response", { .response(requestID: $0) }),
        ("POST", "\(prefix)/runtime/invocation/{id}/error", { .error(requestID: $0) }),
        ("POST", "\(prefix)/runtime/init/error", { _ in .initError }),
        ("GET", "\(prefix)/runtime/restore/next", { _ in .restoreNext }),
        ("POST", "\(prefix)/runtime/restore/error", { _ in .restoreError }),
        ("GET", "\(prefix)/ping", { _ in .ping }),
        ("POST", "\(extensionPrefix)/register", { _ in .registerExtension }),
        ("GET", "\(extensionPrefix)/event/next", { _ in .nextExtensionEvent }),
        ("POST", "\(extensionPrefix)/init/error", { _ in .extensionInitError }),
        ("POST", "\(extensionPrefix)/exit/error", { _ in .extensionExitError }),
    ]

    private static let parts = table.map { entry in
        (method: entry.method, parts: entry.path.split(separator: "/").map(String.init), route: entry.route)
    }

    /// Reads a request's method and path.
    init(method: String, path: String) {
        let asked = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        var isKnownPath = false
        for entry in Self.parts where entry.parts.count == asked.count {
            var id = ""
            let fits = zip(entry.parts, asked).allSatisfy { expected, part in
                if expected == "{id}", !part.isEmpty {
                    id = String(part)
                    return true
                }
                return expected == part
            }
            guard fits else { continue }
            if entry.method == method {
                self = entry.route(id)
                return
            }
            isKnownPath = true
        }
        self = isKnownPath ? .methodNotAllowed : .notFound
    }
}
