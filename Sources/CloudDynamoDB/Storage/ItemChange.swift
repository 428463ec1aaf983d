import CloudCore
import GRDB

/// One change of one item, as it happens inside its transaction.
struct ItemChange: Sendable {
    /// Who made it.
    enum Origin: Sendable {
        case request
        /// The item's time to live ended.
        case expiry
    }

    var table: TableDefinition
    var place: ItemPlace
    /// The item before, as stored; nil where it was not there.
    var old: StoredItem?
    /// The item after; nil where it is gone.
    var new: EncodedItem?
    var origin: Origin
}

/// Takes in the changes of tables whose stream is on, in the order in which they happen, in the transaction that makes
/// them: what is recorded is exactly what was committed.
protocol ItemChangeLog: Sendable {
    func record(_ change: ItemChange, in database: Database) throws
}
