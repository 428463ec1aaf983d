/// Which columns of an upright line of text bear ink: where its words begin and end, finer than the model's steps can tell.
///
/// A column bears ink where its brightness varies from top to bottom by a good part of what it varies in the line's
/// liveliest columns. On a restless background every column does; then nothing is found, and the caller keeps the places
/// that it has from the model.
struct InkProfile: Equatable {
    let columns: [Bool]

    init(columns: [Bool]) {
        self.columns = columns
    }

    /// - Parameter contrasts: for each column, how much its brightness varies (any unit).
    init(contrasts: [Float], share: Float = 0.3) {
        let sorted = contrasts.sorted()
        let lively = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 9 / 10)]
        let threshold = lively * share
        columns = contrasts.map { $0 > threshold }
    }

    /// The stretch without ink of which most lies between two fractions of the width, with what of it lies beyond them, as
    /// fractions; nil where there is none.
    func widestGap(from start: Double, to end: Double) -> Range<Double>? {
        var best = 0..<0
        var index = column(start)
        let last = column(end)
        while index < last {
            guard !columns[index] else {
                index += 1
                continue
            }
            let first = index
            while index < last, !columns[index] { index += 1 }
            if index - first > best.count { best = first..<index }
        }
        guard !best.isEmpty else { return nil }
        var (lower, upper) = (best.lowerBound, best.upperBound)
        while lower > 0, !columns[lower - 1] { lower -= 1 }
        while upper < columns.count, !columns[upper] { upper += 1 }
        return Double(lower) / Double(columns.count)..<Double(upper) / Double(columns.count)
    }

    private func column(_ fraction: Double) -> Int {
        guard fraction > 0, !columns.isEmpty else { return 0 }
        return fraction < 1 ? Int(fraction * Double(columns.count)) : columns.count
    }
}
