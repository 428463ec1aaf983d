/// What was read in one rectangle.
struct LineReading {
    /// Where, with the direction in which it was read.
    var rectangle: OrientedRectangle
    /// Without spaces at the ends.
    var characters: [ReadCharacter]
    /// Which columns of the rectangle bear ink.
    var ink: InkProfile

    init(rectangle: OrientedRectangle, characters: [ReadCharacter], ink: InkProfile) {
        self.rectangle = rectangle
        let begun = characters.drop { $0.isSpace }
        let end = begun.lastIndex { !$0.isSpace }.map { $0 + 1 } ?? begun.startIndex
        self.characters = Self.withoutFullWidthForms(Array(begun[begun.startIndex..<end]))
        self.ink = ink
    }

    /// The model was trained on Chinese beside Latin text and writes some punctuation in full-width forms. In a line without
    /// ideographs these are the plain ones.
    private static func withoutFullWidthForms(_ characters: [ReadCharacter]) -> [ReadCharacter] {
        let scalars = characters.lazy.compactMap { $0.text.unicodeScalars.first?.value }
        guard !scalars.contains(where: { (0x2E80...0x9FFF).contains($0) || (0xAC00...0xD7AF).contains($0) }) else {
            return characters
        }
        return characters.map { character in
            guard let scalar = character.text.unicodeScalars.first, (0xFF01...0xFF5E).contains(scalar.value),
                let plain = Unicode.Scalar(scalar.value - 0xFF01 + 0x21)
            else { return character }
            var plainCharacter = character
            plainCharacter.text = String(plain)
            return plainCharacter
        }
    }
}
