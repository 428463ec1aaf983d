/// Finds the names that somebody meant who wrote another.
enum NearestNames {
    /// Up to three names that a few strokes turn into the one that was written, or that it is a part of; nearest first.
    static func of(_ name: String, in names: [String]) -> [String] {
        let written = Array(name.lowercased().prefix(100))
        let ranked = Set(names).compactMap { candidate -> (name: String, distance: Int)? in
            let short = candidate.lowercased().split(separator: "/").last.map(String.init) ?? candidate.lowercased()
            let distance = min(
                distance(written, Array(candidate.lowercased().prefix(100))),
                distance(written, Array(short.prefix(100))))
            if distance <= max(1, written.count / 3) { return (candidate, distance) }
            return written.count > 2 && candidate.lowercased().contains(name.lowercased())
                ? (candidate, written.count) : nil
        }
        return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// How many characters have to be added, left out or changed.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let changed = diagonal + (character == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
