import AWSClient
import JSONValue
import LambdaRuntime
import Pictures

/// One sweep: four kinds of things, each for its share of the time, each from where the sweep before stopped.
///
/// Whatever it does holds only as long as what it saw still holds: a row is changed on the condition that it points to the
/// same object in the same state, and an object that nothing points to any more never gets a row again. So two sweeps at
/// once, or the same one twice, do what one does.
struct Sweep: Sendable {
    let service: PictureService
    let settings: SweepSettings
    let time: SweepTime
    let context: Context

    /// The row of `Settings` that says where each kind goes on.
    static let cursorSubject = "sweeper.cursor"
    /// Things that one request lists.
    static let pageSize = 1_000
    /// Requests at the same time.
    static let concurrency = 8
    /// Time that is kept for the report.
    static let margin = Duration.seconds(2)

    var now: Timestamp { time.now }
    var options: CallOptions { context.calls(leaving: Self.margin) }

    /// One kind of things: the attribute with its place, its part of the report, and how a page of it is swept.
    private struct Kind: Sendable {
        var name: String
        var part: any WritableKeyPath<SweepReport, SweepReport.Part> & Sendable
        var page: @Sendable (Sweep, AttributeValue?) async throws -> Page
    }

    /// What became of one page.
    struct Page: Sendable {
        var part: SweepReport.Part
        /// What was counted, where this page was the last of all.
        var tally: PictureTally?
        /// Where the next one begins; nil at the end.
        var next: AttributeValue?
        /// What could not be done, to be told; the sweep goes on.
        var failures: [(String, any Error)] = []
    }

    private static let kinds: [Kind] = [
        Kind(name: "objects", part: \.objects) { try await $0.sweepObjects(behind: $1) },
        Kind(name: "rows", part: \.rows) { try await $0.sweepRows(behind: $1) },
        Kind(name: "uploads", part: \.uploads) { try await $0.sweepUploads(behind: $1) },
        Kind(name: "multipart", part: \.multipart) { try await $0.sweepMultipart(behind: $1) },
    ]

    /// Sweeps, and tells.
    ///
    /// - Throws: where nothing at all could be swept.
    func report() async throws -> JSONValue {
        var report = SweepReport(time)
        let cursors = try await service.store.row(Self.cursorSubject, options)
        var refusal: (any Error)?
        var refused = 0
        for (index, kind) in Self.kinds.enumerated() {
            let left = max(.zero, context.remainingTime - Self.margin)
            let until = context.remainingTime - left / (Self.kinds.count - index)
            do {
                try await sweep(kind, from: cursors[kind.name], until: until, &report)
            } catch {
                context.logger.error("the sweep of \(kind.name) ended early", ["reason": .string("\(error)")])
                report.fail(kind.name, error)
                refusal = error
                refused += 1
            }
        }
        if let refusal, refused == Self.kinds.count { throw refusal }
        return report.document
    }

    /// Sweeps pages of one kind until its end, its share of the time, or its share of pages.
    private func sweep(
        _ kind: Kind, from start: AttributeValue?, until end: Duration, _ report: inout SweepReport
    ) async throws {
        var place = start
        for _ in 1...settings.pages {
            let page = try await kind.page(self, place)
            report[keyPath: kind.part].add(page.part)
            for (what, error) in page.failures { report.fail(what, error) }
            // Another sweep that is further keeps its place.
            let isOurs = try await service.store.advance(
                Self.cursorSubject, kind.name, from: place, to: page.next, options)
            place = page.next
            if let tally = page.tally, isOurs { await rollUp(tally, &report) }
            if place == nil {
                // Only what was looked at from its beginning was looked at whole.
                report[keyPath: kind.part].isComplete = start == nil
                return
            }
            guard isOurs, context.remainingTime > end else { return }
        }
    }

    /// Does something for each of many, some at the same time.
    func forEach<Element: Sendable, Outcome: Sendable>(
        _ elements: [Element], _ act: @escaping @Sendable (Element) async throws -> Outcome
    ) async -> [(Element, Result<Outcome, any Error>)] {
        await withTaskGroup(of: (Element, Result<Outcome, any Error>).self) { group in
            var rest = elements[...]
            func start() {
                guard let element = rest.popFirst() else { return }
                group.addTask {
                    do { return (element, .success(try await act(element))) } catch {
                        return (element, .failure(error))
                    }
                }
            }
            for _ in 0..<Self.concurrency { start() }
            var outcomes: [(Element, Result<Outcome, any Error>)] = []
            for await outcome in group {
                outcomes.append(outcome)
                start()
            }
            return outcomes
        }
    }
}
