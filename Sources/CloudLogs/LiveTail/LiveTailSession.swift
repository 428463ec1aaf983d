import JSONValue
import Synchronization

/// What one caller of `StartLiveTail` watches, and what has happened since it was told last.
final class LiveTailSession: Sendable {
    /// Which streams of a group are watched.
    enum Streams: Sendable {
        case all
        case named(Set<String>)
        case prefixed([String])

        func contains(_ name: String) -> Bool {
            switch self {
            case .all: true
            case .named(let names): names.contains(name)
            case .prefixed(let prefixes): prefixes.contains { name.hasPrefix($0) }
            }
        }
    }

    /// Events that one update tells of; of more, only so many are shown.
    static let updateLimit = 500

    private struct State {
        var results: [JSONValue] = []
        var isSampled = false
        var isEnded = false
    }

    /// Identifiers of groups as the caller wrote them, by the groups' names.
    private let groups: [String: String]
    private let streams: Streams
    private let pattern: FilterPattern
    private let state = Mutex(State())

    init(groups: [String: String], streams: Streams, pattern: FilterPattern) {
        self.groups = groups
        self.streams = streams
        self.pattern = pattern
    }

    func take(_ events: [StoredEvent], stream: String, group: String) {
        guard let identifier = groups[group], streams.contains(stream) else { return }
        for event in events where pattern.matches(event.message) {
            let hasRoom = state.withLock { state in
                guard state.results.count < Self.updateLimit else {
                    state.isSampled = true
                    return false
                }
                var result = event.description
                result["logStreamName"] = .string(stream)
                result["logGroupIdentifier"] = .string(identifier)
                state.results.append(.object(result))
                return true
            }
            if !hasRoom { return }
        }
    }

    /// What has happened since the last call, as a `sessionUpdate`; nil once the session has ended.
    func update() -> JSONObject? {
        state.withLock { state in
            guard !state.isEnded else { return nil }
            defer { (state.results, state.isSampled) = ([], false) }
            return [
                "sessionMetadata": ["sampled": .bool(state.isSampled)], "sessionResults": .array(state.results),
            ]
        }
    }

    func end() { state.withLock { $0.isEnded = true } }
}
