import Dispatch
import GRDB
import Synchronization

/// Who is using a database, so that it is closed once nobody does.
final class DatabaseUsers: Sendable {
    private let present = DispatchGroup()
    private let isShut = Mutex(false)

    /// - Throws: an error of `SQLITE_MISUSE` once the database is being closed.
    func enter() throws {
        // Under the lock, so that nobody enters behind the back of whoever waits for the last one to leave.
        try isShut.withLock { isShut in
            guard !isShut else { throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the store is closed") }
            present.enter()
        }
    }

    func leave() { present.leave() }

    /// Lets nobody in any more, and returns once everybody has left.
    func shutOut() {
        isShut.withLock { $0 = true }
        present.wait()
    }
}
