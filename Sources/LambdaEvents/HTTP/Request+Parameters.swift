extension Request {
    /// The value that the route's `{name}` stands for.
    ///
    /// - Throws: ``HTTPError`` 500 where the route has no such parameter: a mistake in the program.
    public func path(_ name: String) throws(HTTPError) -> String {
        guard let value = parameters[name] else {
            throw HTTPError(500, "InternalError", "The route has no path parameter '\(name)'.")
        }
        return value
    }

    /// The value that the route's `{name}` stands for, as a number or another type that has a text form.
    ///
    /// - Throws: ``HTTPError`` 400 `InvalidParameter`, naming the parameter.
    public func path<Value: LosslessStringConvertible>(
        _ name: String, as type: Value.Type
    ) throws(HTTPError) -> Value {
        try Self.convert(try path(name), as: type, "path parameter '\(name)'")
    }

    /// The first value of a query parameter; nil where it is absent.
    public func query(_ name: String) -> String? { queryItems[name] }

    /// The first value of a query parameter, as a number or another type that has a text form; nil where it is absent.
    ///
    /// - Throws: ``HTTPError`` 400 `InvalidParameter`, naming the parameter.
    public func query<Value: LosslessStringConvertible>(
        _ name: String, as type: Value.Type
    ) throws(HTTPError) -> Value? {
        guard let text = queryItems[name] else { return nil }
        return try Self.convert(text, as: type, "query parameter '\(name)'")
    }

    /// A query parameter that must be there.
    ///
    /// - Throws: ``HTTPError`` 400 `MissingParameter` or `InvalidParameter`, naming the parameter.
    public func requiredQuery<Value: LosslessStringConvertible>(
        _ name: String, as type: Value.Type = String.self
    ) throws(HTTPError) -> Value {
        guard let value = try query(name, as: type) else {
            throw HTTPError(400, "MissingParameter", "The query parameter '\(name)' is missing.")
        }
        return value
    }

    /// The value of the first cookie of a name; browsers send the most specific one first.
    public func cookie(_ name: String) -> String? { cookies.first { $0.name == name }?.value }

    private static func convert<Value: LosslessStringConvertible>(
        _ text: String, as type: Value.Type, _ what: String
    ) throws(HTTPError) -> Value {
        guard let value = Value(text) else {
            throw HTTPError(400, "InvalidParameter", "The \(what) is not \(noun(for: type)).")
        }
        return value
    }

    private static func noun(for type: Any.Type) -> String {
        switch type {
        case is any UnsignedInteger.Type: "a whole number from 0"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is Bool.Type: "'true' or 'false'"
        default: "a \(type)"
        }
    }
}
