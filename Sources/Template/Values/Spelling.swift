/// Finds the name that somebody meant.
enum Spelling {
    /// The known name that is at most two letters away; nil when none is, or when the text is too short to tell.
    static func nearest(to text: String, in known: some Sequence<String>) -> String? {
        guard (4...64).contains(text.utf8.count) else { return nil }
        let letters = Array(text.lowercased().utf8)
        return
            known.map { (name: $0, distance: distance(letters, Array($0.lowercased().utf8))) }
            .filter { $0.distance <= 2 }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// How many letters must be put in, taken out or changed.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard abs(left.count - right.count) <= 2 else { return Int.max }
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let cost = min(diagonal + (letter == other ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[right.count]
    }
}
