import Foundation
import GRDB

/// Who is using a database, so that it is closed once nobody does.
///
/// Unchecked: what changes is guarded by `condition`.
final class DatabaseUsers: @unchecked Sendable {
    private let condition = NSCondition()
    private var count = 0
    private var isShut = false

    /// - Throws: an error of `SQLITE_MISUSE` once the database is being closed.
    func enter() throws {
        condition.lock()
        defer { condition.unlock() }
        guard !isShut else { throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the store is closed") }
        count += 1
    }

    func leave() {
        condition.lock()
        defer { condition.unlock() }
        count -= 1
        if count == 0, isShut { condition.broadcast() }
    }

    /// Lets nobody in any more, and returns once everybody has left.
    func shutOut() {
        condition.lock()
        defer { condition.unlock() }
        isShut = true
        while count > 0 { condition.wait() }
    }
}
