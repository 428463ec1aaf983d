import Digests

/// What a replay puts in place of the references: what came out of its own answers, and what it makes up.
struct SecretValues: Sendable {
    /// There is nothing to put in place of a reference.
    struct Missing: Error, Sendable, Equatable {
        var sentence: String
    }

    private var answers: [Int: ReceivedAnswer] = [:]
    private var made: [SecretReference: String] = [:]
    /// By name or by number, as a person gave them.
    private let provided: [String: String]
    private let random: @Sendable (Int) -> [UInt8]
    /// Secrets that the caller knew and nobody has told the replay: what differs may differ for their want.
    private(set) var madeUp: Set<String> = []

    init(provided: [String: String], random: @escaping @Sendable (Int) -> [UInt8]) {
        self.provided = provided
        self.random = random
    }

    /// Keeps an answer for the references into it.
    mutating func keep(_ answer: ReceivedAnswer, of exchange: Int) { answers[exchange] = answer }

    /// The value for a reference.
    mutating func value(of reference: SecretReference) throws(Missing) -> String {
        switch reference {
        case .answer(let exchange, let place):
            guard let value = answers[exchange]?.text(at: place) else {
                throw Missing(
                    sentence: "exchange \(exchange) has not answered anything at \(place.text), which is needed here")
            }
            return value
        case .password(let number, let length):
            if let value = provided["password:\(number)"] { return value }
            if let value = made[reference] { return value }
            let value = password(length: length)
            made[reference] = value
            return value
        case .given(let number, let name, let isNumber):
            if let value = provided[name] ?? provided[String(number)] { return value }
            if let value = made[reference] { return value }
            let value = isNumber ? number6() : Hex.encode(random(16))
            made[reference] = value
            madeUp.insert(name)
            return value
        }
    }

    /// One that the usual rules for passwords accept: long, with letters of both cases, digits and a mark. Its length is
    /// the recorded one where that may be what the exchange is about.
    private func password(length: Int?) -> String {
        let text = "Aa1-" + Hex.encode(random(max(10, (length ?? 0) / 2)))
        return length.map { String(text.prefix($0)) } ?? text
    }

    private func number6() -> String {
        let bytes = random(3)
        return String(100_000 + bytes.reduce(0) { $0 << 8 | Int($1) } % 900_000)
    }
}
