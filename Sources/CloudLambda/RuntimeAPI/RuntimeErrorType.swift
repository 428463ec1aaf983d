/// The type of an error that a runtime reports, as far as the platform believes it.
enum RuntimeErrorType {
    /// The header's value where it names an error of the runtime or of the function; a class of its own otherwise.
    static func sanitised(_ header: String?) -> String {
        guard let header else { return "Runtime.Unknown" }
        for (prefix, other) in [("Runtime.", "Runtime.Unknown"), ("Function.", "Function.Unknown")]
        where header.hasPrefix(prefix) {
            let name = header.utf8.dropFirst(prefix.utf8.count)
            guard let first = name.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first), name.count > 1,
                name.allSatisfy({
                    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                })
            else { return other }
            return header
        }
        return "Runtime.Unknown"
    }
}
