import Synchronization

/// What an invocation has put off until after its response.
final class DeferredWork: Sendable {
    private let pending = Mutex<[@Sendable () async throws -> Void]>([])

    var isEmpty: Bool { pending.withLock { $0.isEmpty } }

    func append(_ work: @escaping @Sendable () async throws -> Void) { pending.withLock { $0.append(work) } }

    /// Runs everything, also what is added while it runs.
    func run(logger: Logger) async {
        while let work = pending.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            do { try await work() } catch {
                let report = ErrorReport(error)
                logger.error(
                    "work after the response failed: \(report.message)", ["errorType": .string(report.type)])
            }
        }
    }
}
