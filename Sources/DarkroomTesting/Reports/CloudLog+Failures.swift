import Synchronization
import Testing

extension CloudLog {
    private static let linesWithAFailure = 100

    /// Runs a test's body; each issue that is recorded in it gets what the cloud has said since the one before.
    ///
    /// Outside of a test there is nothing to record, and the body just runs.
    func besideFailures<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        guard let test = Test.current else { return try await body() }
        let outcome = Mutex<Result<Value, any Error>?>(nil)
        let trait: IssueHandlingTrait = .compactMapIssues { [self] issue in annotated(issue) }
        try await trait.provideScope(for: test, testCase: Test.Case.current) {
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
        }
        let result = outcome.withLock { $0 }
        if case .failure(let error) = result, !(error is ExpectationFailedError) {
            // The issue of an error that leaves the test is recorded only after the cloud has gone.
            let news = news(limit: Self.linesWithAFailure)
            if !news.isEmpty { print("\(test.name): the cloud's log until \(error):\n" + Self.text(news)) }
        }
        guard let result else { throw CancellationError() }
        return try result.get()
    }

    private func annotated(_ issue: Issue) -> Issue {
        let news = news(limit: Self.linesWithAFailure)
        guard !news.isEmpty else { return issue }
        var issue = issue
        issue.comments.append(Comment(rawValue: "The cloud's log:\n" + Self.text(news)))
        return issue
    }

    private static func text(_ lines: [String]) -> String { lines.map { "    " + $0 }.joined(separator: "\n") }
}
