import CloudCore
import GRDB
import Synchronization

/// Removes events that have been kept for as long as their group keeps them, by the cloud's clock.
///
/// Expired events are not shown from the moment on at which they expire; this removes them from the disk within the hour.
final class RetentionSchedule: Sendable {
    /// How exactly removals keep to the moment: one looks after all that expires within it.
    private static let grain: Int64 = 3_600_000

    private let database: StoreDatabase
    private let clock: CloudClock
    private let armed = Mutex<(due: Int64, id: CloudClock.TimerID)?>(nil)

    init(database: StoreDatabase, clock: CloudClock) {
        self.database = database
        self.clock = clock
    }

    /// Sees to it that what expires first is removed then.
    func start() throws { if let due = try database.read(Self.nextExpiry) { arm(expiry: due) } }

    func stop() {
        if let armed = armed.withLock({ $0 }) { clock.cancel(armed.id) }
    }

    /// Something expires at a moment, in milliseconds.
    func arm(expiry: Int64) {
        let due = (max(expiry, clock.now.milliseconds) / Self.grain + 1) * Self.grain
        armed.withLock { armed in
            if let armed, armed.due <= due { return }
            if let armed { clock.cancel(armed.id) }
            let id = clock.schedule(at: Timestamp(milliseconds: due)) { [weak self] in await self?.sweep(due) }
            armed = (due, id)
        }
    }

    /// The moment at which the first event expires.
    private static func nextExpiry(_ database: Database) throws -> Int64? {
        let due = try database.first(
            """
            SELECT min((SELECT min(timestamp) FROM events WHERE group_number = groups.number)
                + retention_days * \(LogLimits.day))
            FROM groups WHERE retention_days IS NOT NULL
            """
        ) { $0.optionalInteger(0) }
        return due ?? nil
    }

    private func sweep(_ due: Int64) async {
        armed.withLock { armed in if armed?.due == due { armed = nil } }
        let now = clock.now.milliseconds
        do {
            let groups = try database.read { database in
                var groups: [(number: Int64, expiry: Int64)] = []
                try database.each(
                    "SELECT \(LogGroup.columns) FROM groups WHERE retention_days IS NOT NULL", []
                ) { row in
                    let group = LogGroup(row)
                    if let expiry = group.expiry(at: now) { groups.append((group.number, expiry)) }
                    return true
                }
                return groups
            }
            for group in groups {
                var removed = false
                while try await database.write({
                    try LogsStorage.removeOldest(in: group.number, before: group.expiry, $0) > 0
                }) { removed = true }
                if removed {
                    try await database.write { try LogsStorage.removeEmptyStreams(in: group.number, $0) }
                }
            }
            if let next = try database.read(Self.nextExpiry) { arm(expiry: next) }
        } catch {
            // A full disk, most likely: events are not shown any more, and another hour may see them removed.
            arm(expiry: now)
        }
    }
}
