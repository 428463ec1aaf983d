/// An update, parsed: what an update expression, or the legacy `AttributeUpdates`, does to an item.
struct Update: Sendable {
    var sets: [(path: DocumentPath, value: SetValue)] = []
    var removals: [DocumentPath] = []
    var additions: [(path: DocumentPath, operand: UpdateOperand)] = []
    var deletions: [(path: DocumentPath, operand: UpdateOperand)] = []

    /// The right side of a SET action.
    enum SetValue: Sendable {
        case operand(UpdateOperand)
        case sum(UpdateOperand, UpdateOperand)
        case difference(UpdateOperand, UpdateOperand)
    }

    /// All places that the update changes, in the order of the sections.
    var paths: [DocumentPath] { sets.map(\.path) + removals + additions.map(\.path) + deletions.map(\.path) }
}

/// A value in an update.
indirect enum UpdateOperand: Sendable {
    case path(DocumentPath)
    case value(AttributeValue)
    case placeholder(String)
    case ifNotExists(DocumentPath, UpdateOperand)
    case listAppend(UpdateOperand, UpdateOperand)
}
