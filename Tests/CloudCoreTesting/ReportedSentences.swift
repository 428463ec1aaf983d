import Synchronization

/// What a service told the person at the terminal.
public final class ReportedSentences: Sendable {
    private let sentences = Mutex<[String]>([])

    /// Nothing yet.
    public init() {}

    /// The sentences, in order.
    public var all: [String] { sentences.withLock { $0 } }

    /// Takes a sentence.
    public func add(_ sentence: String) { sentences.withLock { $0.append(sentence) } }
}
