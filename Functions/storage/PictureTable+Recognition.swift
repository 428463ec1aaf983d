import AWSClient
import Pictures

/// Recognition of pictures, as their rows tell it.
///
/// Every write is bound to the object that was looked at. Objects are never written twice, so that their name says which
/// bytes a result is of: one for a picture that was replaced or deleted meanwhile finds no row and is thrown away.
///
/// Whoever recognises an upload first claims it with a mark of their own, which every further write of theirs is bound to
/// as well: of two that got the same message, one works, and one that was given up for lost cannot overwrite its successor.
extension PictureTable {
    /// What came of the attempt to claim a picture.
    enum ClaimOutcome: Sendable, Hashable {
        /// It is the caller's to recognise.
        case claimed
        /// It is recognised already.
        case done
        /// Somebody else is at it.
        case busy
        /// There is no row any more that points to the object.
        case replaced
    }

    /// Bytes that the findings of a picture may take in its row. An item may have 400 KB together with its entries in the
    /// local indexes, one of which holds all attributes.
    static let findingsByteLimit = 150_000

    /// Takes a picture up: from `queued`, from `failed` where it is tried again, from `running` where whoever was at it
    /// has been silent since `stale`.
    func claim(
        _ object: ObjectName, at key: PictureKey, mark: String, now: Timestamp, stale: Timestamp,
        _ options: CallOptions
    ) async throws -> ClaimOutcome {
        let condition = """
            #object = :object AND (#state IN (:queued, :failed) OR (#state = :running AND \
            (attribute_not_exists(#claimedAt) OR #claimedAt < :stale OR #claim = :claim)))
            """
        let isClaimed = try await update(
            object, key, set: ["state": Self.state(.running), "claim": .string(mark), "claimedAt": Self.time(now)],
            remove: ["failure"], condition: condition,
            values: [
                ":queued": Self.state(.queued), ":failed": Self.state(.failed), ":running": Self.state(.running),
                ":stale": Self.time(stale), ":claim": .string(mark),
            ], options)
        if isClaimed != nil { return .claimed }
        guard let record = try await record(object.owner, key, options), record.object == object else {
            return .replaced
        }
        return record.recognition == .done ? .done : .busy
    }

    /// Stores what a claimed picture showed.
    ///
    /// - Returns: whether the claim still held.
    func finish(
        _ object: ObjectName, at key: PictureKey, mark: String, _ findings: RecognitionFindings, now: Timestamp,
        _ options: CallOptions
    ) async throws -> Bool {
        var (set, remove) = Self.changes(findings, now: now)
        set["state"] = Self.state(.done)
        remove.append("failure")
        return try await update(
            object, key, set: set, remove: remove, condition: Self.whileClaimed,
            values: [":claim": .string(mark)], options) != nil
    }

    /// Gives a claimed picture up, for now or for good.
    ///
    /// - Returns: whether the claim still held.
    func giveUp(
        _ object: ObjectName, at key: PictureKey, mark: String, _ outcome: RecognitionState, _ options: CallOptions
    ) async throws -> Bool {
        var set: Item = ["state": Self.state(outcome.name)]
        set["failure"] = outcome.reason.map { .string($0) }
        return try await update(
            object, key, set: set, remove: outcome.reason == nil ? ["failure"] : [], condition: Self.whileClaimed,
            values: [":claim": .string(mark)], options) != nil
    }

    /// Stores what somebody asked to have looked for, whoever else is at it.
    ///
    /// What was looked for whole is done with; a part changes no more than that part.
    ///
    /// - Returns: the row as it is now; nil where none points to the object any more.
    func store(
        _ findings: RecognitionFindings, of object: ObjectName, at key: PictureKey, mark: String, now: Timestamp,
        _ options: CallOptions
    ) async throws -> PictureRecord? {
        var (set, remove) = Self.changes(findings, now: now)
        if findings.kinds == Set(RecognitionFindings.Kind.allCases) {
            set["state"] = Self.state(.done)
            set["claim"] = .string(mark)
            remove.append("failure")
        }
        let item = try await update(
            object, key, set: set, remove: remove, condition: "#object = :object", values: [:], options)
        return try item.map { try PictureRow.record($0, table: name) }
    }

    /// Notes why a picture cannot be recognised, unless it has been.
    func fail(
        _ object: ObjectName, at key: PictureKey, mark: String, reason: String, _ options: CallOptions
    ) async throws {
        _ = try await update(
            object, key,
            set: ["state": Self.state(.failed), "failure": .string(reason), "claim": .string(mark)], remove: [],
            condition: "#object = :object AND #state <> :done", values: [":done": Self.state(.done)],
            options)
    }

    private static let whileClaimed = "#object = :object AND #claim = :claim"

    private static func state(_ name: RecognitionState.Name) -> AttributeValue { .string(name.rawValue) }
    private static func time(_ time: Timestamp) -> AttributeValue { .string(time.description) }

    /// What findings change in a row.
    private static func changes(_ findings: RecognitionFindings, now: Timestamp) -> (set: Item, remove: [String]) {
        let fitted = findings.fitted(to: findingsByteLimit)
        var set: Item = ["recognizedAt": time(now)]
        var remove: [String] = []
        if let labels = fitted.labels {
            set.merge(PictureRow.labels(labels)) { $1 }
            if set["labelNames"] == nil { remove.append("labelNames") }
        }
        if let lines = fitted.textLines {
            set.merge(PictureRow.text(lines)) { $1 }
            if set["searchText"] == nil { remove.append("searchText") }
        }
        return (set, remove)
    }

    /// Changes a row that points to an object. It may be tried again although it has a condition: it holds of a row that
    /// was changed so already.
    ///
    /// - Returns: the row as it is now; nil where the condition does not hold.
    private func update(
        _ object: ObjectName, _ key: PictureKey, set: Item, remove: [String], condition: String, values: Item,
        _ options: CallOptions
    ) async throws -> Item? {
        var options = options
        options.isIdempotent = true
        let ordered = set.sorted { $0.key < $1.key }
        var update = "SET " + ordered.map { "#\($0.key) = :new_\($0.key)" }.joined(separator: ", ")
        if !remove.isEmpty { update += " REMOVE " + remove.map { "#\($0)" }.joined(separator: ", ") }
        var allValues = values
        allValues[":object"] = .string(object.text)
        for (name, value) in ordered { allValues[":new_\(name)"] = value }
        // Every placeholder must be used: those of the condition are found in its text.
        let mentioned = condition.split { !($0.isLetter || $0 == "#" || $0 == "_") }.filter { $0.hasPrefix("#") }
        let all = Set(set.keys).union(remove).union(mentioned.map { String($0.dropFirst()) })
        do {
            return try await database.updateItem(
                table: name, key: PictureRow.key(object.owner, key), update: update, condition: condition,
                names: Dictionary(uniqueKeysWithValues: all.map { ("#\($0)", $0) }), values: allValues,
                returning: .allNew, options: options)
        } catch AWSError.Code.conditionalCheckFailed {
            return nil
        }
    }
}

extension RecognitionFindings {
    /// The findings in so many bytes of a row: of too much text the last lines are left out.
    func fitted(to limit: Int) -> RecognitionFindings {
        guard let lines = textLines else { return self }
        var fitted = self
        var left = limit - (labels.map { PictureRow.labels($0).storedSize } ?? 0)
        fitted.textLines = Array(
            lines.prefix { line in
                left -= PictureRow.text([line]).storedSize
                return left >= 0
            })
        return fitted
    }
}
