// `environ` is a plain variable of the C library's: read here once, before there are other threads.
#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Musl)
    @preconcurrency import Musl
#elseif canImport(Darwin)
    @preconcurrency import Darwin
#endif

/// Environment variables as a value, so that whoever needs a setting is handed it.
public struct Environment: Sendable, Hashable {
    private let variables: [String: String]

    /// An environment of just these variables.
    public init(_ variables: [String: String] = [:]) { self.variables = variables }

    /// A copy of this process's variables as they are now.
    public static var process: Environment {
        var variables: [String: String] = [:]
        #if canImport(Darwin)
            var entry = _NSGetEnviron().pointee
        #else
            var entry = environ
        #endif
        while let text = entry.pointee {
            // Values may hold further equals signs.
            let line = String(cString: text)
            if let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")) {
                variables[String(line[..<equals])] = String(line[line.utf8.index(after: equals)...])
            }
            entry += 1
        }
        return Environment(variables)
    }

    /// The value of a variable; nil where it is not set.
    public subscript(name: String) -> String? { variables[name] }

    /// The value of a variable that the function cannot do without.
    ///
    /// - Throws: ``MissingVariable`` where it is not set or empty; at a cold start that fails the initialisation with a
    ///   message that names it.
    public func require(_ name: String) throws(MissingVariable) -> String {
        guard let value = variables[name], !value.isEmpty else { throw MissingVariable(name: name) }
        return value
    }

    /// A whole number in a variable; nil where it is not set or no number.
    public func int(_ name: String) -> Int? { variables[name].flatMap { Int($0) } }
}

extension Environment: ExpressibleByDictionaryLiteral {
    /// The variables listed; of a name listed twice, the last value.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}

/// A setting that a function needs is not there.
public struct MissingVariable: Error, Sendable, Hashable, CustomStringConvertible {
    /// The variable's name.
    public let name: String

    /// Says what to do about it.
    public var description: String {
        "The environment variable \(name) is not set. Set it under the function's Environment in the template."
    }
}
