import CloudCore

/// A function as callers name it: by name, partial ARN or whole ARN, with a qualifier or without.
struct FunctionName: Sendable, Equatable {
    var name: String
    /// A version or an alias.
    var qualifier: String?

    /// Reads a name.
    ///
    /// - Parameters:
    ///   - text: decoded, as in `name`, `name:alias`, `123456789012:function:name`,
    ///     `arn:aws:lambda:us-east-1:123456789012:function:name:alias`.
    ///   - qualifier: said apart from it.
    /// - Throws: ``ServiceError`` `InvalidParameterValueException` where both say a qualifier and they differ, and
    ///   `ValidationException` for what is no name.
    init(_ text: String, qualifier: String? = nil) throws(ServiceError) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        if parts.first == "arn" {
            guard parts.count >= 7, parts[parts.startIndex + 2] == "lambda" else { throw Self.invalid(text) }
            // arn:aws:lambda:<region>:<account>, then `function:<name>`.
            parts = parts.dropFirst(5)
            guard parts.first == "function" else { throw Self.invalid(text) }
        } else if parts.count >= 3, let marker = parts.firstIndex(of: "function"), marker - parts.startIndex <= 2 {
            // A region, an account, or both may stand before.
            parts = parts[marker...]
        }
        if parts.first == "function", parts.count > 1 { parts = parts.dropFirst() }
        guard let name = parts.first, parts.count <= 2, (1...140).contains(name.utf8.count),
            name.utf8.allSatisfy(Self.isNameByte)
        else { throw Self.invalid(text) }
        let own = parts.count == 2 ? parts.last.map(String.init) : nil
        let apart = qualifier?.isEmpty == true ? nil : qualifier
        if let own, let apart, own != apart {
            throw LambdaErrors.invalidParameter(
                "The derived qualifier from the function name does not match the specified qualifier.")
        }
        self.name = String(name)
        self.qualifier = own ?? apart
        if let qualifier = self.qualifier {
            guard (1...128).contains(qualifier.utf8.count),
                qualifier.utf8.allSatisfy({ Self.isNameByte($0) || $0 == UInt8(ascii: "$") })
            else { throw Self.invalid(text) }
        }
    }

    /// Whether a name may be given to a function.
    static func isValid(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func invalid(_ text: String) -> ServiceError {
        let pattern =
            #"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?"#
            + #"(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"#
        return LambdaErrors.validation(
            "1 validation error detected: Value '\(text.prefix(256))' at 'functionName' failed to satisfy constraint: "
                + "Member must satisfy regular expression pattern: \(pattern)")
    }
}
