/// The characters that the reading model knows, by the index of its output. Index 0 is the blank of CTC: "no character here".
struct CharacterTable: Sendable {
    let characters: [String]

    /// - Parameter text: the table's file, one character a line; its first line is "blank", its last one a space.
    init(parsing text: String) {
        // By bytes: to Swift the two of a Windows line end are one character.
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
        if lines.last == "" { lines.removeLast() }
        characters = lines
    }

    var count: Int { characters.count }

    /// Nil for the blank and for what is not in the table.
    subscript(index: Int) -> String? {
        index > 0 && index < characters.count ? characters[index] : nil
    }
}
