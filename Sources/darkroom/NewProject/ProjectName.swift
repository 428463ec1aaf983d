/// A name that does as a folder, a Swift target, a program and a Lambda function.
struct ProjectName {
    let text: String

    /// Lambda's functions have names of at most 64 characters.
    static let longest = 64

    /// Modules that a function is built with, and names that the compiler keeps.
    private static let reserved: Set<String> = [
        "awsclient", "awssigning", "bootstrap", "ccurl", "copenssl", "darkroom", "digests", "foundation",
        "foundationessentials", "glibc", "jsonvalue", "lambdaevents", "lambdaruntime", "main", "swift",
        "synchronization",
    ]

    /// - Throws: ``NewProjectError``.
    init(_ text: String) throws(NewProjectError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let first = text.utf8.first, Self.isLetter(first), text.utf8.count <= Self.longest,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { Self.isLetter($0) || Self.isDigit($0) } })
        else { throw .invalidName(text) }
        guard !Self.reserved.contains(text.lowercased()) else { throw .reservedName(text) }
        self.text = text
    }

    /// The name of the function's resource in the template, which has letters and digits only.
    var logicalID: String { text.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
