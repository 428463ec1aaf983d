import DarkroomTesting
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Gives each test of a suite a cloud: the one that `AWS_ENDPOINT_URL` names, or a local one of its own.
struct OnACloud: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        if let given = getenv("AWS_ENDPOINT_URL") {
            try await Cloud.$edgeURL.withValue(String(cString: given)) { try await function() }
        } else {
            try await withLocalCloud { cloud in
                try await Cloud.$edgeURL.withValue(cloud.edgeURL) { try await function() }
            }
        }
    }
}

extension Trait where Self == OnACloud {
    /// Each test has a cloud.
    static var onACloud: OnACloud { OnACloud() }
}
