/// How a list of declared things of one kind differs from what it was.
struct DeclarationChanges<Declaration: Hashable & Sendable>: Sendable {
    /// What they are called, as `table`.
    let kind: String
    /// Those that were not there.
    private(set) var added: [Declaration] = []
    /// Those that are declared in another way, as they are now.
    private(set) var changed: [Declaration] = []
    /// Those that are there no longer.
    private(set) var removed: [Declaration] = []
    private let name: @Sendable (Declaration) -> String
    /// What is said of those that are there no longer.
    private let fate: String

    init(
        _ kind: String, from old: [Declaration], to new: [Declaration], fate: String = "is gone",
        name: @escaping @Sendable (Declaration) -> String
    ) {
        self.kind = kind
        self.name = name
        self.fate = fate
        let known = Dictionary(old.map { (name($0), $0) }) { first, _ in first }
        let current = Set(new.map(name))
        for declaration in new {
            guard let before = known[name(declaration)] else {
                added.append(declaration)
                continue
            }
            if before != declaration { changed.append(declaration) }
        }
        removed = old.filter { !current.contains(name($0)) }
    }

    /// What is to be made or brought up to date.
    var current: [Declaration] { added + changed }

    var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

    /// A sentence for each thing.
    var sentences: [String] {
        added.map { "The \(kind) \(name($0)) is new." } + changed.map { "The \(kind) \(name($0)) has changed." }
            + removed.map { "The \(kind) \(name($0)) \(fate)." }
    }
}
