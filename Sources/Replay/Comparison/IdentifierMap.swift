/// Which identifier of the replay stands for which of the recording: one for one, everywhere.
struct IdentifierMap: Sendable {
    private var forward: [String: String] = [:]
    private var backward: [String: String] = [:]
    /// What callers had chosen themselves: it comes back as they said it.
    private var chosen: Set<String> = []

    /// What stands for a recorded identifier now; nil for one that has not been seen.
    subscript(expected: String) -> String? { forward[expected] }

    /// Notes what a caller sends that no answer has said before.
    mutating func choose(_ volatiles: [String]) {
        for text in volatiles where forward[text] == nil { chosen.insert(text) }
    }

    /// Whether a caller had chosen this.
    func isChosen(_ text: String) -> Bool { chosen.contains(text) }

    /// Takes `got` for `expected` from now on; false where either stands for another already.
    mutating func pair(_ expected: String, _ got: String) -> Bool {
        if chosen.contains(expected), expected != got { return false }
        switch (forward[expected], backward[got]) {
        case (nil, nil):
            forward[expected] = got
            backward[got] = expected
            return true
        case (let known?, _): return known == got
        case (nil, _?): return false
        }
    }
}
