import AWSClient
import JSONValue
import LambdaRuntime
import Pictures

/// Rows without an object, and rows whose recognition hangs.
///
/// A row's own times are those of the function that wrote it, whose clock need not agree with the sweep's. So a row's age
/// is not asked for: the sweep that first sees something amiss leaves a mark with its own time on the row, and a later one
/// that sees the same acts once the mark is old enough. Whatever writes the row anew takes the mark away.
extension Sweep {
    /// Looks at the rows behind one, in the order of their objects' names, and counts them.
    func sweepRows(behind place: AttributeValue?) async throws -> Page {
        let start = RowPlace(place)
        let found = try await service.pictures.watched(behind: start?.row, limit: Self.pageSize, options)
        var page = Page(part: SweepReport.Part(seen: found.rows.count + found.unreadable))
        var tally = start?.tally ?? PictureTally()
        var (deleted, failed): (Set<WatchedRow>, Set<WatchedRow>) = ([], [])
        page.part.count("unreadable", found.unreadable)
        var byOwner: [UserID: [WatchedRow]] = [:]
        for row in found.rows { byOwner[row.owner, default: []].append(row) }
        for (group, outcome) in await forEach(Array(byOwner), { try await absent($0.value, of: $0.key) }) {
            switch outcome {
            case .failure(let error): page.failures.append(("the rows of \(group.key)", error))
            case .success(let absent):
                for (row, outcome) in await forEach(group.value, { try await tend($0, absent.contains($0.object)) }) {
                    switch outcome {
                    case .success(let counts):
                        for name in counts { page.part.count(name) }
                        if counts.contains("deleted") { deleted.insert(row) }
                        if counts.contains("failed") { failed.insert(row) }
                    case .failure(let error): page.failures.append(("\(row.owner)/\(row.key)", error))
                    }
                }
            }
        }
        for row in found.rows where !deleted.contains(row) {
            let state = failed.contains(row) ? .failed : row.state
            tally.count(row.owner, byteCount: row.byteCount, state: state, type: row.type)
        }
        if let next = found.next { page.next = RowPlace(row: next, tally: tally).attribute } else { page.tally = tally }
        return page
    }

    /// Where the rows go on, and what was counted until there.
    private struct RowPlace {
        var row: Item
        var tally: PictureTally

        init(row: Item, tally: PictureTally) { (self.row, self.tally) = (row, tally) }

        /// Nil at the beginning, and for what is no place.
        init?(_ attribute: AttributeValue?) {
            guard let row = attribute?["row"]?.map, let tally = attribute?["tally"]?.map.flatMap({ PictureTally($0) })
            else { return nil }
            self.init(row: row, tally: tally)
        }

        var attribute: AttributeValue { ["row": .map(row), "tally": .map(tally.item)] }
    }

    /// Notes what all rows together are.
    func rollUp(_ tally: PictureTally, _ report: inout SweepReport) async {
        report.statistics = StatisticsPoint(.minute, tally, at: now)
        do { try await service.statistics.add(tally, at: now, options) } catch { report.fail("statistics", error) }
    }

    /// Those of a person's objects that rows point to and that are not there.
    private func absent(_ rows: [WatchedRow], of owner: UserID) async throws -> Set<ObjectName> {
        var missing = Set(rows.map(\.object))
        let names = missing.map(\.text).sorted()
        guard let first = names.first, let last = names.last else { return [] }
        // One listing tells of all; it begins right in front of the first name.
        var start: String? = String(first.dropLast())
        let bucket = service.bucket
        while let behind = start {
            let listed = try await bucket.s3.listObjects(
                bucket: bucket.name, prefix: "\(ObjectName.Area.pictures.rawValue)/\(owner)/", startAfter: behind,
                maximumKeys: Self.pageSize, options: options)
            for object in listed.objects { ObjectName(object.key).map { _ = missing.remove($0) } }
            let end = listed.objects.last?.key
            start = listed.continuationToken == nil ? nil : end.flatMap { $0 < last ? $0 : nil }
        }
        // What a replaced row pointed to has gone by right: only the row as it is now can tell, on the condition below.
        return missing
    }

    /// Does what one row needs.
    ///
    /// - Returns: what is to be counted.
    private func tend(_ row: WatchedRow, _ isAbsent: Bool) async throws -> [String] {
        if isAbsent {
            // The listing and the row are of different moments; the object alone is asked for once more.
            guard try await service.bucket.description(of: row.object, options) == nil else { return ["changed"] }
            let mark = "missing"
            guard isOld(row, mark, settings.grace) else { return ["withoutObject"] + (try await leave(mark, on: row)) }
            let isDone = try await service.pictures.delete(row.owner, row.key, of: row.object, options)
            return ["withoutObject", isDone ? "deleted" : "changed"]
        }
        guard let state = row.state, state == .queued || state == .running else {
            return row.mark == nil ? [] : try await leave(nil, on: row)
        }
        let mark = "\(state.rawValue) \(row.claimedAt ?? "")"
        guard isOld(row, mark, settings.recognition) else { return ["waiting"] + (try await leave(mark, on: row)) }
        let reason =
            state == .queued
            ? "Recognition was not begun within \(settings.recognition) seconds."
            : "Recognition did not end within \(settings.recognition) seconds."
        let isDone = try await service.pictures.giveUp(row, reason: reason, at: time.store, options)
        return ["hung", isDone ? "failed" : "changed"]
    }

    /// Whether a mark has been on the row for so many seconds.
    private func isOld(_ row: WatchedRow, _ mark: String, _ seconds: Int) -> Bool {
        row.mark == mark && row.markedAt.map { now.isPast(seconds, since: $0) } == true
    }

    /// Marks a row, unless it is marked so already, and not by a clock that was turned back since. The mark's time is the
    /// later one: it must not look older than it is to the next sweep either.
    private func leave(_ mark: String?, on row: WatchedRow) async throws -> [String] {
        if row.mark == mark, mark == nil || row.markedAt.map({ $0 <= time.store }) == true { return [] }
        return try await service.pictures.mark(row, mark, at: time.store, options) ? [] : ["changed"]
    }
}
