import Synchronization

/// Parsed expressions by their text: programs use a handful of texts with ever new values.
///
/// Two generations bound it: when the younger is full it becomes the older, and what is asked for again moves back.
final class ExpressionCache: Sendable {
    private enum Entry: Sendable {
        case condition(ParsedCondition)
        case update(ParsedUpdate)
        case projection(ParsedProjection)
    }

    private struct Key: Hashable {
        var kind: ExpressionKind
        var text: String
    }

    private struct Generations {
        var young: [Key: Entry] = [:]
        var old: [Key: Entry] = [:]
    }

    private let capacity: Int
    private let generations = Mutex(Generations())

    /// - Parameter capacity: how many expressions a generation holds.
    init(capacity: Int = 512) { self.capacity = capacity }

    func condition(_ text: String, kind: ExpressionKind) throws -> ParsedCondition {
        let key = Key(kind: kind, text: text)
        if case .condition(let parsed)? = find(key) { return parsed }
        let parsed = try ConditionParser.parse(text, kind: kind)
        keep(.condition(parsed), key)
        return parsed
    }

    func update(_ text: String) throws -> ParsedUpdate {
        let key = Key(kind: .update, text: text)
        if case .update(let parsed)? = find(key) { return parsed }
        let parsed = try UpdateParser.parse(text)
        keep(.update(parsed), key)
        return parsed
    }

    func projection(_ text: String) throws -> ParsedProjection {
        let key = Key(kind: .projection, text: text)
        if case .projection(let parsed)? = find(key) { return parsed }
        let parsed = try ProjectionParser.parse(text)
        keep(.projection(parsed), key)
        return parsed
    }

    /// How many are held.
    var count: Int { generations.withLock { $0.young.count + $0.old.count } }

    private func find(_ key: Key) -> Entry? {
        generations.withLock { generations in
            if let entry = generations.young[key] { return entry }
            guard let entry = generations.old.removeValue(forKey: key) else { return nil }
            keep(entry, key, in: &generations)
            return entry
        }
    }

    private func keep(_ entry: Entry, _ key: Key) { generations.withLock { keep(entry, key, in: &$0) } }

    private func keep(_ entry: Entry, _ key: Key, in generations: inout Generations) {
        if generations.young.count >= capacity {
            generations.old = generations.young
            generations.young = [:]
        }
        generations.young[key] = entry
    }
}
